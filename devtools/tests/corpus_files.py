"""The project's own corpus: small files of every kind that the pipeline has to get right, and how each must come out.

Painted files have another color in each quarter (`photographs.CORNERS`), so that a crop, a turn or a wrong color shows.
"""

import struct
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from media.tests.content import test_animations as animations
from media.tests.content import test_colors as colors
from media.tests.content import test_edges as edges
from media.tests.content import test_edit_lists as edit_lists
from media.tests.content import test_left_out as left_out
from media.tests.content import test_sloppy_videos as sloppy
from media.tests.content import test_sound as sound
from media.tests.support import gauntlet_photos as make
from media.tests.support import heifs
from media.tests.support.films import HEVC, VP9, film, moving_gif
from media.tests.support.gauntlet_photos import flat, png_of, with_frame
from media.tests.support.photographs import painted, photo
from media.tests.support.sounds import with_sounds
from media.tests.support.spoiling import cut


class Wanted(NamedTuple):
    """How one file must end. `off_by` is the distance of its quarters' colors; None if it is not painted."""

    make: Callable[[], bytes]
    state: str = "ready"
    size: tuple[int, int] | None = None
    off_by: int | None = None
    code: str = ""
    seconds: float | None = None
    notices: Sequence[str] = ()


PLAIN = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF")
OWN_SIZE = (120, 80)


def _plain() -> Iterator[tuple[str, Wanted]]:
    for kind in PLAIN:
        yield f"plain {kind}", Wanted(partial(photo, kind, 700, 500), size=(700, 500), off_by=60)
    for kind in ("JPEG", "PNG", "WEBP"):
        for turn in range(1, 9):
            yield f"{kind} turned {turn}", Wanted(partial(make.lying, turn, kind), size=(700, 500), off_by=40)


def _transformed() -> Iterator[tuple[str, Wanted]]:
    corner = heifs.cropped(128, 64, -128, -64)
    for kind in ("HEIF", "AVIF"):
        for quarters in (1, 2, 3):
            stored = painted(256, 128).rotate(-90 * quarters, expand=True)
            file = partial(heifs.picture, kind, stored, heifs.turned(quarters))
            yield f"{kind} rotated {90 * quarters}", Wanted(file, size=(256, 128), off_by=40)
        for axis in (0, 1):
            back = make.BACK[2] if axis else make.BACK[4]
            assert back is not None
            file = partial(heifs.picture, kind, painted(256, 128).transpose(back), heifs.mirrored(axis))
            yield f"{kind} mirrored {axis}", Wanted(file, size=(256, 128), off_by=40)
        wide = painted(128, 64).resize((256, 128))
        wide.paste(painted(128, 64), (0, 0))
        yield f"{kind} cropped", Wanted(partial(heifs.picture, kind, wide, corner), size=(128, 64), off_by=40)


def _signalled() -> Iterator[tuple[str, Wanted]]:
    for name, (profile, file) in colors.SIGNALLED.items():
        yield f"colors {name}", Wanted(lambda p=profile, f=file: f(colors.in_profile(p)), size=OWN_SIZE, off_by=24)
    for name, file in colors.HDR.items():
        yield f"HDR {name}", Wanted(lambda f=file: f(colors.greys(colors.LIGHTS, colors.pq_of)), size=(384, 64))


def _edges() -> Iterator[tuple[str, Wanted]]:
    for name, file in edges.WHOLE.items():
        yield f"whole {name}", Wanted(file, size=(700, 500), off_by=60)
    for name, file in edges.PARTS.items():
        yield f"part {name}", Wanted(file, "failed", code="damaged_file")
    yield "AVIF with alpha without size", Wanted(edges.see_through, size=OWN_SIZE)
    yield "AVIF without colr", Wanted(lambda: photo("AVIF", 256, 128).replace(b"colrnclx", b"freenclx"), off_by=40)
    yield "JPEG of 12 bits", Wanted(partial(with_frame, bits=12), "refused", code="unsupported_format")
    yield "PNG of programs", Wanted(make.of_programs, "refused", code="unsupported_format")


def _moving() -> Iterator[tuple[str, Wanted]]:
    for kind in animations.KINDS:
        yield f"{kind} that moves", Wanted(partial(animations.moving, kind), size=OWN_SIZE, seconds=1.0)
    yield "GIF without its end", Wanted(lambda: moving_gif(8)[:-1], size=(60, 40), seconds=1.6)


def _films() -> Iterator[tuple[str, Wanted]]:
    size = (160, 90)
    yield "MP4", Wanted(partial(film, sound=True), size=size, off_by=60, seconds=1.2)
    yield "MOV of HEVC", Wanted(partial(film, *HEVC, ending="mov"), size=size, off_by=60, seconds=1.2)
    yield "WebM", Wanted(partial(film, *VP9, ending="webm"), size=size, off_by=60, seconds=1.2)
    for codec in ("prores_ks", "mjpeg"):
        yield f"MOV of {codec}", Wanted(partial(film, "-c:v", codec, ending="mov"), size=size, off_by=60, seconds=1.2)
    cif = partial(film, "-c:v", "h263", ending="mov", size=(176, 144))  # whose pixels are wider than high
    yield "MOV of h263", Wanted(cif, size=(192, 144), off_by=60, seconds=1.2)
    yield "MP4 turned", Wanted(partial(film, turn=90), size=(90, 160), seconds=1.2)
    yield "MP4 cut", Wanted(lambda: cut(film(), 10), "refused", code="damaged_file")


def _sounding(tag: bytes) -> bytes:
    return with_sounds("pcm_s16le").replace(b"sowt", tag)


def _more() -> Iterator[tuple[str, Wanted]]:
    """What has more in it than is shown, or cannot be shown whole: `notices` says so."""
    for name, file in left_out.MOTION.items():
        yield f"motion photo, {name}", Wanted(file, notices=["motion_left_out"])
    for name, file in left_out.MISSED_BY_NOBODY.items():
        yield f"nobody misses {name}", Wanted(file)
    yield "MPO of two eyes", Wanted(left_out.views, size=(700, 500), off_by=60, notices=["pictures_left_out"])
    yield "MOV of two eyes", Wanted(left_out.spatial, off_by=60, notices=["shown_for_one_eye"])
    yield "HEIC of two pictures", Wanted(lambda: left_out.several("HEIF"), notices=["pictures_left_out"])
    for name, file in sound.FRAMES.items():
        yield f"MOV with a sound of {name}, heard", Wanted(file, seconds=1.2)
    slow = edit_lists.AT_ONE_SPEED["slow in the middle"][0]
    slowed = Wanted(lambda: edit_lists.parts(edit_lists.red_green_blue(), slow), seconds=3.0)
    yield "MP4 slowed down", slowed._replace(notices=["shown_at_one_speed"])
    for tag in (b"QDM2", b"ilbc", b"SPXN", b"ac-4", b"agsm"):
        yield (
            f"MOV with a sound of {tag.decode()}",
            Wanted(partial(_sounding, tag), seconds=1.2, notices=["sound_left_out"]),
        )
    yield (
        "MP4 in fragments, cut",
        Wanted(lambda: sloppy.until(sloppy.fragments(), b"mdat", 40), seconds=2.7, notices=["cut_short"]),
    )


def _sizes() -> Iterator[tuple[str, Wanted]]:
    yield "PNG of 50.3 megapixels", Wanted(partial(flat, 8192, 6144), size=(8192, 6144))
    yield "PNG of a panorama", Wanted(partial(flat, 16382, 3858), size=(16382, 3858))
    yield "PNG too large", Wanted(partial(png_of, 16320, 12240), "refused", code="too_many_pixels")
    yield "JPEG too large", Wanted(partial(with_frame, width=65000, height=65000), "refused", code="too_many_pixels")


def _refused() -> Iterator[tuple[str, Wanted]]:
    yield "nothing", Wanted(bytes, "refused", code="empty_file")
    yield "PDF", Wanted(lambda: b"%PDF-1.4\n" + bytes(99), "refused", code="unsupported_format")
    yield "PNG without width", Wanted(partial(png_of, 0, 100), "refused", code="damaged_file")
    yield (
        "HEIC of boxes of nonsense",
        Wanted(lambda: heifs.HEAD + struct.pack(">I4s", 0xFFFFFFFF, b"meta"), "refused", code="damaged_file"),
    )


FILES: dict[str, Wanted] = {
    name.replace("/", "-").replace(" ", "_"): wanted
    for part in (_plain, _transformed, _signalled, _edges, _moving, _films, _more, _sizes, _refused)
    for name, wanted in part()
}

"""Videos are shown in the colors that their files say, in what every player reads: BT.709, limited range."""

import json
import subprocess
import tempfile
from pathlib import Path

import pytest

from media.processing import ffmpeg, tone_map, video_filters
from media.tests.support.films import H264, HEVC, film, frames
from media.tests.support.photographs import downloaded, near, opened

pytestmark = pytest.mark.django_db
PQ_WHITE, HLG_WHITE = 0.5807, 0.75  # codes, of 0 to 1, of white paper at 203 nits (ITU-R BT.2408)
TAGS = ("color_primaries", "color_transfer", "color_space", "color_range")


def flat(
    numbers: tuple[int, int, int],
    *codec: str,
    depth: int = 10,
    named: str = "",
    size: tuple[int, int] = (64, 48),
    form: str = "",
) -> bytes:
    """One color, by its numbers of Y, Cb and Cr as they are stored; `named` are setparams' options."""
    with tempfile.TemporaryDirectory() as folder:
        raw, target = Path(folder, "raw"), Path(folder, "film.mov")
        width = 2 if depth > 8 else 1
        planes = [numbers[0]] * (size[0] * size[1]), *([one] * (size[0] * size[1] // 4) for one in numbers[1:])
        raw.write_bytes(b"".join(value.to_bytes(width, "little") for plane in planes for value in plane) * 5)
        pixels = form or ("yuv420p10le" if depth == 10 else "yuv420p")
        source = ["-f", "rawvideo", "-pix_fmt", pixels, "-s", f"{size[0]}x{size[1]}", "-r", "5", "-i", str(raw)]
        filters = ["-vf", f"setparams={named}"] if named else []
        options = [*filters, *(codec or HEVC), "-qp", "1"]
        command = [ffmpeg.program(), "-v", "error", "-y", *source, *options, str(target)]
        subprocess.run(command, check=True, timeout=60)
        return target.read_bytes()


def grey(code: float) -> tuple[int, int, int]:
    return round(64 + 876 * code), 512, 512


def tags(data: bytes) -> dict[str, str]:
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        command = [ffmpeg.probe_program(), "-v", "error", "-select_streams", "v", "-of", "json", "-show_streams"]
        done = subprocess.run([*command, file.name], capture_output=True, timeout=60, check=True)
    (stream,) = json.loads(done.stdout)["streams"]
    return {name: stream.get(name, "unknown") for name in (*TAGS, "pix_fmt", "field_order")}


@pytest.fixture
def shown(developed, client_for):
    """`shown(data)`: the media that is made of a film, and the bytes of its MP4."""

    def show(data):
        media = developed(data)
        assert media["state"] == "ready", media
        return media, downloaded(client_for(None), media["url"])

    return show


def middle(image):
    return image.convert("RGB").getpixel((image.width // 2, image.height // 2))


@pytest.mark.parametrize(
    "primaries", ["", "color_primaries=bt2020:", "color_primaries=smpte432:", "color_primaries=bt709:"]
)
@pytest.mark.parametrize("matrix", ["", "colorspace=bt2020nc:"])
@pytest.mark.parametrize(("curve", "white"), [("smpte2084", PQ_WHITE), ("arib-std-b67", HLG_WHITE)])
def test_white_paper_in_hdr_is_as_bright_as_in_a_photo(curve, white, matrix, primaries, shown):
    """238 of 255, whatever the file leaves unsaid: what is unspecified is what the curve implies."""
    media, data = shown(flat(grey(white), named=f"{primaries}{matrix}color_trc={curve}"))
    assert media["notices"] == []
    assert near(middle(frames(data)[-1]), (238, 238, 238), 3)


@pytest.mark.parametrize("code", [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0])
@pytest.mark.parametrize("curve", ["smpte2084", "arib-std-b67"])
def test_tones_of_hdr_are_those_of_photos(curve, code, shown):
    light = {"smpte2084": tone_map.light_of_pq, "arib-std-b67": tone_map.light_of_hlg}[curve](code)
    expected = round(255 * tone_map.srgb_of(tone_map.compressed(light)))
    _, data = shown(flat(grey(code), named=f"color_primaries=bt2020:colorspace=bt2020nc:color_trc={curve}"))
    assert near(middle(frames(data)[-1]), (expected,) * 3, 3)


def test_red_of_hdr_is_red(shown):
    """BT.2020's numbers of a red that BT.709 has: (0.627, 0.069, 0.016) of its light at 100 nits."""
    light = [0.6274 * 100 / 203, 0.0691 * 100 / 203, 0.0164 * 100 / 203]
    codes = [_pq_of(one) for one in light]
    luma = 0.2627 * codes[0] + 0.6780 * codes[1] + 0.0593 * codes[2]
    blue, red = (codes[2] - luma) / 1.8814, (codes[0] - luma) / 1.4746
    numbers = round(64 + 876 * luma), round(512 + 896 * blue), round(512 + 896 * red)
    _, data = shown(flat(numbers, named="color_primaries=bt2020:colorspace=bt2020nc:color_trc=smpte2084"))
    found = middle(frames(data)[-1])
    assert near(found, (186, 0, 0), 8), found  # sRGB of 100 / 203


def _pq_of(light: float) -> float:
    root = (light * 203 / 10000) ** 0.1593017578125
    return float(((0.8359375 + 18.8515625 * root) / (1 + 18.6875 * root)) ** 78.84375)


@pytest.mark.parametrize(("primaries", "curve"), [("smpte432", "bt709"), ("bt2020", "bt709"), ("bt2020", "bt2020-10")])
def test_wide_primaries_without_hdr(primaries, curve, shown):
    """Beside what zimg makes of the same numbers."""
    numbers = 120, 110, 170
    _, data = shown(
        flat(numbers, *H264, depth=8, named=f"color_primaries={primaries}:colorspace=bt709:color_trc={curve}")
    )
    reference = _by_zimg(numbers, primaries)
    unconverted = _by_zimg(numbers, "bt709")
    found = middle(frames(data)[-1])
    assert near(found, reference, 6), (found, reference)
    assert not near(found, unconverted, 10), "the test would prove nothing"


def _by_zimg(numbers: tuple[int, int, int], primaries: str) -> tuple[int, int, int]:
    raw = b"".join(bytes([value]) * count for value, count in zip(numbers, (64 * 64, 32 * 32, 32 * 32), strict=True))
    read = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", "64x64", "-i", "-"]
    filters = f"zscale=tin=iec61966-2-1:min=709:pin={primaries}:rin=tv:t=iec61966-2-1:p=bt709:m=gbr:r=pc,format=gbrp"
    command = [ffmpeg.program(), "-v", "error", *read, "-vf", filters, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]
    done = subprocess.run(command, input=raw, capture_output=True, check=True, timeout=60)
    return tuple(done.stdout[:3])


@pytest.mark.parametrize(
    ("making", "numbers"),
    [
        ({"depth": 8, "named": "colorspace=smpte170m:range=tv"}, (81, 90, 240)),
        ({"depth": 8, "named": "colorspace=bt470bg:range=tv"}, (81, 90, 240)),
        ({"depth": 8, "named": "colorspace=bt709:range=tv"}, (63, 102, 240)),
        ({"depth": 8}, (81, 90, 240)),
        ({"depth": 8, "size": (1280, 720)}, (63, 102, 240)),
        ({"depth": 8, "form": "yuvj420p"}, (76, 85, 255)),
        ({"depth": 8, "named": "colorspace=bt709:range=pc"}, (54, 99, 255)),
        ({"named": "colorspace=bt2020nc:color_primaries=bt709:range=tv"}, (294, 387, 960)),
    ],
    ids=[
        "525 lines",
        "625 lines",
        "HD",
        "unsaid, small",
        "unsaid, HD",
        "full range",
        "full range, HD",
        "BT.2020's matrix",
    ],
)
def test_red_is_red_by_whatever_numbers(making, numbers, shown):
    codec = () if making.get("depth") != 8 else ("-c:v", "libx264", "-preset", "ultrafast")
    _, data = shown(flat(numbers, *codec, **making))
    found = middle(frames(data)[-1])
    assert near(found, (255, 0, 0), 6), found


@pytest.mark.parametrize(
    "make",
    [
        lambda: film(sound=True),
        lambda: flat(grey(0.5), named="color_primaries=bt2020:colorspace=bt2020nc:color_trc=arib-std-b67"),
        lambda: flat((76, 85, 255), *H264, depth=8, form="yuvj420p"),
        lambda: flat(
            (81, 90, 240), *H264, depth=8, named="color_primaries=bt470bg:colorspace=bt470bg:color_trc=smpte170m"
        ),
    ],
    ids=["plain", "HLG", "full range", "625 lines"],
)
def test_what_comes_out_says_what_it_is(make, shown):
    found = tags(shown(make())[1])
    assert [found[name] for name in TAGS] == ["bt709", "bt709", "bt709", "tv"]
    assert found["pix_fmt"] == "yuv420p"


def test_the_poster_has_the_colors_of_the_video(shown, client_for):
    media, data = shown(flat((63, 102, 240), *H264, depth=8, named="colorspace=bt709:range=tv", size=(320, 240)))
    poster = opened(client_for(None), media["poster"]["url"])
    assert near(middle(poster), middle(frames(data)[-1]), 6)


def test_filters_that_cannot_be_set_up_are_not_the_fault_of_the_file(shown, monkeypatch):
    monkeypatch.setattr(video_filters, "_END", "nosuchfilter")  # a build of ffmpeg that lacks one
    media, data = shown(film(sound=True))
    assert [notice["code"] for notice in media["notices"]] == ["colors_approximate"]
    assert near(middle(frames(data)[-1]), middle(frames(film(sound=True))[-1]), 12)


def interlaced(seconds: float = 1.0) -> bytes:
    """A bar that moves, filmed 50 times a second, two moments in a frame."""
    source = f"color=black:s=160x96:d={seconds}:r=50[b];color=white:s=20x96:d={seconds}:r=50[w];[b][w]overlay=x=n*3"
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "film.mp4")
        command = [
            ffmpeg.program(),
            "-v",
            "error",
            "-y",
            "-filter_complex",
            f"{source},tinterlace=interleave_top,setfield=tff",
        ]
        options = [*H264, "-flags", "+ildct+ilme", "-x264opts", "tff=1"]
        subprocess.run([*command, *options, str(target)], check=True, timeout=60)
        return target.read_bytes()


def combing(image) -> int:
    """How many rows differ much from both of their neighbors, which are alike: the teeth of a comb."""
    grey = image.convert("L")
    columns = [[grey.getpixel((x, y)) for y in range(grey.height)] for x in range(0, grey.width, 2)]
    return sum(
        1
        for column in columns
        for above, this, below in zip(column, column[1:], column[2:], strict=False)
        if abs(above - below) < 40 < abs(this - above) - 60
    )


def test_interlaced_film_is_deinterlaced(shown):
    original = interlaced()
    assert tags(original)["field_order"] in {"tt", "tb"}
    assert max(combing(image) for image in frames(original)[3:8]) > 50, "the test would prove nothing"
    media, data = shown(original)
    assert max(combing(image) for image in frames(data)[5:20]) < 10
    assert tags(data)["field_order"] in {"progressive", "unknown"}
    assert len(frames(data)) == pytest.approx(50, abs=3), "one of the two moments was left out"
    assert media["duration"] == pytest.approx(1.0, abs=0.1)


def test_progressive_film_keeps_its_frames(shown):
    assert len(frames(shown(film(rate=25, seconds=1.0))[1])) == 25

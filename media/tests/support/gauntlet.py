"""The gauntlet: every kind of file that somebody may send, and how each one ends, in one table.

`media/tests/test_gauntlet.py` sends them; `docs/media-formats.md` shows the table.
"""

import struct
from functools import partial

from media.tests.support import gauntlet_films as films
from media.tests.support import gauntlet_photos as make
from media.tests.support import heifs
from media.tests.support.films import ENCRYPTION, H264, HEVC, VP9, encrypted_webm, film, moving_gif
from media.tests.support.gauntlet_rows import DAMAGED, PIXELS, UNKNOWN, Fails, Ready, Refused, Row
from media.tests.support.photographs import encoded, painted, photo
from media.tests.support.spoiling import CANARY, GARBAGE, PHP, SCRIPT, ZIP, cut, stirred

LARGE = Ready(700, 500)
SMALL = Ready(120, 80)
MOVING = Ready(120, 80, 90, "video", 0.3)
WIDE = Ready(256, 128)
SPOILED = LARGE._replace(off_by=None)
PLAIN = {kind: partial(photo, kind, 700, 500) for kind in ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "AVIF")}

JPEG = {
    "JPEG": Row(PLAIN["JPEG"], LARGE),
    "JPEG, progressive": Row(partial(photo, "JPEG", 700, 500, progressive=True), LARGE),
    "JPEG of greys": Row(partial(make.painted_as, "JPEG", "L"), SPOILED),
    "JPEG in CMYK": Row(partial(make.painted_as, "JPEG", "CMYK", quality=95), LARGE._replace(off_by=60)),
    "JPEG in Display P3": Row(make.wide_gamut, LARGE._replace(off_by=14)),
    "JPEG of 12 bits": Row(partial(make.with_frame, bits=12), Refused(415, UNKNOWN)),
    "JPEG without loss": Row(make.lossless, Refused(415, UNKNOWN)),
    **{f"JPEG, orientation {turn}": Row(partial(make.lying, turn), LARGE) for turn in range(1, 9)},
    "JPEG with 60 kB of EXIF": Row(lambda: make.jpeg_with(make.exif_of(bytes(2) + CANARY * 10_000)), LARGE),
    "JPEG with EXIF in a circle": Row(make.exif_loop, LARGE),
    "JPEG with EXIF of four thousand million values": Row(make.exif_bomb, LARGE),
    "JPEG with EXIF of nonsense": Row(lambda: make.jpeg_with(make.exif_of(GARBAGE)), LARGE),
    "JPEG with a colour profile of nonsense": Row(partial(photo, "JPEG", 700, 500, icc_profile=GARBAGE), LARGE),
    "motion photo (JPEG and MP4)": Row(lambda: make.lying(6) + film() + CANARY, LARGE),
    "JPEG of several pictures (MPF)": Row(make.several_pictures, LARGE),
    "HDR JPEG with a gain map": Row(make.gain_map, LARGE),
    "JPEG with a thousand comments": Row(lambda: make.jpeg_with(*[make.segment(0xFE, CANARY)] * 1000), LARGE),
    "JPEG with five thousand comments": Row(
        lambda: make.jpeg_with(*[make.segment(0xFE, b"")] * 5000), Refused(400, DAMAGED)
    ),
    "JPEG that says to be 65535 × 65535": Row(
        partial(make.with_frame, width=65535, height=65535), Refused(400, PIXELS)
    ),
    "JPEG that says to be twice as high": Row(partial(make.with_frame, height=1000), Fails(DAMAGED)),
    "JPEG without height": Row(partial(make.with_frame, height=0), Refused(400, DAMAGED)),
    "JPEG cut at 10 %": Row(lambda: cut(PLAIN["JPEG"](), 10), Fails(DAMAGED)),
    "JPEG cut at 50 %": Row(lambda: cut(PLAIN["JPEG"](), 50), Fails(DAMAGED)),
    "JPEG cut at 99 %": Row(lambda: cut(PLAIN["JPEG"](), 99), Fails(DAMAGED)),
    "JPEG with bytes turned over": Row(lambda: stirred(PLAIN["JPEG"]()), Fails(DAMAGED)),
    "JPEG with garbage behind it": Row(lambda: PLAIN["JPEG"]() + GARBAGE, LARGE),
    "only a JPEG's magic number": Row(lambda: b"\xff\xd8\xff", Refused(400, DAMAGED)),
}
PNG = {
    "PNG": Row(PLAIN["PNG"], LARGE),
    "PNG of 16 bits": Row(make.deep, SMALL),
    "PNG of 16 bits with alpha": Row(partial(make.deep, alpha=True), SMALL),
    "PNG with a palette": Row(partial(make.painted_as, "PNG", "P"), LARGE._replace(off_by=60)),
    "PNG with alpha": Row(partial(make.see_through, "PNG"), SMALL._replace(off_by=None)),
    "PNG of one bit": Row(partial(make.painted_as, "PNG", "1"), SPOILED),
    "PNG, interlaced": Row(make.interlaced, SMALL),
    "PNG with an orientation": Row(partial(make.lying, 6, "PNG"), LARGE),
    "APNG": Row(partial(make.moving, "PNG"), MOVING),
    "APNG of four thousand million frames": Row(
        lambda: make.png_with(make.chunk(b"acTL", struct.pack(">II", 0xFFFFFFFF, 0))), LARGE
    ),
    "PNG with a text of 300 MB (zTXt)": Row(partial(make.text_bomb, b"zTXt"), LARGE),
    "PNG with a text of 300 MB (iTXt)": Row(partial(make.text_bomb, b"iTXt"), LARGE),
    "PNG with a colour profile of 300 MB": Row(partial(make.text_bomb, b"iCCP"), LARGE),
    "PNG with a hundred thousand chunks": Row(lambda: make.png_with(make.chunk(b"skIp", b"") * 100_000), LARGE),
    "PNG that says to be 30000 × 30000": Row(partial(make.png_of, 30000, 30000), Refused(400, PIXELS)),
    "PNG that says to be as large as can be said": Row(
        partial(make.png_of, 2**31 - 1, 2**31 - 1), Refused(400, PIXELS)
    ),
    "PNG of 64 million pixels in 64 kB": Row(partial(make.flat, 10000, 6400), Ready(10000, 6400, None)),
    "PNG of one row too many": Row(partial(make.png_of, 10000, 6401), Refused(400, PIXELS)),
    "PNG of more data than pixels": Row(make.data_bomb, Ready(100, 100, None)),
    "PNG without data": Row(partial(make.png_of, 100, 100), Fails(DAMAGED)),
    "PNG without width": Row(partial(make.png_of, 0, 100), Refused(400, DAMAGED)),
    "PNG with a wrong checksum": Row(make.wrong_sum, Fails(DAMAGED)),
    "PNG of Apple's programs (CgBI)": Row(make.of_programs, Refused(415, UNKNOWN)),
    "PNG cut in its header": Row(lambda: photo("PNG")[:20], Refused(400, DAMAGED)),
    "PNG cut at 10 %": Row(lambda: cut(PLAIN["PNG"](), 10), Fails(DAMAGED)),
    "PNG cut at 50 %": Row(lambda: cut(PLAIN["PNG"](), 50), Fails(DAMAGED)),
    "PNG cut at 99 %": Row(lambda: cut(PLAIN["PNG"](), 99), Fails(DAMAGED)),
    "PNG with bytes turned over": Row(lambda: stirred(PLAIN["PNG"]()), Fails(DAMAGED)),
    "PNG with garbage behind it": Row(lambda: PLAIN["PNG"]() + GARBAGE, LARGE),
}
WEBP = {
    "WebP": Row(PLAIN["WEBP"], LARGE),
    "WebP without loss": Row(partial(photo, "WEBP", 700, 500, lossless=True), LARGE),
    "WebP with alpha": Row(partial(make.see_through, "WEBP"), SMALL._replace(off_by=None)),
    "WebP that moves": Row(partial(make.moving, "WEBP"), MOVING),
    "WebP of a thousand frames": Row(partial(make.moving, "WEBP", 1000), MOVING._replace(seconds=100, off_by=None)),
    "WebP with an orientation": Row(partial(make.lying, 5, "WEBP"), LARGE),
    "WebP that says to be 16383 × 16383": Row(partial(make.webp_canvas, 16383, 16383), Refused(400, PIXELS)),
    "WebP that says another size": Row(partial(make.webp_canvas, 500, 500), Fails(DAMAGED)),
    "WebP without a picture": Row(lambda: b"RIFF\x10\0\0\0WEBPJUNK\x04\0\0\0abcd", Refused(400, DAMAGED)),
    "WebP cut in its header": Row(lambda: photo("WEBP")[:21], Refused(400, DAMAGED)),
    "WebP cut at 50 %": Row(lambda: cut(PLAIN["WEBP"](), 50), Fails(DAMAGED)),
    "WebP cut at 99 %": Row(lambda: cut(PLAIN["WEBP"](), 99), Fails(DAMAGED)),
    "WebP with bytes turned over": Row(lambda: stirred(PLAIN["WEBP"]()), Fails(DAMAGED)),
    "WebP with garbage behind it": Row(lambda: PLAIN["WEBP"]() + GARBAGE, LARGE),
}
HEIC = {
    "HEIC": Row(PLAIN["HEIF"], LARGE),
    "HEIC of 10 bits": Row(make.ten_bits, Ready(128, 64)),
    "HEIC with alpha": Row(partial(make.see_through, "HEIF"), SMALL._replace(off_by=None)),
    **{f"HEIC turned by {90 * n}°": Row(partial(make.heic_turned, n), WIDE) for n in (1, 2, 3)},
    "HEIC mirrored up and down": Row(partial(make.heic_mirrored, 0), WIDE),
    "HEIC mirrored left and right": Row(partial(make.heic_mirrored, 1), WIDE),
    "HEIC of tiles": Row(make.grid, Ready(256, 256)),
    "HEIC of tiles, turned": Row(lambda: make.grid(heifs.turned(1)), Ready(256, 256)),
    "HEIC with more tiles than there is room for": Row(make.grid_bomb, Fails(DAMAGED)),
    "HEIC whose tile is itself": Row(make.grid_of_itself, Fails(DAMAGED)),
    "HEIC that says to be 60000 × 60000": Row(lambda: make.sized(PLAIN["HEIF"](), 60000, 60000), Refused(400, PIXELS)),
    "HEIC that says to be 60 × 60": Row(lambda: make.sized(PLAIN["HEIF"](), 60, 60), Fails(DAMAGED)),
    "HEIC of boxes in boxes": Row(partial(make.boxes_in_boxes, 3000), Refused(400, DAMAGED)),
    "HEIC of boxes in a circle": Row(lambda: heifs.HEAD + b"\0\0\0\x08meta" * 3, Refused(400, DAMAGED)),
    "HEIC of boxes of nonsense": Row(lambda: heifs.HEAD + b"\xff\xff\xff\xffmeta" + bytes(50), Refused(400, DAMAGED)),
    "HEIC cut in its header": Row(lambda: photo("HEIF")[:60], Refused(400, DAMAGED)),
    "HEIC cut at 50 %": Row(lambda: cut(PLAIN["HEIF"](), 50), Fails(DAMAGED)),
    "HEIC cut at 99 %": Row(lambda: cut(PLAIN["HEIF"](), 99), Fails(DAMAGED)),
    "HEIC with bytes turned over": Row(lambda: stirred(PLAIN["HEIF"]()), Fails(DAMAGED)),
    "HEIC with garbage behind it": Row(lambda: PLAIN["HEIF"]() + GARBAGE, LARGE),
    "AVIF": Row(PLAIN["AVIF"], LARGE),
    "AVIF with alpha": Row(partial(make.see_through, "AVIF"), SMALL._replace(off_by=None)),
    "AVIF that moves": Row(partial(make.moving, "AVIF"), MOVING),
    "AVIF with an orientation": Row(partial(make.lying, 8, "AVIF"), LARGE),
    "AVIF that says to be 60000 × 60000": Row(lambda: make.sized(PLAIN["AVIF"](), 60000, 60000), Refused(400, PIXELS)),
    "AVIF cut at 50 %": Row(lambda: cut(PLAIN["AVIF"](), 50), Fails(DAMAGED)),
    "AVIF cut at 99 %": Row(lambda: cut(PLAIN["AVIF"](), 99), Fails(DAMAGED)),
    "AVIF with bytes turned over": Row(lambda: stirred(PLAIN["AVIF"]()), Fails(DAMAGED)),
}
GIF = {
    "GIF": Row(PLAIN["GIF"], LARGE._replace(off_by=60)),
    "GIF with a frame of 60000 × 60000": Row(partial(make.gif_liar, 60000, 60000), Fails(PIXELS)),
    "GIF cut in its header": Row(lambda: b"GIF89a\x01", Refused(400, DAMAGED)),
    "GIF cut at 50 %": Row(lambda: cut(PLAIN["GIF"](), 50), Fails(DAMAGED)),
    "GIF cut at 99 %": Row(lambda: cut(PLAIN["GIF"](), 99), Fails(DAMAGED)),
    "GIF with garbage behind it": Row(lambda: PLAIN["GIF"]() + GARBAGE, LARGE._replace(off_by=60)),
}
NAMES = {
    "JPEG called .png": Row(PLAIN["JPEG"], LARGE, "file.png", "image/png"),
    "PNG called .mp4": Row(PLAIN["PNG"], LARGE, "file.mp4", "video/mp4"),
    "HEIC called .jpg": Row(PLAIN["HEIF"], LARGE, "file.jpg", "image/jpeg"),
    "JPEG called .html": Row(PLAIN["JPEG"], LARGE, "file.html", "text/html"),
    "JPEG called .jpg.php": Row(PLAIN["JPEG"], LARGE, "file.jpg.php", "application/x-php"),
    "JPEG with a NUL in its name": Row(PLAIN["JPEG"], LARGE, "fi\0le.jpg", "image/jpeg"),
    "JPEG called ../../etc/passwd": Row(PLAIN["JPEG"], LARGE, "../../etc/passwd", "image/jpeg"),
    "HTML called .jpg": Row(lambda: b"<!doctype html>" + SCRIPT, Refused(415, UNKNOWN), "file.jpg", "image/jpeg"),
}
TWO_IN_ONE = {
    "JPEG and ZIP": Row(lambda: PLAIN["JPEG"]() + ZIP, LARGE),
    "JPEG with a script in a comment": Row(lambda: make.jpeg_with(make.segment(0xFE, SCRIPT)), LARGE),
    "JPEG and PHP": Row(lambda: PLAIN["JPEG"]() + PHP, LARGE),
    "PNG with PHP in a text": Row(lambda: make.png_with(make.chunk(b"tEXt", b"Comment\0" + PHP)), LARGE),
    "GIF and JavaScript": Row(make.gif_script, SMALL._replace(off_by=60)),
    "WebP and a script": Row(lambda: PLAIN["WEBP"]() + SCRIPT, LARGE),
    "PDF and JPEG": Row(lambda: b"%PDF-1.4\n" + PLAIN["JPEG"](), Refused(415, UNKNOWN)),
    "ZIP and JPEG": Row(lambda: ZIP + PLAIN["JPEG"](), Refused(415, UNKNOWN)),
    "HTML and JPEG": Row(lambda: SCRIPT + PLAIN["JPEG"](), Refused(415, UNKNOWN)),
}
OTHERS = {
    "nothing": Row(bytes, Refused(400, "empty_file")),
    "one byte": Row(lambda: b"\xff", Refused(415, UNKNOWN)),
    "a megabyte of zeros": Row(lambda: bytes(1 << 20), Refused(415, UNKNOWN)),
    "SVG": Row(lambda: b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>", Refused(415, UNKNOWN)),
    "PHP": Row(lambda: PHP, Refused(415, UNKNOWN)),
    **{
        kind: Row(partial(encoded, painted(), name), Refused(415, UNKNOWN))
        for kind, name in {"EPS": "EPS", "PDF": "PDF", "TIFF": "TIFF", "BMP": "BMP", "TGA": "TGA", "ICO": "ICO",
                           "ICNS": "ICNS", "PPM": "PPM", "SGI": "SGI", "DDS": "DDS", "JPEG 2000": "JPEG2000"}.items()
    },
    "playlist": Row(lambda: b"#EXTM3U\nfile:///etc/passwd\n", Refused(415, UNKNOWN)),
}  # fmt: skip
PHOTOS = {**JPEG, **PNG, **WEBP, **HEIC, **GIF, **NAMES, **TWO_IN_ONE, **OTHERS}

FILM = Ready(160, 90, 60, "video", 1.2)
TALL = FILM._replace(width=90, height=160)
FAST = partial(film, *films.FAST)
TURNED = partial(film, *HEVC, ending="mov")
MP4 = {
    "MP4 (H.264, AAC)": Row(partial(film, sound=True), FILM),
    "MP4 without sound": Row(film, FILM),
    "MP4, index first": Row(FAST, FILM),
    "MP4 in fragments": Row(partial(film, *H264, "-movflags", "frag_keyframe+empty_moov"), FILM),
    "MP4 with an edit list": Row(films.cut_start, FILM._replace(seconds=None, off_by=None)),
    "MP4 of one frame": Row(films.one_frame, FILM._replace(seconds=0.1)),
    "MP4 of uneven frames": Row(films.uneven, FILM._replace(seconds=1.03)),
    "MP4 of 240 frames a second": Row(partial(film, rate=240, seconds=0.5), FILM._replace(seconds=0.5)),
    "MP4 of full colours (4:4:4)": Row(partial(film, *H264[:-1], "yuv444p"), FILM),
    "MP4 of 2 × 2": Row(partial(film, size=(2, 2)), Ready(2, 2, None, "video", 1.2)),
    "MP4 of oblong pixels": Row(partial(film, *H264, "-vf", "setsar=2/1"), FILM._replace(width=320)),
    "MP4 larger than 720p": Row(partial(film, size=(1920, 1080), seconds=0.3), Ready(1920, 1080, 60, "video", 0.3)),
    "MP4 with twenty sounds": Row(partial(films.many_sounds, 20), FILM),
    "MP4 with its place in it": Row(partial(films.tagged, *H264, ending="mp4"), FILM),
    "MP4 of MPEG-4": Row(partial(film, "-c:v", "mpeg4", "-q:v", "2"), FILM),
    "M4V": Row(partial(film, *H264, "-brand", "M4V ", ending="m4v"), FILM),
    "MP4 called .jpg": Row(film, FILM, "file.jpg", "image/jpeg"),
    "MP4 called .html": Row(film, FILM, "file.html", "text/html"),
    "MP4 with a script in it": Row(films.script_inside, FILM),
    "MP4 that says to last 16 minutes": Row(partial(films.lasting, 960), Refused(400, "too_long")),
    "MP4 that says to last no time": Row(partial(films.lasting, 0), FILM),
    "MP4 that says to be 8194 wide": Row(partial(films.sized, 8194, 100), Refused(400, PIXELS)),
    "MP4 that says to have no size": Row(partial(films.sized, 0, 0), FILM),
    "MP4 of four thousand million samples": Row(lambda: films.changed(FAST(), b"stsz", 8, 0xFFFFFFFF), Fails(DAMAGED)),
    "MP4 of four thousand million chunks": Row(lambda: films.changed(FAST(), b"stco", 4, 0xFFFFFFFF), FILM),
    "MP4 of boxes in boxes": Row(partial(films.boxes_in_boxes, 5000), Fails("no_video")),
    "MP4 of twenty thousand tracks": Row(partial(films.tracks_of_nothing, 20_000), Fails(DAMAGED)),
    "MP4 of boxes of nonsense": Row(lambda: films.FTYP + b"\xff\xff\xff\xffmoov" + bytes(50), Refused(400, DAMAGED)),
    "MP4 that points to another file": Row(films.pointing, FILM),
    "MP4 with a playlist in it": Row(films.playlist_inside, Fails(DAMAGED)),
    "MP4 of sound alone": Row(partial(film, "-map", "1:a", "-c:a", "aac", sound=True), Refused(415, "no_video")),
    "MP4 that is encrypted": Row(partial(film, *H264, *ENCRYPTION, sound=True), Refused(415, "encrypted_file")),
    "MP4 whose sound is encrypted": Row(lambda: film(sound=True).replace(b"mp4a", b"enca"), FILM),
    "MP4 of noise": Row(films.noise, Fails(DAMAGED)),
    "MP4 with garbage behind it": Row(lambda: FAST() + GARBAGE, FILM),
    "MP4 with bytes turned over": Row(lambda: stirred(FAST(seconds=3)), FILM._replace(seconds=3, off_by=None)),
    "MP4 cut at 10 %": Row(lambda: cut(film(), 10), Refused(400, DAMAGED)),
    "MP4 cut at 50 %": Row(lambda: cut(film(), 50), Refused(400, DAMAGED)),
    "MP4 cut at 99 %": Row(lambda: cut(film(), 99), Refused(400, DAMAGED)),
    "MP4, index first, cut at 10 %": Row(lambda: cut(FAST(), 10), Refused(400, DAMAGED)),
    "MP4, index first, cut at 80 %": Row(lambda: cut(FAST(), 80), Fails(DAMAGED)),
    "MP4, index first, cut at 99 %": Row(lambda: cut(FAST(), 99), FILM),
    "MP4 that is only its type": Row(lambda: films.FTYP, Refused(400, DAMAGED)),
}
MOV = {
    "MOV (H.264, AAC)": Row(partial(film, ending="mov", sound=True), FILM),
    "MOV (HEVC)": Row(TURNED, FILM),
    "MOV (HEVC, 10 bits)": Row(partial(film, *HEVC, "-pix_fmt", "yuv420p10le", ending="mov"), FILM),
    "MOV (HEVC, HLG)": Row(partial(films.hdr, "arib-std-b67"), FILM._replace(off_by=120)),
    "MOV (HEVC, HDR10)": Row(partial(films.hdr, "smpte2084"), FILM._replace(off_by=None)),
    "MOV with its place in it": Row(partial(films.tagged, *HEVC, ending="mov"), FILM),
    **{f"MOV turned by {turn}°": Row(partial(films.upright, turn), ends._replace(turn=turn))
       for turn, ends in {90: TALL, 180: FILM, 270: TALL}.items()},
    "MOV of ProRes": Row(partial(film, "-c:v", "prores_ks", ending="mov"), FILM),
    "MOV of JPEGs": Row(partial(film, "-c:v", "mjpeg", ending="mov"), FILM),
    "MOV of Apple's animations": Row(partial(film, "-c:v", "qtrle", ending="mov"), Fails("unsupported_codec")),
    "MOV cut at 50 %": Row(lambda: cut(TURNED(), 50), Refused(400, DAMAGED)),
}  # fmt: skip
WEBM = {
    "WebM (VP9, Opus)": Row(partial(film, *VP9, *films.OPUS, ending="webm", sound=True), FILM),
    "WebM (VP8)": Row(partial(film, "-c:v", "libvpx", "-deadline", "realtime", ending="webm"), FILM),
    "WebM of odd sides": Row(partial(films.webm, size=(161, 91)), FILM._replace(width=161, height=91)),
    "WebM of unknown length": Row(partial(films.webm, "-live", "1"), FILM),
    "WebM with its place in it": Row(partial(films.tagged, *VP9, *films.OPUS, ending="webm"), FILM),
    "WebM called .mp4": Row(films.webm, FILM, "file.mp4", "video/mp4"),
    "WebM of sound alone": Row(
        partial(film, "-map", "1:a", "-c:a", "libopus", ending="webm", sound=True), Refused(415, "no_video")
    ),
    "WebM that is encrypted": Row(encrypted_webm, Refused(415, "encrypted_file")),
    "WebM of segments in segments": Row(films.webm_in_circles, Fails(DAMAGED)),
    "WebM of nothing": Row(lambda: b"\x1a\x45\xdf\xa3\x87\x42\x82\x84webm", Refused(400, DAMAGED)),
    "WebM cut in its header": Row(lambda: films.webm()[:30], Refused(400, DAMAGED)),
    "WebM cut at 50 %": Row(lambda: cut(films.webm(), 50), Fails(DAMAGED)),
    "WebM cut at 99 %": Row(lambda: cut(films.webm(), 99), FILM),
    "Matroska": Row(partial(film, *H264, ending="mkv"), Refused(415, UNKNOWN)),
    "AVI": Row(partial(film, "-c:v", "mpeg4", ending="avi"), Refused(415, UNKNOWN)),
    "MPEG transport stream": Row(partial(film, *H264, ending="ts"), Refused(415, UNKNOWN)),
    "GIF that moves": Row(moving_gif, Ready(60, 40, 90, "video", 0.8)),
    "GIF of ten thousand frames": Row(partial(films.gif_bomb, 10_000, 2), Ready(1, 1, None, "video", 200)),
    "GIF of 16 minutes": Row(partial(films.gif_bomb, 960, 100), Fails("too_long")),
    "GIF that moves, cut at 50 %": Row(lambda: cut(moving_gif(20), 50), Fails(DAMAGED)),
}
VIDEOS = {**MP4, **MOV, **WEBM}

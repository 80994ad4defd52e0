"""Files that are not what they seem: a 4xx with a code if the headers show it, else `failed` with the original kept."""

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from media.formats.errors import CorruptFile
from media.formats.sniffing import sniff
from media.models import Blob, Media
from media.tests.support.gauntlet_photos import (
    boxes_in_boxes,
    flat,
    gif_liar,
    grid,
    lossless,
    of_programs,
    png_of,
    with_frame,
)
from media.tests.support.originals import original_of
from media.tests.support.photographs import downloaded, encoded, painted, photo, send
from tests.support.outbox import drain

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def saved(kind: str) -> bytes:
    return encoded(painted(), kind)


REFUSED = {
    "empty": (b"", 400, "empty_file"),
    "html": (b"<!doctype html><script>alert(1)</script>", 415, "unsupported_format"),
    "jpeg of 12 bits": (with_frame(bits=12), 415, "unsupported_format"),
    "jpeg without loss": (lossless(), 415, "unsupported_format"),
    "png of apple's programs": (of_programs(), 415, "unsupported_format"),
    "svg": (SVG, 415, "unsupported_format"),
    "eps": (saved("EPS"), 415, "unsupported_format"),
    "pdf": (saved("PDF"), 415, "unsupported_format"),
    "tiff": (saved("TIFF"), 415, "unsupported_format"),
    "bmp": (saved("BMP"), 415, "unsupported_format"),
    "tga": (saved("TGA"), 415, "unsupported_format"),
    "ico": (saved("ICO"), 415, "unsupported_format"),
    "icns": (saved("ICNS"), 415, "unsupported_format"),
    "ppm": (saved("PPM"), 415, "unsupported_format"),
    "sgi": (saved("SGI"), 415, "unsupported_format"),
    "dds": (saved("DDS"), 415, "unsupported_format"),
    "jpeg 2000": (saved("JPEG2000"), 415, "unsupported_format"),
    "playlist": (b"#EXTM3U\nfile:///etc/passwd\n", 415, "unsupported_format"),
    "zip": (b"PK\x03\x04" + bytes(100), 415, "unsupported_format"),
    "only a magic number": (b"\xff\xd8\xff", 400, "damaged_file"),
    "jpeg without a frame": (b"\xff\xd8" + b"\xff\xfe\x00\x04ab" * 5000, 400, "damaged_file"),
    "png cut in its header": (photo("PNG")[:20], 400, "damaged_file"),
    "gif cut in its header": (b"GIF89a\x01", 400, "damaged_file"),
    "webp without a picture": (b"RIFF\x10\0\0\0WEBPJUNK\x04\0\0\0abcd", 400, "damaged_file"),
    "webp cut in its header": (photo("WEBP")[:21], 400, "damaged_file"),
    "heic cut in its header": (photo("HEIF")[:60], 400, "damaged_file"),
    "boxes in a circle": (b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + b"\0\0\0\x08meta" * 3, 400, "damaged_file"),
    "boxes of nonsense": (b"\0\0\0\x18ftypheic\0\0\0\0heicmif1\xff\xff\xff\xffmeta" + bytes(50), 400, "damaged_file"),
    "boxes in boxes": (boxes_in_boxes(3000), 400, "damaged_file"),
    "no pixels": (png_of(0, 100), 400, "damaged_file"),
    "a bomb": (png_of(30000, 30000), 400, "too_many_pixels"),
    "the largest bomb": (png_of(2**31 - 1, 2**31 - 1), 400, "too_many_pixels"),
    "just too many pixels": (png_of(10000, 6401), 400, "too_many_pixels"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_at_once(name, client_for, alice):
    data, status, code = REFUSED[name]
    response = send(client_for(alice), data, "photo.jpg")

    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response["Content-Type"] == "application/problem+json"
    assert not Media.objects.exists()
    assert not Blob.objects.exists()


class Counted(io.BytesIO):
    """A file that counts how often it is read."""

    reads = 0

    def read(self, size: int | None = -1) -> bytes:
        self.reads += 1
        return super().read(size)


def test_boxes_by_the_thousand_keep_nobody_busy():
    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I4s", 8 + len(body), name) + body

    properties = box(b"iprp", box(b"ipco", box(b"free", b"") * 100) * 40)
    file = Counted(b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + box(b"meta", bytes(4) + properties * 100))
    with pytest.raises(CorruptFile):
        sniff(file)
    assert file.reads < 1000


def test_fill_bytes_keep_nobody_busy():
    file = Counted(b"\xff\xd8" + b"\xff" * 1_000_000)
    with pytest.raises(CorruptFile):
        sniff(file)
    assert file.reads < 10


def test_some_fill_bytes_are_taken():
    data = photo("JPEG")
    found = sniff(io.BytesIO(data[:2] + b"\xff" * 500 + data[2:]))
    assert found == sniff(io.BytesIO(data))


FAILS = {
    "jpeg cut in the middle": (photo("JPEG", 900, 700)[:-2000], "damaged_file"),
    "png cut in the middle": (photo("PNG", 900, 700)[:-1000], "damaged_file"),
    "webp cut in the middle": (photo("WEBP", 900, 700)[:-500], "damaged_file"),
    "gif cut in the middle": (photo("GIF", 900, 700)[:-500], "damaged_file"),
    "heic cut in the middle": (photo("HEIF", 900, 700)[:-500], "damaged_file"),
    "avif cut in the middle": (photo("AVIF", 900, 700)[:-500], "damaged_file"),
    "png without data": (png_of(100, 100), "damaged_file"),
    "heic that is not compressed": (photo("HEIF").replace(b"hvc1", b"unci"), "unsupported_codec"),
    "heic of tiles of jpeg 2000": (grid().replace(b"hvc1", b"j2k1"), "unsupported_codec"),
    "gif with a huge frame": (gif_liar(60000, 60000), "too_many_pixels"),
}


@pytest.mark.parametrize("name", FAILS)
def test_fails_in_the_worker_and_keeps_the_original(name, client_for, alice):
    data, code = FAILS[name]
    sent = send(client_for(alice), data)
    assert sent.status_code == 202
    drain()
    media = client_for(alice).get(sent["Location"]).json()

    assert media["state"] == "failed"
    assert media["error"]["code"] == code
    assert media["error"]["detail"].endswith(".")
    assert media["renditions"] == []
    assert media["url"] is None
    assert original_of(client_for(alice), f"{sent['Location']}") == data


def test_as_many_pixels_as_are_taken(developed):
    media = developed(flat(10000, 6400))
    assert (media["state"], media["width"], media["height"]) == ("ready", 10000, 6400)


def test_polyglot_leaves_only_its_picture(developed, client_for):
    media = developed(photo() + b"<script>alert('polyglot')</script>PK\x03\x04")
    assert media["state"] == "ready"
    for rendition in media["renditions"]:
        assert b"polyglot" not in downloaded(client_for(None), rendition["url"])


def test_text_bomb_in_a_png(developed):
    body = b"Comment\0\0" + zlib.compress(bytes(300_000_000), 9)
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body + struct.pack(">I", zlib.crc32(b"zTXt" + body))
    data = photo("PNG")
    assert developed(data[:33] + chunk + data[33:])["state"] in {"ready", "failed"}


class TestBody:
    """What is wrong with the request, not with the picture."""

    def test_missing_file(self, client_for, alice):
        response = client_for(alice).post("/v1/media", {"alt_text": "x"}, format="multipart")
        assert response.status_code == 400
        assert response.json()["errors"][0]["pointer"] == "/file"

    def test_file_as_text(self, client_for, alice):
        response = client_for(alice).post("/v1/media", {"file": "text"}, format="multipart")
        assert response.status_code == 400

    def test_json(self, client_for, alice):
        response = client_for(alice).post("/v1/media", {"file": "x"}, format="json")
        assert (response.status_code, response.json()["code"]) == (415, "unsupported_media_type")

    def test_broken_multipart(self, client_for, alice):
        response = client_for(alice).post("/v1/media", b"nonsense", content_type="multipart/form-data")
        assert response.status_code == 400

    def test_nobody(self, client_for):
        assert send(client_for(None), photo()).status_code == 401

    def test_declared_too_long_is_refused_before_it_is_read(self, client_for, alice):
        response = client_for(alice).generic(
            "POST", "/v1/media", b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(10**9)
        )
        assert (response.status_code, response.json()["code"]) == (413, "too_large")

    def test_undeclared_length(self, client_for, alice):
        response = client_for(alice).generic(
            "POST", "/v1/media", b"", content_type="multipart/form-data; boundary=x", HTTP_TRANSFER_ENCODING="chunked"
        )
        assert (response.status_code, response.json()["code"]) == (411, "length_required")

    @pytest.mark.parametrize(("extra", "status"), [(0, 202), (1, 413)])
    def test_limit_to_the_byte(self, extra, status, client_for, alice, settings):
        data = photo()
        settings.PHOTO_MAX_BYTES = settings.VIDEO_MAX_BYTES = len(data) + 5000
        response = send(client_for(alice), data + bytes(5000 + extra))
        assert response.status_code == status

    def test_limit_holds_for_several_parts_together(self, client_for, alice, settings):
        settings.PHOTO_MAX_BYTES = settings.VIDEO_MAX_BYTES = 10_000
        files = [SimpleUploadedFile(f"{n}.jpg", photo()) for n in range(20)]
        response = client_for(alice).post("/v1/media", {"file": files}, format="multipart")
        assert response.status_code == 413

    def test_body_that_ends_too_early(self, client_for, alice):
        body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n' + photo()
        response = client_for(alice).generic(
            "POST",
            "/v1/media",
            b"",
            content_type="multipart/form-data; boundary=x",
            **{"CONTENT_LENGTH": str(len(body) + 500), "wsgi.input": io.BytesIO(body)},
        )
        assert (response.status_code, response.json()["code"]) == (400, "parse_error")
        assert not Media.objects.exists()

    @pytest.mark.parametrize("name", ["../../x.jpg", "..\\..\\x", "a\r\nb", "\u202egpj.exe", "x" * 5000, "a.jpg.php"])
    def test_file_names(self, name, client_for, alice):
        assert send(client_for(alice), photo(), name).status_code in {202, 400}

    @pytest.mark.parametrize("text", ["\0", "\ud800", "\x1b[31m"])
    def test_alt_text_that_is_no_text(self, text, client_for, alice):
        body = {"file": SimpleUploadedFile("a.jpg", photo()), "alt_text": text.encode("utf-8", "surrogatepass")}
        response = client_for(alice).post("/v1/media", body, format="multipart")
        assert response.status_code in {202, 400}
        assert "\0" not in str(response.content)

    @pytest.mark.parametrize("media_id", ["0", "9" * 19, "9" * 40, "x", "1.5", "-1", "%00"])
    def test_ids_of_nothing(self, media_id, client_for, alice):
        for path in (f"/v1/media/{media_id}", f"/v1/media/{media_id}/original"):
            assert client_for(alice).get(path).status_code in {400, 404}

"""Calls that a client should not have made, and what it is told: the whole table.

A row is class, method, path, status and code, then what else is sent. Words in braces are filled in by
tests/contract/test_wrong_calls.py: `{post}` is alice's post, `{expired}` a token whose time is over. Alice calls, unless the row
names somebody else; "nobody" sends no credentials but those in the row's headers.
"""

from typing import Any

from tests.contract.wrong_account_calls import people, tokens
from tests.contract.wrong_call import FORM, JSON, MULTIPART, Wrong

HUGE = str(2**63)
DIGITS = "9" * 5000


def part(name: str, content: bytes, more: bytes = b"") -> bytes:
    """A part of a multipart body."""
    head = f'--edge\r\nContent-Disposition: form-data; name="{name}"'.encode()
    return head + more + b"\r\n\r\n" + content + b"\r\n"


def file(content: bytes, name: bytes = b"photo.jpg") -> bytes:
    """A multipart body with one file."""
    return part("file", content, b'; filename="' + name + b'"\r\nContent-Type: image/jpeg') + b"--edge--\r\n"


def broken_json() -> list[Wrong]:
    bodies = [
        b'{"media": [', b'{"media": ["1"],}', b"{'media': 1}", b"{media: 1}", b"nonsense", b"[]", b'"text"', b"5", b"null",
        b"true", b'{"caption": "\xff\xfe"}', b'\xef\xbb\xbf{"media": []}', '{"media": []}'.encode("utf-16"),
        b'{"caption": "bell \x07"}', b'{"caption": "nul \\u0000"}', b'{"nul \\u0000": 1}', b'{"caption": "\\ud800"}',
        b'{"\\udfff": 1}', b'{"media_latitude": NaN}', b'{"media_latitude": Infinity}', b'{"media_latitude": -Infinity}',
        b'{"a":' + b"[" * 40 + b"]" * 40 + b"}", b'{"a":' * 40 + b"1" + b"}" * 40, b'{"a":' + b"[" * 100_000,
        b'{"media_latitude": ' + DIGITS.encode() + b"}", b'{"media": ["{photo}"]} {}', b'{"caption": "\\x"}',
    ]  # fmt: skip
    rows = [Wrong("JSON", "POST", "/v1/posts", 400, "parse_error", body) for body in bodies]
    twice = b'{"media": ["{photo}"], "caption": "good", "caption": 5, "media": []}'
    return [
        *rows,
        Wrong("JSON", "POST", "/v1/posts", 400, "invalid", b"", pointer="/media"),
        Wrong("JSON", "POST", "/v1/posts", 400, "invalid", b"{}", pointer="/media"),
        Wrong("JSON, a name twice", "POST", "/v1/posts", 400, "invalid", twice, pointer="/media"),
        Wrong("JSON", "PATCH", "/v1/me", 400, "parse_error", b'{"bio": '),
        Wrong("JSON", "PUT", "/v1/me/avatar", 400, "parse_error", b"[[]]"),
        Wrong("JSON", "POST", "/v1/auth/token", 400, "parse_error", b"\x00", caller="nobody"),
    ]


def wrong_types() -> list[Wrong]:
    fields: list[tuple[str, str, dict[str, Any], str]] = [
        ("PATCH", "/v1/me", {"name": ["x"]}, "/name"),
        ("PATCH", "/v1/me", {"name": None}, "/name"),
        ("PATCH", "/v1/me", {"name": True}, "/name"),
        ("PATCH", "/v1/me", {"bio": {"a": 1}}, "/bio"),
        ("PATCH", "/v1/me", {"is_private": "perhaps"}, "/is_private"),
        ("PATCH", "/v1/me", {"is_private": None}, "/is_private"),
        ("PATCH", "/v1/me", {"is_private": []}, "/is_private"),
        ("PATCH", "/v1/me", {"website": "javascript:alert(1)"}, "/website"),
        ("PATCH", "/v1/me", {"website": "http://["}, "/website"),
        ("PUT", "/v1/me/avatar", {"media": 1.5}, "/media"),
        ("PUT", "/v1/me/avatar", {"media": None}, "/media"),
        ("PUT", "/v1/me/avatar", {"media": True}, "/media"),
        ("PUT", "/v1/me/avatar", {"media": "1e3"}, "/media"),
        ("POST", "/v1/posts", {"media": None}, "/media"),
        ("POST", "/v1/posts", {"media": "{photo}"}, "/media"),
        ("POST", "/v1/posts", {"media": {"0": "{photo}"}}, "/media"),
        ("POST", "/v1/posts", {"media": [["{photo}"]]}, "/media/0"),
        ("POST", "/v1/posts", {"media": ["{photo}"], "comments_enabled": "x"}, "/comments_enabled"),
        ("POST", "/v1/posts", {"media": ["{photo}"], "media_latitude": {}, "media_longitude": 1}, "/media_latitude"),
        ("POST", "/v1/posts", {"media": ["{photo}"], "media_latitude": "1e999999999"}, "/media_latitude"),
        ("POST", "/v1/posts", {"media": ["{photo}"], "place": 5.5, "tags": [None]}, "/tags/0"),
        ("PATCH", "/v1/posts/{post}", {"alt_texts": ["x"]}, "/alt_texts"),
        ("PATCH", "/v1/posts/{post}", {"alt_texts": {"x": "text"}}, "/alt_texts"),
        ("PATCH", "/v1/posts/{post}", {"alt_texts": {"1": None}}, "/alt_texts/1"),
        ("PATCH", "/v1/posts/{post}", {"exact_location": 7}, "/exact_location"),
        ("POST", "/v1/posts/{post}/comments", {"text": None}, "/text"),
        ("POST", "/v1/posts/{post}/comments", {"text": ["x"]}, "/text"),
        ("POST", "/v1/posts/{post}/comments", {"text": "x", "reply_to": "a"}, "/reply_to"),
        ("PATCH", "/v1/comments/{comment}", {"text": ["x"]}, "/text"),
        ("POST", "/v1/stories", {"media": ["{photo}"]}, "/media"),
        ("POST", "/v1/highlights", {"title": {}, "stories": ["{story}"]}, "/title"),
        ("POST", "/v1/highlights", {"title": "x", "stories": "{story}"}, "/stories"),
        ("PUT", "/v1/stories/seen", {"ids": None}, "/ids"),
        ("POST", "/v1/media/uploads", {"size": "many"}, "/size"),
        ("POST", "/v1/media/uploads", {"size": 1, "sha256": "short"}, "/sha256"),
        ("PATCH", "/v1/media/{photo}", {"alt_text": [1]}, "/alt_text"),
    ]
    return [Wrong("type", *row[:2], 400, "invalid", row[2], pointer=row[3]) for row in fields]


def numbers_and_ids() -> list[Wrong]:
    ids = ["-1", HUGE, "9" * 30, DIGITS, "abc", "1e3", "1.5", "0x1", "%D9%A1", "%EF%BC%91", "%201", "1%20", "0", "..", "%2e%2e"]  # fmt: skip
    rows = [Wrong("id", "GET", f"/v1/posts/{one}", 404, "not_found") for one in ids]
    others = ["media/{}", "stories/{}", "highlights/{}", "comments/{}/replies", "places/{}", "media/uploads/{}/status"]
    rows += [
        Wrong("id", "GET", f"/v1/{path.format(one)}", 404, "not_found") for path in others for one in (HUGE, "%D9%A1")
    ]
    sizes: list[Any] = [0, -1, 10**30, 1.5, True, None, int(HUGE)]
    rows += [
        Wrong("number", "POST", "/v1/media/uploads", 413 if size in (10**30, int(HUGE)) else 400,
              "too_large" if size in (10**30, int(HUGE)) else "invalid", {"size": size})
        for size in sizes
    ]  # fmt: skip
    inside = [-1, int(HUGE), HUGE, "9" * 30, "١", " 1", "", {}, 10**400]
    rows += [Wrong("id", "PUT", "/v1/me/avatar", 400, "invalid", {"media": one}, pointer="/media") for one in inside]
    points = ["lat=91&lon=0", "lat=NaN&lon=0", "lat=inf&lon=0", "lat=1e400&lon=0", "lat=1", "lat=&lon=", "lat=a&lon=b",
              "lat=1&lon=1&radius_m=0", "lat=1&lon=1&radius_m=-5", f"lat=1&lon=1&radius_m={DIGITS}"]  # fmt: skip
    rows += [Wrong("number", "GET", f"/v1/posts/nearby?{point}", 400, "invalid") for point in points]
    return rows


def queries() -> list[Wrong]:
    limits = ["0", "-1", "abc", "1e9", "1.5", "%D9%A1", DIGITS, "", "%20"]
    rows = [Wrong("limit", "GET", f"/v1/feed?limit={one}", 400, "invalid", pointer="/limit") for one in limits]
    cursors = ["x", "1", "a:b", "%FF", "%F0%9F%98%80", "a" * 5000, "{foreign_cursor}", "{forged_cursor}"]
    lists = ["feed", "users/alice/posts", "posts/{post}/comments"]
    rows += [
        Wrong("cursor", "GET", f"/v1/{path}?cursor={one}", 400, "invalid_cursor") for path in lists for one in cursors
    ]
    lists = ["stories", "search?q=x&", "me/saved", "explore", "tags/sea/posts", "places/nearby?lat=1&lon=1&"]
    rows += [
        Wrong("cursor", "GET", f"/v1/{path if '?' in path else path + '?'}cursor=x", 400, "invalid_cursor")
        for path in lists[:5]
    ]
    return [
        *rows,
        Wrong("query", "GET", "/v1/search?q=%22open", 400, "invalid_query"),
        Wrong("query", "GET", "/v1/search", 400, "invalid_query"),
        Wrong("query", "GET", f"/v1/search?q={'x' * 5000}", 400, "invalid_query"),
        Wrong("query", "GET", "/v1/search?q=x&type=none", 400, "invalid", pointer="/type"),
        Wrong("query", "GET", "/v1/search?q=x&sort=none", 400, "invalid", pointer="/sort"),
        Wrong("query", "GET", "/v1/tags/sea/posts?sort=none", 400, "invalid", pointer="/sort"),
        Wrong("query", "GET", "/v1/me/stories/archive?month=2026-13", 400, "invalid", pointer="/month"),
        Wrong("query", "GET", "/v1/me/stories/archive?month=0000-01", 400, "invalid", pointer="/month"),
        Wrong("query", "GET", "/v1/me/stories/archive?month=%D9%A2%D9%A0%D9%A2%D9%A6-01", 400, "invalid", pointer="/month"),
        Wrong("query", "GET", "/v1/relationships", 400, "invalid", pointer="/username"),
        Wrong("query", "GET", "/v1/relationships?" + "&".join(f"username=x{n}" for n in range(101)), 400, "invalid", pointer="/username"),
        Wrong("NUL", "GET", "/v1/search?q=%00", 400, "bad_request"),
        Wrong("NUL", "GET", "/v1/users/al%00ice", 400, "bad_request"),
        Wrong("NUL", "GET", "/v1/tags/%00", 400, "bad_request"),
    ]  # fmt: skip


def texts() -> list[Wrong]:
    fields: list[tuple[str, str, dict[str, Any], str]] = [
        ("PATCH", "/v1/me", {"bio": "x" * 151}, "/bio"),
        ("PATCH", "/v1/me", {"name": "x" * 257}, "/name"),
        ("PATCH", "/v1/me", {"name": "a\u202eb"}, "/name"),
        ("PATCH", "/v1/me", {"name": "   "}, "/name"),
        ("PATCH", "/v1/me", {"website": "https://example.com/" + "x" * 200}, "/website"),
        ("POST", "/v1/posts", {"media": ["{photo}"], "caption": "x" * 2201}, "/caption"),
        ("POST", "/v1/posts", {"media": ["{photo}"], "caption": " ".join(f"#t{n}" for n in range(31))}, "/caption"),
        ("POST", "/v1/posts", {"media": ["{photo}"], "tags": ["two words"]}, "/tags/0"),
        ("POST", "/v1/posts", {"media": ["{photo}"], "tags": [f"t{n}" for n in range(31)]}, "/tags"),
        ("POST", "/v1/posts", {"media": ["{photo}"], "place": "x" * 101}, "/place"),
        ("POST", "/v1/posts/{post}/comments", {"text": "x" * 257}, "/text"),
        ("POST", "/v1/posts/{post}/comments", {"text": "bell \x07"}, "/text"),
        ("POST", "/v1/posts/{post}/comments", {"text": " \n "}, "/text"),
        ("PATCH", "/v1/media/{photo}", {"alt_text": "x" * 1501}, "/alt_text"),
        ("POST", "/v1/highlights", {"title": "x" * 101, "stories": ["{story}"]}, "/title"),
        ("POST", "/v1/highlights", {"title": "a\nb", "stories": ["{story}"]}, "/title"),
    ]
    rows = [Wrong("text", *row[:2], 400, "invalid", row[2], pointer=row[3]) for row in fields]
    return [
        *rows,
        Wrong("size", "POST", "/v1/posts/{post}/comments", 413, "too_large", b'{"text": "' + b"x" * 2**20 + b'"}'),
        Wrong("size", "PATCH", "/v1/me", 413, "too_large", b" " * 2**21),
        Wrong("size", "POST", "/v1/auth/token", 413, "too_large", b" " * 2**21, caller="nobody"),
        Wrong("size", "POST", "/v1/posts", 413, "too_large", b"caption=" + b"x" * 2**20, FORM),
        Wrong("size", "POST", "/v1/posts", 400, "bad_request", b"a=1&" * 2000, FORM),
    ]


def not_ones_own() -> list[Wrong]:
    hidden = [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("PUT", "/like"), ("PUT", "/save"), ("GET", "/likes"), ("GET", "/comments"),
              ("POST", "/comments"), ("POST", "/archive"), ("POST", "/restore")]  # fmt: skip
    rows = [
        Wrong("hidden", method, f"/v1/posts/{{post}}{path}", 404, "not_found", {"text": "x", "caption": "x"}, caller="mallory")
        for method, path in hidden
    ]  # fmt: skip
    return [
        *rows,
        Wrong("foreign", "PATCH", "/v1/posts/{post}", 403, "permission_denied", {"caption": "x"}, caller="bob"),
        Wrong("foreign", "DELETE", "/v1/posts/{post}", 403, "permission_denied", caller="bob"),
        Wrong("foreign", "POST", "/v1/posts/{post}/archive", 403, "permission_denied", caller="bob"),
        Wrong("foreign", "DELETE", "/v1/comments/{comment}", 403, "permission_denied", caller="bob"),
        Wrong("foreign", "PUT", "/v1/comments/{comment}/pin", 403, "permission_denied", caller="bob"),
        Wrong("foreign", "PATCH", "/v1/comments/{comment}", 403, "permission_denied", {"text": "x"}, caller="bob"),
        Wrong("foreign", "DELETE", "/v1/stories/{story}", 403, "permission_denied", caller="bob"),
        Wrong("foreign", "GET", "/v1/stories/{story}/viewers", 403, "permission_denied", caller="bob"),
        Wrong("foreign", "PATCH", "/v1/highlights/{highlight}", 403, "permission_denied", {"title": "x"}, caller="bob"),
        Wrong("foreign", "GET", "/v1/media/{photo}", 404, "not_found", caller="bob"),
        Wrong("foreign", "PATCH", "/v1/media/{photo}", 404, "not_found", {"alt_text": "x"}, caller="bob"),
        Wrong("foreign", "GET", "/v1/media/{photo}/original", 404, "not_found", caller="bob"),
        Wrong("foreign", "PUT", "/v1/me/avatar", 400, "invalid", {"media": "{photo}"}, caller="bob", pointer="/media"),
        Wrong("foreign", "POST", "/v1/posts", 400, "invalid", {"media": ["{photo}"]}, caller="bob", pointer="/media"),
        Wrong("foreign", "POST", "/v1/stories", 400, "invalid", {"media": "{photo}"}, caller="bob", pointer="/media"),
        Wrong("foreign", "POST", "/v1/highlights", 400, "invalid", {"title": "x", "stories": ["{story}"]}, caller="bob", pointer="/stories"),
        Wrong("many", "POST", "/v1/posts", 400, "invalid", {"media": [str(n) for n in range(1, 12)]}, pointer="/media"),
        Wrong("many", "POST", "/v1/posts", 400, "invalid", {"media": ["{photo}", "{photo}"]}, pointer="/media"),
        Wrong("many", "POST", "/v1/posts", 400, "invalid", {"media": []}, pointer="/media"),
        Wrong("many", "PUT", "/v1/stories/seen", 400, "invalid", {"ids": [str(n) for n in range(1000)]}, pointer="/ids"),
        Wrong("state", "DELETE", "/v1/media/{attached}", 409, "media_in_use"),
        Wrong("state", "POST", "/v1/media/uploads/{upload}/complete", 409, "not_uploaded"),
        Wrong("state", "POST", "/v1/posts/{quiet}/comments", 403, "comments_off", {"text": "x"}),
        Wrong("state", "POST", "/v1/posts/{quiet}/comments", 400, "invalid", {"text": "x", "reply_to": "4711"}, pointer="/reply_to"),
        Wrong("state", "POST", "/v1/posts", 400, "invalid", {"media": ["{failed}"]}, pointer="/media"),
        Wrong("pair", "POST", "/v1/posts", 400, "invalid", {"media": ["{photo}"], "media_latitude": 1}, pointer="/media_longitude"),
    ]  # fmt: skip


def around_the_body() -> list[Wrong]:
    return [*content_types_and_keys(), *methods(), *routes(), *headers()]


def content_types_and_keys() -> list[Wrong]:
    good = b'{"media": ["{photo}"]}'
    kinds = [
        "text/plain",
        "text/xml",
        "application/octet-stream",
        "image/jpeg",
        "nonsense",
        "application/jsonx",
        "a/b/c",
    ]
    rows = [Wrong("content type", "POST", "/v1/posts", 415, "unsupported_media_type", good, kind) for kind in kinds]
    keys = ["", "x" * 256, "bell \x07", "ключ".encode().decode("latin-1"), "\x7f"]
    rows += [
        Wrong("key", "POST", "/v1/posts", 400, "invalid", good, headers={"Idempotency-Key": key}, pointer="/Idempotency-Key")
        for key in keys
    ]  # fmt: skip
    used = {"Idempotency-Key": "used"}
    return [
        *rows,
        Wrong("key", "POST", "/v1/posts", 422, "key_reused", {"media": ["{photo}"], "caption": "other"}, headers=used),
        Wrong("key", "POST", "/v1/posts/{quiet}/comments", 422, "key_reused", {"text": "other"}, headers=used),
        Wrong("key", "POST", "/v1/stories", 422, "key_reused", {"media": "{photo}"}, headers=used),
    ]  # fmt: skip


def methods() -> list[Wrong]:
    return [
        Wrong("method", "PUT", "/v1/posts/{post}", 405, "method_not_allowed"),
        Wrong("method", "DELETE", "/v1/feed", 405, "method_not_allowed"),
        Wrong("method", "POST", "/v1/me", 405, "method_not_allowed"),
        Wrong("method", "FOO", "/v1/me", 405, "method_not_allowed"),
        Wrong("method", "TRACE", "/v1/me", 405, "method_not_allowed"),
        Wrong("method", "PATCH", "/v1/feed", 405, "method_not_allowed"),
        Wrong("method", "POST", "/v1/instance", 405, "method_not_allowed", caller="nobody"),
        Wrong("method", "POST", "/v1/schema", 405, "method_not_allowed", caller="nobody"),
        Wrong("method", "GET", "/v1/auth/token", 405, "method_not_allowed", caller="nobody"),
        Wrong("method", "POST", "/v1/posts/{post}", 405, "method_not_allowed", headers={"X-HTTP-Method-Override": "DELETE"}),
    ]  # fmt: skip


def routes() -> list[Wrong]:
    return [
        Wrong("route", "GET", "/v1/nothing", 404, "not_found"),
        Wrong("route", "GET", "/v1/me/", 404, "not_found"),
        Wrong("route", "GET", "/v1//me", 404, "not_found"),
        Wrong("route", "GET", "/v2/me", 404, "not_found"),
        Wrong("method", "GET", "/v1/posts/{post}%2flike", 405, "method_not_allowed"),
        Wrong("route", "GET", "/v1/%FF%FE", 404, "not_found"),
        Wrong("route", "GET", "/v1/" + "x" * 60_000, 404, "not_found"),
        Wrong("route", "GET", "/media/nothing/w320.webp?token=x", 404, "not_found", caller="nobody"),
        Wrong("route", "PUT", "/media/incoming/ticket", 404, "not_found", b"x", caller="nobody"),
    ]  # fmt: skip


def headers() -> list[Wrong]:
    return [
        Wrong("accept", "GET", "/v1/me", 406, "not_acceptable", headers={"Accept": "image/png"}),
        Wrong("accept", "GET", "/v1/feed", 406, "not_acceptable", headers={"Accept": "nonsense"}),
        Wrong("accept", "GET", "/v1/feed", 406, "not_acceptable", headers={"Accept": "a/b," * 10_000}),
        Wrong("host", "GET", "/v1/me", 400, "bad_request", headers={"Host": "evil.example"}),
        Wrong("host", "GET", "/v1/me", 400, "bad_request", headers={"Host": "a b"}),
        Wrong("forwarding", "GET", "/v1/me", 401, "not_authenticated", headers={"X-Forwarded-User": "alice", "X-Original-URL": "/v1/instance"}, caller="nobody"),
        Wrong("forwarding", "POST", "/v1/auth/token", 401, "invalid_credentials", {"username": "alice", "password": "x"}, headers={"X-Forwarded-For": "\xff, 1.2.3.4"}, caller="nobody"),
        Wrong("forwarding", "GET", "/v1/me", 401, "not_authenticated", headers={"X-Forwarded-Host": "evil.example"}, caller="nobody"),
        Wrong("CSRF", "PATCH", "/v1/me", 403, "csrf_failed", {"bio": "x"}, caller="browser"),
    ]  # fmt: skip


def files() -> list[Wrong]:
    page, eps = (
        b"<!DOCTYPE html><script>alert(1)</script>" * 9,
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n" * 9,
    )
    bodies: list[tuple[int, str, bytes]] = [
        (400, "empty_file", file(b"")),
        (415, "unsupported_format", file(b"no picture at all" * 20)),
        (415, "unsupported_format", file(page)),
        (415, "unsupported_format", file(eps)),
        (415, "unsupported_format", file(b"%PDF-1.7\n" * 40)),
        (415, "unsupported_format", file(b"BM" + bytes(400))),
        (415, "unsupported_format", file(b"MM\x00*" + bytes(400))),
        (415, "unsupported_format", file(b"\x7fELF" + bytes(400))),
        (415, "unsupported_format", file(b"#EXTM3U\nfile:///etc/passwd\n" * 20)),
        (400, "damaged_file", file(b"\xff\xd8\xff\xe0" + bytes(400))),
        (400, "damaged_file", file(b"\x89PNG\r\n\x1a\n" + bytes(400))),
        (400, "invalid", file(b"GIF89a" + bytes(400))[:-20]),
        (400, "invalid", b"no part at all"),
        (400, "invalid", part("alt_text", b"x") + b"--edge--\r\n"),
        (400, "invalid", part("file", b"text, not a file") + b"--edge--\r\n"),
        (400, "invalid", b"--edge--\r\n"),
        (400, "invalid", part("alt_text", b"x" * 1501) + file(b"GIF89a" + bytes(400))),
        (400, "invalid", part("alt_text", b"nul \x00") + file(b"GIF89a" + bytes(400))),
        (400, "bad_request", part("alt_text", b"x") * 1001 + b"--edge--\r\n"),
    ]
    rows = [Wrong("file", "POST", "/v1/media", status, code, body, MULTIPART) for status, code, body in bodies]
    types = ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\xe9"]
    rows += [Wrong("boundary", "POST", "/v1/media", 400, "parse_error", file(b"x"), kind) for kind in types]
    kinds = [JSON, FORM, "multipart/mixed; boundary=edge", "multipart/form-data; boundary=" + "x" * 60_000]
    rows += [Wrong("file", "POST", "/v1/media", 415, "unsupported_media_type", file(b"x"), kind) for kind in kinds]
    return rows


WRONG_CALLS: dict[str, list[Wrong]] = {
    "broken json": broken_json(),
    "wrong types": wrong_types(),
    "numbers and ids": numbers_and_ids(),
    "queries": queries(),
    "texts": texts(),
    "people": people(),
    "tokens": tokens(),
    "not ones own": not_ones_own(),
    "around the body": around_the_body(),
    "files": files(),
}

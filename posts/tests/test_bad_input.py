"""What is refused, with a pointer to what is wrong; never an error of ours."""

import pytest

from media.models import Media
from posts.models import Comment, Post
from tests.support import factories

pytestmark = pytest.mark.django_db
HUGE = 2**63


@pytest.fixture
def photo(alice):
    return str(factories.media(alice).pk)


def refused(answer, pointer, code=None):
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    errors = answer.json()["errors"]
    assert pointer in [error["pointer"] for error in errors], errors
    if code:
        assert code in [error["code"] for error in errors], errors
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("caption", "x" * 2201, "max_length"),
        ("caption", "bell \x07", "control"),
        ("caption", ["x"], "invalid"),
        ("caption", None, "null"),
        ("tags", [f"tag{number}" for number in range(31)], "max_length"),
        ("tags", "sea", "not_a_list"),
        ("caption", " ".join(f"#tag{number}" for number in range(31)), "max_length"),
        ("place", "x" * 101, "max_length"),
        ("place", "ﷺ" * 30, "max_length"),
        ("place", "left\u202eright", "control"),
        ("media_latitude", "91", "out_of_range"),
        ("media_latitude", "NaN", "invalid"),
        ("media_latitude", "Infinity", "invalid"),
        ("media_latitude", "1e400", "out_of_range"),
        ("media_latitude", "north", "invalid"),
        ("media_latitude", True, "invalid"),
        ("media_latitude", [1], "invalid"),
        ("media_longitude", "-180.0000001", "out_of_range"),
        ("user_latitude", "-90.5", "out_of_range"),
        ("user_longitude", 181, "out_of_range"),
        ("comments_enabled", "perhaps", "invalid"),
    ],
)
def test_a_bad_field_is_named(client_for, alice, photo, field, value, code):
    position = {"media_latitude": "1", "media_longitude": "1", "user_latitude": "1", "user_longitude": "1"}
    answer = client_for(alice).post("/v1/posts", {"media": [photo], **position, field: value})
    refused(answer, f"/{field}", code)


def test_2200_characters_are_taken(client_for, alice, photo):
    answer = client_for(alice).post("/v1/posts", {"media": [photo], "caption": "é" * 2200})
    assert answer.status_code == 201


@pytest.mark.parametrize("tag", ["two words", "no-dash", "1234", "", "#", "x" * 101, "ﷺ" * 40, 5.5, {"a": 1}])
def test_what_is_no_tag_is_named(client_for, alice, photo, tag):
    answer = client_for(alice).post("/v1/posts", {"media": [photo], "tags": ["fine", tag]})
    refused(answer, "/tags/1")


def test_caption_and_list_have_thirty_tags_together(client_for, alice, photo):
    caption = " ".join(f"#tag{number}" for number in range(20))
    answer = client_for(alice).post(
        "/v1/posts", {"media": [photo], "caption": caption, "tags": [f"t{n}" for n in range(11)]}
    )
    refused(answer, "/tags", "max_length")


@pytest.mark.parametrize("missing", ["media_latitude", "media_longitude", "user_latitude", "user_longitude"])
def test_latitude_and_longitude_come_together(client_for, alice, photo, missing):
    body = {"media_latitude": "1", "media_longitude": "1", "user_latitude": "1", "user_longitude": "1"}
    del body[missing]
    refused(client_for(alice).post("/v1/posts", {"media": [photo], **body}), f"/{missing}", "required")


@pytest.mark.parametrize(
    "media", [[], None, "abc", {}, 5, [[]], [None], [True], ["-1"], ["1e3"], ["١"], [HUGE], ["9" * 5000]]
)
def test_what_is_no_list_of_ids_is_refused(client_for, alice, media):
    answer = client_for(alice).post("/v1/posts", {"media": media})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"].startswith("/media")


def test_eleven_media_are_refused(client_for, alice):
    ids = [str(factories.media(alice).pk) for _ in range(11)]
    refused(client_for(alice).post("/v1/posts", {"media": ids}), "/media", "max_length")
    assert client_for(alice).post("/v1/posts", {"media": ids[:10]}).status_code == 201


def test_no_media_is_refused(client_for, alice):
    refused(client_for(alice).post("/v1/posts", {"caption": "words alone"}), "/media", "required")


def test_a_media_twice_is_refused(client_for, alice, photo):
    refused(client_for(alice).post("/v1/posts", {"media": [photo, photo]}), "/media", "duplicate")


def test_foreign_unknown_deleted_and_failed_media_are_refused(client_for, alice, charlie, photo):
    foreign = factories.media(charlie).pk
    deleted = factories.media(alice, deleted_at="2026-11-01T00:00:00Z").pk
    failed = factories.media(alice, state=Media.State.FAILED).pk
    unsent = factories.media(alice, state=Media.State.RECEIVING).pk
    for one in (foreign, 4711, deleted, failed, unsent, HUGE - 1):
        refused(client_for(alice).post("/v1/posts", {"media": [photo, str(one)]}), "/media")


@pytest.mark.parametrize(
    "body",
    [
        '{"media": ["1"], "caption": "nul \\u0000"}',
        '{"media": ["1"], "caption": "half \\ud800"}',
        '{"media": ["1"], "media_latitude": NaN, "media_longitude": 1}',
        '{"media": ["1"], "media_latitude": Infinity, "media_longitude": 1}',
        '{"media": ' + "[" * 2000 + "]" * 2000 + "}",
        '{"media"',
        "[]",
        "5",
        "",
        "\xff",
    ],
)
def test_a_body_that_is_no_post_is_a_400(client_for, alice, body):
    answer = client_for(alice).generic("POST", "/v1/posts", body, content_type="application/json")
    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] in ("parse_error", "invalid")


def test_what_only_we_set_is_not_taken_from_a_body(client_for, alice, charlie, photo):
    sent = {"media": [photo], "author": str(charlie.pk), "likes_count": 99, "id": "1", "edited_at": "2020-01-01"}
    shown = client_for(alice).post("/v1/posts", sent).json()
    assert shown["author"]["username"] == "alice"
    assert (shown["likes_count"], shown["edited"]) == (0, False)
    assert shown["id"] != "1"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "posts/{}"),
        ("patch", "posts/{}"),
        ("delete", "posts/{}"),
        ("post", "posts/{}/restore"),
        ("put", "posts/{}/like"),
        ("put", "posts/{}/save"),
        ("get", "posts/{}/likes"),
        ("get", "posts/{}/comments"),
        ("post", "posts/{}/comments"),
        ("get", "comments/{}"),
        ("get", "comments/{}/replies"),
        ("delete", "comments/{}"),
        ("put", "comments/{}/like"),
    ],
)
def test_no_such_id_is_a_404(client_for, alice, method, path):
    for number in ("0", f"{HUGE - 1}", f"{HUGE}", "9" * 19, "9" * 30, "-1", "abc", "1.5", "١"):
        answer = getattr(client_for(alice), method)(f"/v1/{path.format(number)}", {"text": "x"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), number


@pytest.mark.parametrize("path", ["posts/{}/like", "posts/{}/dislike", "posts/{}/save", "comments/{}/like"])
def test_taking_back_what_never_was_is_a_204(client_for, alice, path):
    for number in ("0", "9223372036854775807"):
        assert client_for(alice).delete(f"/v1/{path.format(number)}").status_code == 204


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/text"),
        ({"text": ""}, "/text"),
        ({"text": "   "}, "/text"),
        ({"text": "x" * 257}, "/text"),
        ({"text": "bell \x07"}, "/text"),
        ({"text": 5.5}, None),
        ({"text": ["x"]}, "/text"),
        ({"text": "x", "reply_to": "abc"}, "/reply_to"),
        ({"text": "x", "reply_to": HUGE}, "/reply_to"),
        ({"text": "x", "reply_to": [1]}, "/reply_to"),
    ],
)
def test_a_bad_comment_is_named(client_for, alice, body, pointer):
    post = factories.post(alice)
    answer = client_for(alice).post(f"/v1/posts/{post.pk}/comments", body)
    if pointer is None:
        assert answer.status_code == 201
        return
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "query", ["cursor=abc", "cursor=%00", "limit=0", "limit=-1", "limit=abc", "limit=1e9", "cursor=é"]
)
def test_a_bad_cursor_or_limit_is_a_400(client_for, alice, query):
    post = factories.post(alice)
    for path in ("users/alice/posts", "me/saved", "me/archive", "me/trash", "me/removed", f"posts/{post.pk}/comments"):
        assert client_for(alice).get(f"/v1/{path}?{query}").status_code == 400, path

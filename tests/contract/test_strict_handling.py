"""`Prefer: handling=strict`: at every route what is unknown is refused by its name, and what is known is taken."""

import re
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from media.actions.marking import ensure_marked
from media.models import Media
from media.tests.support.photographs import path_of, photo
from posts.models import Post
from tests.architecture.test_registration import routes
from tests.contract.test_visibility import World
from tests.contract.visibility_matrix import MATRIX, Row
from tests.support import factories

pytestmark = pytest.mark.django_db
STRICT = {"Prefer": "handling=strict"}
PAGES = {"docs"}  # HTML for people
BYTES = {"media-list", "media-upload-bytes"}  # whose bodies hold files
WITH_BODY = {"post", "put", "patch"}
ROWS = {key: row for key, row in MATRIX.items() if key[0] not in PAGES}


@pytest.fixture
def store(settings: Any, tmp_path: Any) -> None:
    """A folder of media of this test's own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    ensure_marked()


def photo_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("photo.jpg", photo(), "image/jpeg")


def preferring(world: World, method: str, row: Row, preference: str) -> Any:
    """A row of the matrix as its owner sends it, undone afterwards."""
    world.client.defaults["HTTP_PREFER"] = preference
    return world.ask("owner", method, row)


def with_query(row: Row, query: str) -> Row:
    return replace(row, path=row.path + ("&" if "?" in row.path else "?") + query)


def names_of(answer: Any, code: str) -> list[str]:
    """The pointers of a refusal; empty if it is none."""
    if answer.status_code != 400 or answer.json()["code"] != f"{code.split('_')[0]}_name":
        return []
    assert answer["Preference-Applied"] == "handling=strict"
    return [error["pointer"] for error in answer.json()["errors"] if error["code"] == code]


def test_at_every_route_an_unknown_parameter_is_refused_by_its_name():
    world, wrong = World(private=False), []
    for (name, method), row in ROWS.items():
        strict = preferring(world, method, with_query(row, "since_id=1"), "handling=strict")
        ordinary = preferring(world, method, with_query(row, "since_id=1"), "respond-async")
        if names_of(strict, "unknown_parameter") != ["/since_id"] or names_of(ordinary, "unknown_parameter"):
            wrong.append(f"{method} {name}: {strict.status_code}, without the preference {ordinary.status_code}")
    assert not wrong, "\n".join(wrong)


def test_at_every_route_an_unknown_member_is_refused_by_its_name():
    world, wrong = World(private=False), []
    rows = {(name, method): row for (name, method), row in ROWS.items() if method in WITH_BODY and name not in BYTES}
    for (name, method), row in rows.items():
        more = replace(row, body={**row.body, "notThere": {"x": 1}})
        strict = preferring(world, method, more, "handling=strict")
        ordinary = preferring(world, method, more, "")
        if names_of(strict, "unknown_member") != ["/notThere"] or names_of(ordinary, "unknown_member"):
            wrong.append(f"{method} {name}: {strict.status_code}, without the preference {ordinary.status_code}")
    assert len(rows) > 30
    assert not wrong, "\n".join(wrong)


def test_at_every_route_what_is_known_is_taken_as_ever():
    world, wrong = World(private=False), []
    for (name, method), row in ROWS.items():
        strict, ordinary = (preferring(world, method, row, preference) for preference in ("handling=strict", ""))
        if (
            strict.status_code != ordinary.status_code
            or "Preference-Applied" not in strict
            or "Preference-Applied" in ordinary
        ):
            wrong.append(f"{method} {name}: {strict.status_code}, without the preference {ordinary.status_code}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["isPrivate", "is_privat", "is-private"])
def test_a_misspelt_member_is_told_what_was_meant_and_changes_nothing(client_for, alice, name):
    answer = client_for(alice).patch("/v1/me", {"bio": "New", name: True}, headers=STRICT)
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {
            "pointer": f"/{name}",
            "code": "unknown_member",
            "detail": f"{name} is not known here; did you mean is_private?",
            "suggestion": "is_private",
        }
    ]
    alice.refresh_from_db()
    assert (alice.bio, alice.is_private) == ("", False)


def test_without_the_preference_it_is_ignored(client_for, alice):
    answer = client_for(alice).patch("/v1/me", {"bio": "New", "isPrivate": True})
    assert (answer.status_code, answer.json()["bio"], answer.json()["is_private"]) == (200, "New", False)


def test_a_member_that_only_answers_have_is_not_taken(client_for, alice):
    answer = client_for(alice).patch("/v1/me", {"posts_count": 7, "id": "1"}, headers=STRICT)
    assert names_of(answer, "unknown_member") == ["/posts_count", "/id"]


def test_everything_unknown_is_named_up_to_a_bound(client_for, alice):
    body = {f"a/~{number}": 1 for number in range(30)}
    answer = client_for(alice).patch("/v1/me?q=1", {**body, "x" * 5000: 1}, headers=STRICT)
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    assert pointers[:2] == ["/q", "/a~1~00"]
    assert len(pointers) == 20
    assert len(answer.content) < 5000


def test_parameters_of_a_list_are_known_and_misspelt_ones_get_a_hint(client_for, alice, bob):
    factories.post(alice)
    client = client_for(bob)
    assert client.get("/v1/users/alice/posts?limit=1&cursor=", headers=STRICT).status_code == 200
    assert client.get("/v1/posts/nearby?lat=1&lon=2&radius_m=10&limit=3", headers=STRICT).status_code == 200
    answer = client.get("/v1/places/nearby?lat=1&lon=2&radiusM=10", headers=STRICT)
    assert answer.json()["errors"][0]["suggestion"] == "radius_m"
    assert client.get("/v1/search?q=x&Type=users", headers=STRICT).json()["errors"][0]["suggestion"] == "type"


def test_a_page_is_followed_to_its_end(client_for, alice):
    for _ in range(3):
        factories.post(alice)
    first = client_for(alice).get("/v1/users/alice/posts?limit=2", headers=STRICT).json()
    second = client_for(alice).get(f"/v1/users/alice/posts?limit=2&cursor={first['next']}", headers=STRICT).json()
    assert (len(first["results"]), len(second["results"]), second["next"]) == (2, 1, None)


def test_fields_of_an_upload_are_held_to_it_too(client_for, alice, store):
    def send(headers: dict[str, str], **fields: Any) -> Any:
        return client_for(alice).post(
            "/v1/media", {"file": photo_file(), **fields}, format="multipart", headers=headers
        )

    refused = send(STRICT, altText="A lake")
    assert refused.json()["errors"][0]["suggestion"] == "alt_text"
    assert not Media.objects.exists()
    assert send(STRICT, alt_text="A lake").status_code == 202
    assert send({}, altText="A lake").status_code == 202
    assert names_of(send(STRICT, **{"poster": photo_file()}), "unknown_member") == ["/poster"]


def test_a_form_may_name_the_values_of_a_map_and_carry_its_token(client_for, alice):
    post = factories.post(alice)
    media = post.items.get().media_id
    client, path = client_for(alice), f"/v1/posts/{post.pk}"
    form = {f"alt_texts[{media}]": "A lake", "caption": "New", "csrfmiddlewaretoken": "x"}
    assert client.patch(path, form, format="multipart", headers=STRICT).status_code == 200
    answer = client.patch(path, {"captoin[1]": "x"}, format="multipart", headers=STRICT)
    assert names_of(answer, "unknown_member") == ["/captoin[1]"]


def test_a_map_takes_any_names(client_for, alice):
    post = factories.post(alice)
    body = {"alt_texts": {str(post.items.get().media_id): "A lake"}}
    assert client_for(alice).patch(f"/v1/posts/{post.pk}", body, headers=STRICT).status_code == 200


def test_a_body_where_none_is_taken_is_refused(client_for, alice, bob):
    post = factories.post(alice)
    answer = client_for(bob).put(f"/v1/posts/{post.pk}/like", {"emoji": "x"}, headers=STRICT)
    assert names_of(answer, "unknown_member") == ["/emoji"]
    assert Post.objects.get(pk=post.pk).likes_count == 0
    answer = client_for(bob).delete(f"/v1/posts/{post.pk}/like", {"emoji": "x"}, headers=STRICT)
    assert names_of(answer, "unknown_member") == ["/emoji"]


def test_what_is_hidden_and_what_is_absent_are_refused_alike(client_for, alice, charlie):
    User.objects.filter(pk=alice.pk).update(is_private=True)
    hidden = factories.post(alice)
    bodies = [client_for(charlie).get(f"/v1/posts/{one}?x=1", headers=STRICT).content for one in (hidden.pk, 1)]
    assert bodies[0] == bodies[1]


def test_addresses_of_files_are_held_to_it_too(client_for, alice, store):
    sent = photo()
    address = path_of(client_for(alice).post("/v1/media/uploads", {"size": len(sent)}).json()["url"])

    def put(query: str) -> Any:
        return Client().put(address + query, sent, content_type="application/octet-stream", headers=STRICT)

    assert names_of(put("?part=1"), "unknown_parameter") == ["/part"]
    assert (put("").status_code, put("")["Preference-Applied"]) == (200, "handling=strict")


def test_every_plain_view_of_files_says_what_it_takes():
    views = [route.callback for address, route in routes() if re.match(r"\^?media/", address)]
    assert len(views) >= 2
    assert all(hasattr(view, "known_parameters") for view in views), "takes_parameters(…) stands above each"


def test_pages_of_other_origins_may_send_and_read_it(client_for, alice):
    asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "prefer"}
    preflight = Client().options("/v1/me", headers={"Origin": "https://app.example", **asked})
    assert "prefer" in preflight["Access-Control-Allow-Headers"]
    answer = client_for(alice).get("/v1/me", headers={"Origin": "https://app.example", **STRICT})
    assert "Preference-Applied" in answer["Access-Control-Expose-Headers"]


def sent(client: Any, text: str, headers: dict[str, str] = STRICT) -> Any:
    return client.patch("/v1/me", text, content_type="application/json", headers=headers)


@pytest.mark.parametrize("path", ["/v1/feed", "/v1/search?q=x", "/v1/instance", "/v1/schema"])
def test_a_parameter_that_is_given_twice_is_refused(client_for, alice, path):
    path += ("&" if "?" in path else "?") + "format=json&format=json"
    known = names_of(client_for(alice).get(path, headers=STRICT), "repeated_parameter")
    unknown = names_of(client_for(alice).get(path, headers=STRICT), "unknown_parameter")
    assert known + unknown == ["/format"]
    assert client_for(alice).get(path).status_code == 200


def test_a_page_of_two_sizes_is_refused_and_several_names_are_not(client_for, alice, bob):
    client = client_for(alice)
    answer = client.get("/v1/feed?limit=1&limit=2", headers=STRICT)
    assert answer.json()["errors"] == [
        {"pointer": "/limit", "code": "repeated_parameter", "detail": "limit is given more than once"}
    ]
    assert client.get("/v1/feed?limit=1&limit=2").status_code == 200
    assert len(client.get("/v1/relationships?username=alice&username=bob", headers=STRICT).json()) == 2


def test_a_member_that_is_given_twice_is_refused_and_without_the_preference_the_last_counts(client_for, alice):
    text = '{"bio": "one", "bio": "two"}'
    answer = sent(client_for(alice), text)
    assert names_of(answer, "repeated_member") == ["/bio"]
    alice.refresh_from_db()
    assert alice.bio == ""
    assert sent(client_for(alice), text, {}).json()["bio"] == "two"
    assert sent(client_for(alice), '{"bio": "three"}').json()["bio"] == "three"


@pytest.mark.parametrize(
    ("text", "pointers"),
    [
        ('{"bio": 1, "b\\u0069o": 1}', ["/bio"]),
        ('{"a": {"x": 1, "x": 2}}', ["/a/x"]),
        ('{"a": [0, {"x/y": 1, "x/y": 2}]}', ["/a/1/x~1y"]),
        ('{"b": 1, "a": 1, "b": {"c": 1, "c": 2}, "a": 2}', ["/a", "/b", "/b/c"]),
    ],
)
def test_it_is_found_at_any_depth(client_for, alice, text, pointers):
    assert names_of(sent(client_for(alice), text), "repeated_member") == pointers


def test_a_body_that_nobody_reads_is_held_to_it(client_for, alice, bob):
    path, text = "/v1/users/bob/follow", '{"x": 1, "x": 2}'
    answer = client_for(alice).put(path, text, content_type="application/json", headers=STRICT)
    assert names_of(answer, "repeated_member") == ["/x"]


def test_a_form_is_held_to_it(client_for, alice):
    def send(text: str) -> Any:
        kind = "application/x-www-form-urlencoded"
        return client_for(alice).patch("/v1/me", text, content_type=kind, headers=STRICT)

    assert names_of(send("bio=one&bio=two"), "repeated_member") == ["/bio"]
    assert send("bio=one").json()["bio"] == "one"


def test_many_repeated_names_cost_little(client_for, alice):
    text = "{" + ", ".join(f'"m{number % 5000}": 1' for number in range(20_000)) + "}"
    assert len(names_of(sent(client_for(alice), text), "repeated_member")) == 20

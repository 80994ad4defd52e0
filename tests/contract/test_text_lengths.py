"""Lengths count code points: in what is refused, in the schema, in the database, and `GET /v1/instance` says so.

Mutant: a limit that counts UTF-16 units or bytes, which letters beyond U+FFFF have two and four of.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps

from pystagram.environment import ROOT
from pystagram.views import instance_facts, openapi_document
from tests.support import factories

pytestmark = pytest.mark.django_db
LETTER = "\U0001e922"  # Adlam: one code point, two UTF-16 units, four bytes


@dataclass(frozen=True)
class Field:
    """A text of an operation's body, and the column where it ends up."""

    shape: str
    name: str
    column: str
    send: Callable[[Any, Any, str], Any]


def _post(**fields: Callable[[str], Any]) -> Callable[[Any, Any, str], Any]:
    def send(client: Any, me: Any, text: str) -> Any:
        body = {"media": [str(factories.media(me).pk)], **{name: value(text) for name, value in fields.items()}}
        return client.post("/v1/posts", body)

    return send


def _me(name: str) -> Callable[[Any, Any, str], Any]:
    return lambda client, me, text: client.patch("/v1/me", {name: text})


FIELDS = [
    Field("PostInput", "caption", "posts.Post.caption", _post(caption=str)),
    Field("PostInput", "place", "posts.Post.place_name", _post(place=str)),
    Field("PostInput", "tags", "posts.PostTag.name", _post(tags=lambda text: [text])),
    Field("CommentInput", "text", "posts.Comment.text",
          lambda client, me, text: client.post(f"/v1/posts/{factories.post(me).pk}/comments", {"text": text})),
    Field("MediaChanges", "alt_text", "media.Media.alt_text",
          lambda client, me, text: client.patch(f"/v1/media/{factories.media(me).pk}", {"alt_text": text})),
    Field("HighlightInput", "title", "stories.Highlight.title",
          lambda client, me, text: client.post(
              "/v1/highlights", {"title": text, "stories": [str(factories.story(me).pk)]})),
    Field("ProfileChanges", "name", "accounts.User.name", _me("name")),
    Field("ProfileChanges", "bio", "accounts.User.bio", _me("bio")),
]  # fmt: skip


def limit_of(field: Field) -> int:
    model = apps.get_model(".".join(field.column.split(".")[:2]))
    longest = model._meta.get_field(field.column.split(".")[2]).max_length
    assert longest is not None
    return int(longest)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.shape} {field.name}")
def test_the_longest_text_counts_code_points(client_for, alice, field):
    longest = limit_of(field)
    assert field.send(client_for(alice), alice, LETTER * longest).status_code in {200, 201}
    refused = field.send(client_for(alice), alice, LETTER * (longest + 1))
    assert refused.status_code == 400
    assert {error["code"] for error in refused.json()["errors"]} <= {"max_length", "not_a_tag"}


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.shape} {field.name}")
def test_letters_are_counted_as_nfc_has_them(client_for, alice, field):
    text = unicodedata.normalize("NFD", "é") * limit_of(field)
    assert field.send(client_for(alice), alice, text).status_code in {200, 201}


def test_the_schema_has_the_same_numbers():
    document: Any = openapi_document()
    for field in FIELDS:
        said = document["components"]["schemas"][field.shape]["properties"][field.name]
        assert said.get("items", said).get("maxLength") == limit_of(field), f"{field.shape} {field.name}"


def test_the_unit_is_told(client_for):
    assert client_for(None).get("/v1/instance").json()["text_unit"] == "code_points"
    limits = instance_facts()["limits"]
    told = {name: limits[name] for name in ("caption", "place", "tag", "comment", "alt_text", "highlight_title")}
    names = {"comment": "text", "highlight_title": "title", "tag": "tags"}
    assert told == {name: limit_of(next(f for f in FIELDS if f.name == names.get(name, name))) for name in told}
    assert "in code points" in (ROOT / "docs/api.md").read_text()

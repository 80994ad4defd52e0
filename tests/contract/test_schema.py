"""The OpenAPI document holds: every operation is driven, and every answer is what the document says."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from jsonschema import Draft202012Validator, FormatChecker
from rest_framework.test import APIClient

from accounts.actions import Caller, open_session
from api.answer_headers import HEADERS
from api.problem_schema import CODES
from media.tests.support.photographs import path_of, photo
from moderation import actions as moderation
from moderation.appeal_tokens import appeal_token
from pystagram.views import openapi_document
from tests.contract.account_calls import drive_leaving, drive_mails, drive_second_factor, drive_sessions
from tests.contract.post_calls import (
    drive_collections,
    drive_engagement,
    drive_lists,
    drive_posts,
    drive_tags_and_places,
)
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
BYTES = "/v1/media/{id}/original"  # bytes, which have no example in JSON
WHOLE = {
    "/v1/relationships": "at most a hundred, as many as were asked for",
    "/v1/me/stories/archive/months": "twelve a year",
    "/v1/trending/tags": "twenty at most",
    "/v1/places/nearby": "fifty at most",
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi_document()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is sent and what is answered in the good case: (name, media type object)."""
    parts = {"body": operation.get("requestBody", {})}
    parts |= {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
    for name, part in parts.items():
        for content in part.get("content", {}).values():
            yield name, content


def faults_of(document: dict[str, Any], schema: dict[str, Any], value: Any) -> list[str]:
    whole = {**schema, "components": closed(document["components"])}
    faults = Draft202012Validator(whole, format_checker=FormatChecker()).iter_errors(value)
    return [f"{fault.json_path}: {fault.message[:300]}" for fault in faults]


def closed(node: Any) -> Any:
    """The schemas with every member that they do not name forbidden, so that none goes undocumented."""
    if isinstance(node, list):
        return [closed(item) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {name: closed(value) for name, value in node.items()}
    if copy.get("type") == "object" and "properties" in copy:
        copy.setdefault("additionalProperties", False)
    return copy


def test_each_operation_says_what_it_is_and_shows_it(document):
    bare = []
    for method, path, operation in operations(document):
        where = f"{method} {path}"
        if not operation.get("summary") or not operation.get("tags"):
            bare.append(f"{where}: no summary; give the view's method a docstring")
        for parameter in operation.get("parameters", ()):
            if not parameter.get("description"):
                bare.append(f"{where} {parameter['name']}: no description; OpenApiParameter(…, description=…)")
        for name, content in contents(operation):
            if not content.get("examples") and path != BYTES:
                bare.append(f"{where} {name}: no example; @extend_schema_serializer(examples=[…]) above the serializer")
    assert not bare, "\n".join(bare)


def test_each_example_fits_its_own_schema(document):
    wrong = []
    for method, path, operation in operations(document):
        for name, content in contents(operation):
            for example in content.get("examples", {}).values():
                faults = faults_of(document, content["schema"], example["value"])
                wrong += [f"{method} {path} {name}: {fault}" for fault in faults]
    assert not wrong, "\n".join(wrong)


def test_shapes_say_nothing_about_the_code_behind_them(document):
    for name, shape in document["components"]["schemas"].items():
        for word in ("for_display", "prefetch", "with_relation_to", "context"):
            assert word not in shape.get("description", ""), f"{name}: say {word} below the docstring's first paragraph"


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"][name] if name else schema


def test_lists_come_in_pages(document):
    for method, path, operation in operations(document):
        cursor = any(parameter["name"] == "cursor" for parameter in operation.get("parameters", ()))
        for _, content in contents(operation):
            shape = resolved(document, content["schema"])
            is_list = shape.get("type") == "array" or "results" in shape.get("properties", {})
            assert method != "get" or not is_list or cursor or path in WHOLE, (
                f"{path} answers a list without pages, which grows for ever: return self.paginated(rows). If it "
                "cannot grow, put it on the list WHOLE here, with the reason."
            )


def test_ids_are_strings(document):
    """They pass 2⁵³, beyond which JavaScript and its like round numbers."""
    for name, shape in document["components"]["schemas"].items():
        for member, schema in shape.get("properties", {}).items():
            if re.search(r"(^|_)ids?$", member):
                each = resolved(document, schema.get("items", schema))
                kinds = {each.get("type")} if isinstance(each.get("type"), str) else set(each.get("type", ()))
                assert kinds <= {"string", "null"}, f"{name}.{member}: ids are strings in JSON, api.fields.IdField()"


class Driver:
    """Sends requests and holds each answer against the document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.driven: set[tuple[str, str]] = set()
        self.wrong: list[str] = []
        self.client = APIClient(HTTP_PREFER="handling=strict")  # so that all it sends is in the document

    def operation(self, method: str, path: str) -> tuple[str, dict[str, Any]]:
        fixed_first = sorted(self.document["paths"], key=lambda known: known.count("{"))
        for known in fixed_first:
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", known), path):
                return known, self.document["paths"][known].get(method, {})
        raise AssertionError(f"{path} is not in the document")

    def __call__(self, person: Any, method: str, path: str, body: Any = None, **options: Any) -> Any:
        token = open_session(user=person, caller=Caller()).access if person else None
        self.client.credentials(**({"HTTP_AUTHORIZATION": f"Bearer {token}"} if token else {}))
        answer = getattr(self.client, method)(f"/v1{path}", body, **options)
        known, operation = self.operation(method, f"/v1{path}".split("?")[0])
        self.driven.add((method, known))
        self.look(f"{method} {known}", operation, answer)
        if method == "get" and answer.status_code == 200:
            self.ask_again(f"get {known}", operation, path, answer)
        body = None if answer.streaming or not answer.content else answer.json()
        if isinstance(body, dict) and body.get("previous") and "cursor=" not in path:
            self.follow(person, path, body["previous"])
        return body

    def look(self, name: str, operation: dict[str, Any], answer: Any) -> None:
        self.wrong += [f"{name} {answer.status_code}: {fault}" for fault in self.faults(operation, answer)]

    def ask_again(self, name: str, operation: dict[str, Any], path: str, first: Any) -> None:
        """Nothing changed since, so the answer is 304."""
        answer = self.client.get(f"/v1{path}", headers={"If-None-Match": first.headers.get("ETag", "none")})
        self.look(name, operation, answer)
        if answer.status_code != 304:
            self.wrong.append(f"{name}: asked again with its ETag, it answers {answer.status_code}")

    def follow(self, person: Any, path: str, cursor: str) -> None:
        """What a list documents as the way to what is newer is one, and goes on."""
        newer = self(person, "get", f"{path}{'&' if '?' in path else '?'}cursor={cursor}")
        if not newer.get("previous"):
            self.wrong.append(f"get {path}: no `previous` above its first page: {newer}")

    def faults(self, operation: dict[str, Any], answer: Any) -> list[str]:
        described = operation["responses"].get(str(answer.status_code))
        if described is None:
            return [f"not documented: {answer.content[:300]!r}"]
        meant = {*HEADERS, *settings.CORS_EXPOSE_HEADERS}  # what clients have use for
        untold = [f"the header {name}" for name in answer.headers if name in meant - described["headers"].keys()]
        missing = [] if "X-Request-Id" in answer.headers else ["X-Request-Id"]
        return [*untold, *missing, *self.faults_of_the_body(described, answer)]

    def faults_of_the_body(self, described: dict[str, Any], answer: Any) -> list[str]:
        if not described.get("content"):
            return ["a body that is not documented"] if answer.content else []
        content = described["content"].get(answer["Content-Type"])
        if content is None:
            return [f"{answer['Content-Type']} is not documented"]
        if answer.streaming:
            assert b"".join(answer.streaming_content)
            return []
        faults = faults_of(self.document, content["schema"], answer.json())
        if answer.status_code >= 400 and answer.json()["code"] not in described[CODES]:
            faults.append(
                f"{answer.json()['code']} is not among the codes of the operation; name it in the view's error_codes"
            )
        return faults


@pytest.fixture
def call(document: dict[str, Any], settings: Any, tmp_path: Any) -> Driver:
    settings.MEDIA_ROOT = tmp_path / "media"
    cache.clear()
    return Driver(document)


def upload(call: Driver, person: Any, key: str = "", content: bytes | None = None) -> Any:
    file = BytesIO(photo() if content is None else content)
    file.name = "photo.jpg"
    headers = {"Idempotency-Key": key} if key else {}
    return call(person, "post", "/media", {"file": file, "alt_text": "x"}, format="multipart", headers=headers)


def drive_accounts(call: Driver) -> None:
    card = {"name": "Zoe", "email": "zoe@example.com", "password": factories.PASSWORD, "birth_date": "1990-05-17"}
    tokens = call(None, "post", "/auth/register", {"username": "zoe", **card})
    call(None, "post", "/auth/register", {"username": "zoe", **card})
    call(None, "post", "/auth/token", {"username": "zoe", "password": "wrong"})
    call(None, "post", "/auth/token", {"username": "zoe", "password": factories.PASSWORD})
    call(None, "post", "/auth/token/refresh", {"refresh": tokens["refresh"]})
    call(None, "get", "/instance")
    call(None, "get", "/me")


def drive_oneself(call: Driver, alice: Any, photo_id: str) -> None:
    call(alice, "get", "/me")
    call(alice, "get", "/me/quota")
    export = call(alice, "post", "/me/exports")
    call(alice, "get", "/me/exports")
    call(alice, "get", f"/me/exports/{export['id']}")
    call(alice, "get", "/me/exports/1")
    announced = call(alice, "post", "/me/imports", {"size": 1000})
    call(alice, "post", "/me/imports", {"size": 0})
    call(alice, "get", "/me/imports")
    call(alice, "get", f"/me/imports/{announced['id']}")
    call(alice, "get", f"/me/imports/{announced['id']}/skipped")
    call(alice, "post", f"/me/imports/{announced['id']}/start")
    call(alice, "post", "/me/imports/1/start")
    call(alice, "patch", "/me", {"bio": "x", "website": "https://example.com"})
    call(alice, "patch", "/me", {"bio": "x" * 151})
    call(alice, "put", "/me/avatar", {"media": photo_id})
    call(alice, "get", "/me")
    call(alice, "delete", "/me/avatar")


def drive_media(call: Driver, alice: Any) -> list[str]:
    first, second, third = upload(call, alice, "one"), upload(call, alice), upload(call, alice)
    upload(call, alice, "broken", b"no picture at all")
    upload(call, alice, "one", photo("PNG"))
    drain()
    upload(call, alice, "one")
    for path in ("/media", f"/media/{first['id']}"):
        call(alice, "get", path)
    for asked in ({}, {"Range": "bytes=2-5"}, {"Range": "bytes=9999999-"}, {"If-None-Match": "*"}):
        call(alice, "get", f"/media/{first['id']}/original", headers=asked)
    call(alice, "patch", f"/media/{first['id']}", {"alt_text": "A lake"})
    call(alice, "delete", f"/media/{third['id']}")
    drive_direct_uploads(call, alice)
    return [first["id"], second["id"]]


def drive_direct_uploads(call: Driver, alice: Any) -> None:
    content = photo("WEBP")
    upload = call(alice, "post", "/media/uploads", {"size": len(content)})
    path = f"/media/uploads/{upload['id']}"
    call(alice, "post", f"{path}/complete")
    APIClient().generic("PUT", path_of(upload["url"]), content)
    call(alice, "post", f"{path}/complete")
    call(alice, "get", f"{path}/status")
    call(alice, "post", "/media/uploads", {"size": 0})
    drive_parts(call, alice, content)


def drive_parts(call: Driver, alice: Any, content: bytes) -> None:
    upload = call(alice, "post", "/media/uploads", {"size": len(content)})
    path = f"/media/uploads/{upload['id']}/bytes"
    for offset in (0, 7):
        kind, headers = "application/octet-stream", {"Upload-Offset": str(offset)}
        call(alice, "patch", path, content[:10], content_type=kind, headers=headers)
    call(alice, "get", path)
    call(alice, "delete", path)


def drive_search(call: Driver, bob: Any) -> None:
    drain()
    for query in (
        "edited",
        "edited&sort=newest",
        "author:alice&limit=1",
        "",
        "%22open",
        "x&cursor=no",
        "x&sort=no",
        "ali&type=users",
        "a&type=tags",
        "gal&type=places",
    ):
        call(bob, "get", f"/search?q={query}")


def drive_stories(call: Driver, alice: Any, bob: Any, photo_id: str) -> None:
    story = call(alice, "post", "/stories", {"media": photo_id}, headers={"Idempotency-Key": "s"})
    call(alice, "post", "/stories", {"media": "x"})
    path = f"/stories/{story['id']}"
    for read in ("/stories", path, "/users/alice/stories"):
        call(bob, "get", read)
    call(bob, "put", f"{path}/seen")
    call(bob, "put", "/stories/seen", {"ids": [story["id"]]})
    call(alice, "get", f"{path}/viewers")
    for read in ("/me/stories/archive", "/me/stories/archive/months"):
        call(alice, "get", read)
    highlight = call(alice, "post", "/highlights", {"title": "Summer", "stories": [story["id"]]})
    path = f"/highlights/{highlight['id']}"
    for read in ("/highlights", path, f"{path}/stories", "/users/alice/highlights"):
        call(alice, "get", read)
    call(alice, "patch", path, {"title": "Autumn"})
    call(alice, "delete", path)
    call(alice, "delete", f"/stories/{story['id']}")


def drive_people(call: Driver, alice: Any, bob: Any, charlie: Any) -> None:
    call(alice, "patch", "/me", {"is_private": True})
    call(charlie, "put", "/users/alice/follow")
    call(charlie, "get", "/users/alice")
    call(charlie, "get", "/users/alice/followers")
    call(alice, "get", "/me/follow-requests")
    call(charlie, "get", "/me/follow-requests/sent")
    call(alice, "post", "/me/follow-requests/charlie/accept")
    call(alice, "post", "/me/follow-requests/charlie/reject")
    call(alice, "put", "/users/alice/follow")
    for path in ("/users/alice/followers", "/users/alice/following", "/users/alice/mutuals", "/users/nobody.here"):
        call(bob, "get", path)
    call(bob, "get", "/relationships?username=alice&username=charlie")
    call(bob, "get", "/explore")
    call(bob, "get", "/suggestions")
    call(bob, "delete", "/suggestions/charlie")
    for relation in ("mute", "block"):
        call(alice, "put", f"/users/charlie/{relation}")
        call(alice, "get", f"/me/{relation}s")
        call(alice, "delete", f"/users/charlie/{relation}")
    for method, path in (("put", "/bob"), ("get", ""), ("delete", "/bob"), ("put", "/alice"), ("put", "/nobody.here")):
        call(alice, method, f"/me/close-friends{path}")
    for body in ({"duration_s": 60}, {"duration_s": 0}):
        call(alice, "put", "/users/charlie/mute", body)
    call(alice, "get", "/me/mutes")
    call(alice, "delete", "/me/followers/bob")
    call(bob, "delete", "/users/alice/follow")


def drive_notifications(call: Driver, alice: Any, bob: Any, post_id: str) -> None:
    call(bob, "put", f"/posts/{post_id}/like")
    call(bob, "post", f"/posts/{post_id}/comments", {"text": "nice"})
    call(bob, "put", "/users/alice/follow")
    drain()
    shown = call(alice, "get", "/notifications")["results"]
    assert {row["kind"] for row in shown} >= {"like", "comment"}
    call(alice, "get", "/notifications/unread-count")
    call(alice, "put", "/notifications/seen", {"up_to": shown[0]["id"]})
    call(alice, "put", "/notifications/seen", {"up_to": "soon"})
    call(alice, "get", "/me/notification-settings")
    call(alice, "patch", "/me/notification-settings", {"like": "people_i_follow"})


def drive_moderation(call: Driver, alice: Any, bob: Any, post_id: str) -> None:
    reported = {"subject_type": "post", "subject_id": post_id, "category": "spam", "comment": "again"}
    for person, body in ((bob, reported), (bob, reported), (alice, reported), (bob, {**reported, "category": "x"})):
        call(person, "post", "/reports", body)
    call(bob, "post", "/reports", {**reported, "subject_id": "1"})
    (report,) = call(bob, "get", "/reports")["results"]
    call(bob, "get", f"/reports/{report['id']}")
    warning = {"subject_type": "post", "subject_id": int(post_id), "action": "warn", "reason": "spam"}
    moderation.decide_subject(**warning, automatic=True)
    drain()
    assert call(alice, "get", "/notifications")["results"][0]["kind"] == "moderation"
    (decision,) = call(alice, "get", "/me/moderation")["results"]
    for text in ("why?", "why?", "no, why?"):
        call(alice, "post", f"/me/moderation/{decision['id']}/appeal", {"text": text})
    call(alice, "get", f"/me/moderation/{decision['id']}")
    call(None, "post", "/appeals", {"token": "x", "text": "why?"})
    again = moderation.decide_subject(**warning, automatic=True)
    call(None, "post", "/appeals", {"token": appeal_token(again.pk), "text": "why?"})


def drive_the_end(call: Driver, alice: Any) -> None:
    call(alice, "post", "/auth/password/change", {"old_password": "wrong", "new_password": "staple-battery-horse"})
    change = {"old_password": factories.PASSWORD, "new_password": "staple-battery-horse"}
    call(alice, "post", "/auth/password/change", change)
    alice.refresh_from_db()
    call(alice, "post", "/auth/logout")
    call(alice, "post", "/auth/logout-all")


def test_every_operation_answers_as_documented(call, alice, bob, charlie):
    drive_accounts(call)
    media = drive_media(call, alice)
    drive_oneself(call, alice, media[0])
    post_id = drive_posts(call, alice, bob, media)
    drive_engagement(call, alice, bob, post_id)
    drive_collections(call, bob, post_id)
    drive_notifications(call, alice, bob, post_id)
    drive_moderation(call, alice, bob, post_id)
    drive_lists(call, alice, bob)
    drive_tags_and_places(call, alice, bob)
    drive_search(call, bob)
    drive_stories(call, alice, bob, media[1])
    drive_people(call, alice, bob, charlie)
    drive_sessions(call, alice)
    drive_mails(call, alice)
    drive_second_factor(call, alice)
    drive_leaving(call, alice)
    drive_the_end(call, alice)
    assert not call.wrong, "\n".join(dict.fromkeys(call.wrong))
    idle = [f"{method} {path}" for method, path, _ in operations(call.document) if (method, path) not in call.driven]
    assert not idle, f"call these in one of the drive_…() above, so that their answers are held to the document: {idle}"

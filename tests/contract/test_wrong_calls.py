"""Whatever is wrong with a call, its answer says so in one way: a problem of the catalogue, and nothing has changed."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import jwt
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from accounts.actions import Caller, end_session, open_session
from accounts.models import FailedLogIn, Session, User
from api.pagination import encode_cursor
from api.problem_schema import CODES
from api.problems import CATALOGUE, CONTENT_TYPE
from media.actions.marking import ensure_marked
from media.models import Media
from pystagram.views import openapi_document
from tests.contract.wrong_call import Wrong
from tests.contract.wrong_calls import WRONG_CALLS
from tests.support import factories

pytestmark = pytest.mark.django_db
MEMBERS = {"type", "title", "status", "detail", "code"}
REMEMBERED = {FailedLogIn}  # what is written down because a call was wrong


@pytest.fixture
def world(alice: User, bob: User, mallory: User) -> dict[str, str]:
    """What the words in braces stand for."""
    ensure_marked()  # the media of the factories have no files: a folder without a mark would seem to be lost
    post = factories.post(alice, "#sea")
    factories.tagged(post, "sea")
    used = {"idempotency_key": "used", "idempotency_hash": "of another body"}
    quiet = factories.post(alice, comments_enabled=False, **used)
    story = factories.story(alice, **used)
    factories.comment(quiet, alice, **used)
    rows = {
        "post": post,
        "quiet": quiet,
        "story": story,
        "attached": story.media,
        "photo": factories.media(alice),
        "failed": factories.media(alice, state=Media.State.FAILED),
        "comment": factories.comment(post, alice),
        "highlight": factories.highlight(alice, [story]),
    }
    upload = APIClient()
    upload.force_authenticate(alice)
    announced = upload.post("/v1/media/uploads", {"size": 1000}).json()["id"]
    imported = upload.post("/v1/me/imports", {"size": 1000}).json()["id"]
    exported = upload.post("/v1/me/exports").json()["id"]
    cursors = {"foreign_cursor": encode_cursor("/v1/somewhere", 1), "forged_cursor": encode_cursor("/v1/feed", 1)[:-2]}
    return (
        {name: str(row.pk) for name, row in rows.items()}
        | {"upload": announced, "export": exported, "import": imported}
        | cursors
        | tokens(alice)
    )


def tokens(alice: User) -> dict[str, str]:
    """One good access token, and all the others."""
    good, ended = open_session(user=alice, caller=Caller()), open_session(user=alice, caller=Caller())
    end_session(session=Session.objects.get(pk=claims_of(ended.access)["sid"]))
    out = open_session(user=factories.person("sue", suspended_at=timezone.now()), caller=Caller())
    claims = claims_of(good.access)
    late = AccessToken(good.access)  # type: ignore[arg-type]
    late.set_exp(from_time=timezone.now() - timedelta(days=1), lifetime=timedelta(minutes=1))
    return {
        "access": good.access,
        "refresh": good.refresh,
        "ended": ended.access,
        "suspended": out.access,
        "expired": str(late),
        "unsigned": jwt.encode(claims, "", algorithm="none"),
        "foreign": jwt.encode(claims, "x" * 64, algorithm="HS256"),
        "without_session": str(AccessToken()),
    }


def claims_of(token: str) -> dict[str, Any]:
    return dict(jwt.decode(token, options={"verify_signature": False}))


def filled(text: str, world: dict[str, str]) -> str:
    for word, value in world.items():
        text = text.replace(f"{{{word}}}", value)
    return text


def sent(call: Wrong, world: dict[str, str]) -> bytes:
    body = json.dumps(call.body).encode() if isinstance(call.body, dict) else call.body
    return filled(body.decode("latin-1"), world).encode("latin-1")


def client_of(call: Wrong) -> APIClient:
    """A browser with a session cookie, a phone with a token, or nobody."""
    client = APIClient(enforce_csrf_checks=True, raise_request_exception=False)
    if call.caller == "browser":
        client.force_login(User.objects.get(username="alice"))
    elif call.caller != "nobody":
        client.force_authenticate(User.objects.get(username=call.caller))
    return client


def state() -> dict[str, str]:
    """A digest of every table of ours."""
    models = [model for model in apps.get_models() if model not in REMEMBERED and not model._meta.proxy]
    tables = sorted(model._meta.db_table for model in models)
    digest = "SELECT '{0}', md5(string_agg(row::text, ',' ORDER BY row::text)) FROM \"{0}\" AS row"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(digest.format(table) for table in tables))
        return dict(cursor.fetchall())


def answered(client: APIClient, call: Wrong, world: dict[str, str]) -> Any:
    headers = {name: filled(value, world) for name, value in call.headers.items()}
    body: Any = sent(call, world)
    return client.generic(call.method, filled(call.path, world), body, content_type=call.content_type, headers=headers)


def faults_of(call: Wrong, answer: Any) -> Iterator[str]:
    """What a client could not rely on."""
    if (answer.status_code, answer["Content-Type"]) != (call.status, CONTENT_TYPE):
        yield f"{answer.status_code} {answer['Content-Type']} {answer.content[:300]}"
        return
    problem = answer.json()
    if (problem["status"], problem["code"]) != (call.status, call.code) or not set(problem) >= MEMBERS:
        yield str(problem)
    if call.pointer and call.pointer not in [error["pointer"] for error in problem["errors"]]:
        yield str(problem["errors"])


def test_the_table_speaks_of_the_catalogue():
    calls = [call for calls in WRONG_CALLS.values() for call in calls]
    assert len(calls) >= 80
    assert [call for call in calls if CATALOGUE[call.code][0] != call.status] == []


def test_each_operation_names_the_codes_of_its_wrong_calls():
    document = openapi_document()
    unnamed = []
    for call in (call for calls in WRONG_CALLS.values() for call in calls):
        answers = operation_of(document, call).get("responses", {})
        if answers and call.code not in answers.get(str(call.status), {}).get(CODES, []):
            unnamed.append(f"{call}: {call.code}")
    assert not unnamed, "\n".join(unnamed)


def operation_of(document: dict[str, Any], call: Wrong) -> dict[str, Any]:
    """What the document says of it; nothing of a route or method that is none."""
    path = unquote(call.path.partition("?")[0])
    for known in sorted(document["paths"], key=lambda known: known.count("{")):
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", known), path):
            return dict(document["paths"][known].get(call.method.lower(), {}))
    return {}


@pytest.mark.parametrize("calls", WRONG_CALLS.values(), ids=WRONG_CALLS)
def test_a_wrong_call_is_told_so_and_changes_nothing(calls, world, settings):
    settings.RATE_LIMITS = False
    wrong = []
    for call in calls:
        with transaction.atomic():
            client, before = client_of(call), state()
            wrong += [f"{call}: {fault}" for fault in faults_of(call, answered(client, call, world))]
            if state() != before:
                wrong.append(f"{call}: has changed something")
            transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)

"""Calls that schemathesis makes up from the OpenAPI document, right and wrong ones: each answer is a documented one."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, BaseSchema, Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup

from accounts.actions import Caller, open_session
from accounts.models import User
from api.problem_schema import CODES
from api.problems import CONTENT_TYPE
from media.tests.support.photographs import photo, send
from moderation.actions import decide_subject, report
from portability.actions import announce_import, request_export
from pystagram.wsgi import application
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
SEED, CALLS_EACH = 4711, 24
CALLERS = ["owner", "owner", "follower", "follower", "nobody"]
load_all_checks()
HELD: Any = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    ]
)
Operation = APIOperation[Any, Any, Any, Any]
Ids = dict[str, str]


def whole(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The application as a server calls it: what it opened to answer is closed again."""
    body = application(environ, start_response)
    try:
        return [b"".join(body)]
    finally:
        getattr(body, "close", lambda: None)()


@pytest.fixture
def callers(settings: Any, tmp_path: Any) -> dict[str, dict[str, str]]:
    """A private person, whom everything in the addresses belongs to, one who follows, and nobody."""
    settings.RATE_LIMITS, settings.MEDIA_ROOT = False, tmp_path / "media"
    owner, follower = factories.person("owner", private=True), factories.person("follower")
    factories.follow(follower, owner)
    factories.follow(factories.person("asking"), owner, pending=True)
    tokens = {user.username: open_session(user=user, caller=Caller()).access for user in (owner, follower)}
    return {name: {"Authorization": f"Bearer {token}"} for name, token in tokens.items()} | {"nobody": {}}


@pytest.fixture
def ids(callers: Any, client_for: Any) -> Ids:
    """What stands behind a segment of an address."""
    owner = User.objects.get(username="owner")
    sent = send(client_for(owner), photo()).json()["id"]
    announced = client_for(owner).post("/v1/media/uploads", {"size": 1000}).json()["id"]
    drain()
    post = client_for(owner).post("/v1/posts", {"media": [sent], "caption": "#sea", "place": "Galata"}).json()
    story = factories.story(owner)
    reported, _ = report(reporter=owner, subject_type="user", subject_id=factories.person().pk, category="spam")
    warned = decide_subject(
        subject_type="user", subject_id=owner.pk, action="warn", reason="spam", automatic=True
    )  # told to its owner
    return {
        "media": sent,
        "uploads": announced,
        "posts": post["id"],
        "places": post["place"]["id"],
        "comments": str(factories.comment(owner.posts.get(), owner).pk),
        "stories": str(story.pk),
        "highlights": str(factories.highlight(owner, [story]).pk),
        "tags": "sea",
        "users": "owner",
        "usernames": "owner",
        "followers": "follower",
        "close-friends": "follower",
        "exports": str(request_export(owner=owner).pk),
        "imports": str(announce_import(owner=owner, size=1000).pk),
        "sessions": str(owner.sessions.get().pk),
        "follow-requests": "asking",
        "suggestions": "owner",
        "collections": str(factories.collection(owner, [owner.posts.get()]).pk),
        "reports": str(reported.pk),
        "moderation": str(warned.pk),
    }


@pytest.fixture
def kept_connection(ids: Ids) -> Iterator[None]:
    """A request does not end the connection that the test's transaction is open on: as in Django's test client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def document(kept_connection: None) -> BaseSchema:
    return schemathesis.openapi.from_wsgi("/v1/schema", whole, headers={"Host": "localhost"})


def aimed(case: Case, ids: Ids) -> Case:
    """The call, at something that is there."""
    segments = case.path.split("/")
    for before, segment in pairwise(segments):
        if segment.startswith("{"):
            case.path_parameters[segment.strip("{}")] = ids[before]
    if isinstance(case.body, dict):
        for name, kind in (("media", "media"), ("stories", "stories"), ("ids", "stories"), ("reply_to", "comments")):
            if name in case.body:
                case.body[name] = [ids[kind]] if isinstance(case.body[name], list) else ids[kind]
    return case


def calls(operation: Operation) -> st.SearchStrategy[Case]:
    """Half of them as the document asks for, half of them not."""
    return st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))


def unnamed(document: BaseSchema, case: Case, answer: Any) -> Iterator[str]:
    """The code of the answer, if its operation does not name it."""
    if answer.headers.get("content-type", [""])[0] == CONTENT_TYPE:
        described = document.raw_schema["paths"][case.path][case.method.lower()]["responses"]
        code = answer.json()["code"]
        if code not in described.get(str(answer.status_code), {}).get(CODES, []):
            yield f"{case.method} {case.path}: {code} is not among the codes of the operation"


def test_every_address_names_something_that_is_there(document, callers, ids):
    segments = [path.split("/") for path in document.raw_schema["paths"]]
    before = {first for path in segments for first, second in pairwise(path) if second.startswith("{")}
    assert before <= ids.keys(), f"add to `ids` what these are followed by: {sorted(before - ids.keys())}"


@pytest.mark.slow
def test_made_up_calls_get_documented_answers(document, callers, ids):
    wrong: list[str] = []
    statuses: Counter[int] = Counter()

    def hold(operation: Operation) -> None:
        @seed(SEED)
        @settings(
            max_examples=CALLS_EACH,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=calls(operation), caller=st.sampled_from(CALLERS), aim=st.booleans())
        def one(case: Case, caller: str, aim: bool) -> None:
            with transaction.atomic():
                answer = (aimed(case, ids) if aim else case).call(headers={"Host": "localhost", **callers[caller]})
                statuses[answer.status_code] += 1
                wrong.extend(unnamed(document, case, answer))
                try:
                    case.validate_response(answer, checks=HELD)
                except FailureGroup as group:
                    wrong.extend(f"{caller} {case.method} {case.formatted_path}: {fault}" for fault in group.exceptions)
                transaction.set_rollback(True)

        one()

    for found in document.get_all_operations():
        hold(found.ok())  # type: ignore[union-attr]  # an Err would fail here, as it should
    assert {200, 201, 202, 204, 400, 401, 403, 404, 409} <= set(statuses)  # it was not refused at the door
    assert not wrong, "\n".join(dict.fromkeys(wrong))

"""Browser clients on other origins: who may call, what they may send and read, and that no cookie crosses over."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from pystagram.environment import Environment
from tests.support import factories

APP, OTHER = "https://app.example", "https://other.example"
pytestmark = pytest.mark.django_db


@pytest.fixture
def one_origin(settings: Any) -> None:
    """An installation that names its own web client."""
    settings.CORS_ALLOW_ALL_ORIGINS, settings.CORS_ALLOWED_ORIGINS = False, [APP]


def ask(path: str, origin: str, method: str, headers: str) -> Any:
    """The preflight that a browser sends before such a request."""
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
    return Client().options(path, headers=asked)


def words(answer: Any, name: str) -> set[str]:
    return {word.strip().lower() for word in answer.get(f"Access-Control-{name}", "").split(",") if word.strip()}


@pytest.mark.parametrize(
    ("path", "method", "headers"),
    [
        ("/v1/posts", "POST", {"authorization", "content-type", "idempotency-key", "x-request-id"}),
        ("/v1/media/1/original", "GET", {"authorization", "if-none-match", "range", "if-range"}),
        ("/media/abcdefgh/w320.webp", "GET", {"range", "if-range"}),
        ("/v1/users/alice/follow", "PUT", {"authorization"}),
        ("/v1/me", "PATCH", {"authorization", "content-type"}),
        ("/v1/posts/1/like", "DELETE", {"authorization"}),
        ("/media/incoming/ticket", "PUT", {"content-type"}),
    ],
)
def test_a_preflight_of_any_origin(path, method, headers):
    answer = ask(path, OTHER, method, ", ".join(sorted(headers)))
    assert answer.status_code == 200
    assert words(answer, "Allow-Origin") == {"*"}
    assert method.lower() in words(answer, "Allow-Methods")
    assert headers <= words(answer, "Allow-Headers")
    assert "Access-Control-Allow-Credentials" not in answer


def test_a_preflight_of_the_named_origin_and_of_another(one_origin):
    allowed, refused = (ask("/v1/posts", origin, "POST", "authorization") for origin in (APP, OTHER))
    assert allowed["Access-Control-Allow-Origin"] == APP
    assert "authorization" in words(allowed, "Allow-Headers")
    assert not [name for name in refused.headers if name.startswith("Access-Control")]
    for answer in (allowed, refused):
        assert "origin" in answer["Vary"].lower(), "a cache would hand one origin's answer to another"


def test_another_origin_cannot_read_an_answer(one_origin, client_for, alice):
    assert client_for(alice).get("/v1/me", headers={"Origin": APP})["Access-Control-Allow-Origin"] == APP
    assert "Access-Control-Allow-Origin" not in client_for(alice).get("/v1/me", headers={"Origin": OTHER})


def test_what_a_page_may_read_of_an_answer(client_for, alice):
    answer = client_for(alice).get("/v1/feed", headers={"Origin": OTHER})
    exposed = words(answer, "Expose-Headers")
    assert {"location", "link", "retry-after", "etag", "x-request-id", "content-disposition"} <= exposed
    for name in answer.headers:
        ours = name.lower().startswith(("ratelimit", "feed-"))
        assert not ours or name.lower() in exposed, f"{name} is hidden from pages"


@pytest.mark.parametrize("path", ["/v1/none", "/v1/feed", "/v1/me%00"])
def test_errors_can_be_read_as_well(path):
    answer = Client().get(path, headers={"Origin": OTHER})
    assert answer.status_code >= 400
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_a_session_does_not_cross_over(alice):
    """Without Access-Control-Allow-Credentials browsers keep from the page whatever a cookie has opened."""
    browser = Client()
    browser.force_login(alice)
    factories.post(alice)
    for path in ("/v1/me", "/v1/posts"):
        assert "Access-Control-Allow-Credentials" not in browser.get(path, headers={"Origin": OTHER})


@pytest.mark.parametrize("path", ["/", "/login", "/admin/login/", "/docs/errors"])
def test_pages_for_people_are_nobody_elses(path):
    assert "Access-Control-Allow-Origin" not in Client().get(path, headers={"Origin": OTHER})


@pytest.mark.parametrize(
    ("text", "origins"),
    [("", ["*"]), ("*", ["*"]), ("none", []), (f"{APP}, http://localhost:5173", [APP, "http://localhost:5173"])],
)
def test_origins_from_the_environment(text, origins, monkeypatch):
    monkeypatch.setenv("PYSTAGRAM_CORS_ORIGINS", text)
    assert Environment()("PYSTAGRAM_CORS_ORIGINS") == origins


@pytest.mark.parametrize("text", ["app.example", f"{APP}/", f"*,{APP}", "https://*.example", f"{APP},"])
def test_what_is_no_origin(text, monkeypatch):
    monkeypatch.setenv("PYSTAGRAM_CORS_ORIGINS", text)
    with pytest.raises(ImproperlyConfigured, match="PYSTAGRAM_CORS_ORIGINS"):
        Environment()("PYSTAGRAM_CORS_ORIGINS")

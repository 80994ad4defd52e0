"""Requests that HTTP allows and few clients make: `OPTIONS`, an empty `Accept`."""

import pytest
from django.test import Client

from media.actions.marking import ensure_marked
from tests.contract.visibility_matrix import MATRIX
from tests.support import factories

pytestmark = pytest.mark.django_db
PAGE = "/v1/docs"  # HTML, made by drf-spectacular


def test_options_names_the_methods_of_every_address(client_for, alice):
    ensure_marked()
    names = {
        "owner": "alice",
        "media": 1,
        "post": 1,
        "comment": 1,
        "story": 1,
        "highlight": 1,
        "upload": 1,
        "export": 1,
        "import": 1,
    }
    names |= {"trashed": 1, "archived": 1, "tag": "x", "place": 1, "collection": 1, "draft": 1}
    names |= {"report": 1, "decision": 1}
    methods: dict[str, set[str]] = {}
    for (_, method), row in MATRIX.items():
        methods.setdefault(row.path.split("?")[0].format(**names), set()).add(method.upper())
    client = client_for(alice)
    for path, taken in methods.items():
        answer = client.options(path)
        listed = set(answer["Allow"].split(", "))
        assert answer.status_code == (200 if "OPTIONS" in listed else 405), path
        assert ("OPTIONS" in listed) == (path != PAGE), path
        assert listed - {"OPTIONS", "HEAD"} == taken, path
        if answer["Content-Type"].startswith("application/json"):
            assert set(answer.json()["methods"]) == listed


@pytest.mark.parametrize("accept", ["", " ", ","])
def test_an_accept_that_names_nothing_takes_json(client_for, alice, accept):
    answer = client_for(alice).get("/v1/me", HTTP_ACCEPT=accept)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


def test_an_accept_that_names_something_else_is_still_a_406(client_for, alice):
    assert client_for(alice).get("/v1/me", HTTP_ACCEPT="image/png").status_code == 406


@pytest.mark.parametrize("place", ["/v1/\nX: 1", "/v1/\r\nX: 1", "/v1/\r\n\r\nbody"])
def test_a_line_break_in_next_makes_no_header(alice, place):
    answer = Client().post("/login", {"username": "alice", "password": factories.PASSWORD, "next": place})
    assert answer.status_code == 302
    assert "\n" not in answer["Location"]
    assert "X" not in answer.headers


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000"])
def test_the_schema_names_the_server_that_it_came_from(host):
    document = Client().get("/v1/schema", headers={"Host": host, "Accept": "application/json"}).json()
    assert document["servers"] == [{"url": f"http://{host}"}]

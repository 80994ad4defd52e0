"""Every address opens in a browser, with a name of its own."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.contract.test_visibility import World
from tests.contract.visibility_matrix import MATRIX
from tests.support import factories

pytestmark = pytest.mark.django_db
SERVED_AS_FILES = {"schema", "docs", "media-original"}


def pages(world: World) -> dict[str, bool]:
    """Path -> whether it can be read with GET."""
    paths: dict[str, bool] = {}
    for (name, method), row in MATRIX.items():
        if name not in SERVED_AS_FILES:
            path = row.path.format(**world.names)
            paths[path] = paths.get(path, False) or method == "get"
    return paths


def test_pages_are_called_what_they_are(alice):
    browser = Client(headers={"Accept": "text/html"})
    browser.force_login(alice)
    post = factories.post(alice)
    names = {"posts": "Posts", f"posts/{post.pk}": "Post", "media": "Media", "me": "Me", "auth/token": "Log in"}
    for path, name in names.items():
        assert f"<h1>{name}</h1>" in browser.get(f"/v1/{path}").content.decode(), path


@pytest.mark.parametrize("logged_in", [True, False], ids=["logged in", "logged out"])
def test_every_address_opens_in_a_browser(logged_in):
    world = World(private=False)
    browser = Client(headers={"Accept": "text/html"})
    if logged_in:
        browser.force_login(world.owner)
    wrong = []
    for path, readable in pages(world).items():
        page = browser.get(path)
        gone = "/follow-requests/" in path  # the owner has not asked to follow herself
        allowed = {200, 404} if readable else {405}
        if not logged_in:
            allowed = {200, 401, 405}
        if page.status_code not in allowed and not gone:
            wrong.append(f"{path}: {page.status_code}")
        if not page["Content-Type"].startswith("text/html"):
            wrong.append(f"{path}: {page['Content-Type']}")
        if not re.search("<h1>[^<]+</h1>", page.content.decode()):
            wrong.append(f"{path}: no title")
    assert not wrong, "\n".join(wrong)


SCHEMA_WRITES = {"post", "put", "patch"}
WITHOUT_FORM = {"media-upload-bytes"}  # takes bytes, as programs send them


def described(document: dict[str, Any], path: str, method: str) -> dict[str, Any]:
    """The operation of the OpenAPI document that serves a path."""
    fitting = [
        (template.count("{"), operations[method])
        for template, operations in document["paths"].items()
        if method in operations and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path)
    ]
    return dict(min(fitting, key=lambda pair: pair[0])[1])


def fields_of(document: dict[str, Any], operation: dict[str, Any]) -> set[str]:
    """What a body may hold, by the schema."""
    if "requestBody" not in operation:
        return set()
    shape = next(iter(operation["requestBody"]["content"].values()))["schema"]
    if "$ref" in shape:
        shape = document["components"]["schemas"][shape["$ref"].rsplit("/", 1)[1]]
    return {name for name, kind in shape["properties"].items() if kind.get("type") != "object"}  # no form takes those


def test_forms_have_the_fields_of_the_schema(client):
    world = World(private=False)
    document = client.get("/v1/schema", headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    client.force_login(world.owner)
    wrong = []
    for (name, method), row in MATRIX.items():
        if method not in SCHEMA_WRITES or name in WITHOUT_FORM:
            continue
        path = row.path.format(**world.names)
        page = client.get(path, headers={"Accept": "text/html"})
        if page.status_code == 404:
            continue
        html = page.content.decode()
        form = re.search(rf'id="{method}-object-form".*?</form>', html, re.DOTALL)
        found = set(re.findall(r'name="(\w+)"', form[0])) - {"csrfmiddlewaretoken"} if form else set()
        promised = fields_of(document, described(document, path, method))
        button = f'data-method="{method.upper()}"' in html
        if found != promised or not button:
            wrong.append(f"{method} {name}: form {sorted(found)}, schema {sorted(promised)}, button {button}")
    assert not wrong, "\n".join(wrong)


def test_a_page_asks_the_database_no_more_than_its_answer(client):
    world = World(private=False)
    client.force_login(world.owner)
    for path in [path for path, readable in pages(world).items() if readable]:
        for accept in ("application/json", "text/html"):  # what is cached on the way is so for both
            client.get(path, headers={"Accept": accept})
        with CaptureQueriesContext(connection) as answer:
            client.get(path, headers={"Accept": "application/json"})
        with CaptureQueriesContext(connection) as page:
            client.get(path, headers={"Accept": "text/html"})
        assert len(page) <= len(answer), f"{path}: {[query['sql'] for query in page][len(answer) :]}"

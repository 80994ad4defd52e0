"""Every address opens in a browser, with a name of its own."""

import re

import pytest
from django.test import Client

from accounts.models import User
from tests import factories
from tests.test_visibility import World
from tests.visibility_matrix import MATRIX

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


def test_pages_are_called_what_they_are(alice: User) -> None:
    browser = Client(headers={"Accept": "text/html"})
    browser.force_login(alice)
    post = factories.post(alice)
    names = {"posts": "Posts", f"posts/{post.pk}": "Post", "media": "Media", "me": "Me", "auth/token": "Log in"}
    for path, name in names.items():
        assert f"<h1>{name}</h1>" in browser.get(f"/v1/{path}").content.decode(), path


@pytest.mark.parametrize("logged_in", [True, False], ids=["logged in", "logged out"])
def test_every_address_opens_in_a_browser(logged_in: bool) -> None:
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

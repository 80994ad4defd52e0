"""A line of the log says what was asked, and nothing that a visitor could make of it or do with it."""

import logging
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import RoutePattern

from media.stores import upload_tokens

pytestmark = pytest.mark.django_db


class _Lines(logging.Handler):
    """What a terminal would show."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.text += f"{self.format(record)} {vars(record)['path']}\n"


@pytest.fixture
def lines() -> Iterator[_Lines]:
    handler, logger = _Lines(), logging.getLogger("pystagram.access")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


@pytest.mark.parametrize("ending", ["%0a", "%0d%0a", "%e2%80%a8", "%1b[2J"])
def test_a_path_cannot_forge_a_line(ending, lines):
    Client().get(f"/v1/users/{ending}INFO POST /v1/auth/token 200")
    assert len(lines.text.splitlines()) == 1
    assert lines.text[:-1].isprintable()
    assert lines.text.startswith("INFO GET /v1/users/%")


def test_a_long_path_is_cut(lines):
    Client().get("/v1/users/" + "x" * 5000)
    assert len(lines.text) < 500


def test_a_ticket_to_send_a_file_is_not_logged(lines):
    upload_token = upload_tokens.sign(upload_tokens.UploadToken("incoming/x", 10, ""))
    assert Client().get(f"{settings.MEDIA_URL}incoming/{upload_token}").status_code == 405
    assert upload_token not in lines.text
    assert "GET /media/incoming/- 405" in lines.text


def test_every_route_that_takes_a_token_is_logged_without_it(lines):
    routes = [pattern.pattern for pattern in get_resolver().url_patterns if isinstance(pattern.pattern, RoutePattern)]
    paths = [str(route).replace("<str:token>", "hush.hush") for route in routes if "token" in route.converters]
    assert len(paths) >= 3
    for path in paths:
        for address in (f"/{path}", f"/{path}/", f"//{path}", f"/{path}%3E"):  # the last three lead nowhere
            Client().get("/", PATH_INFO=address)
    assert "hush" not in lines.text
    assert len(lines.text.splitlines()) == 4 * len(paths)


def test_what_has_the_name_of_such_a_route_is_logged(lines):
    Client().get("/v1/users/confirm/follow")
    assert "GET /v1/users/confirm/follow" in lines.text

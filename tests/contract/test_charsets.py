"""Charsets that are none: refused before Django decodes an address with them."""

from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler

from api.wsgi.charsets import refuse_unknown_charsets
from pystagram.wsgi import application

pytestmark = pytest.mark.django_db
CODECS = ["unicode_escape", "raw_unicode_escape", "hex", "zlib", "idna", "punycode", "rot13", "undefined", "utf-7"]


def status_of(content_type: str, served: Any = application) -> str:
    """The status line that the server would be given."""
    return told(content_type, served)[0]


def told(content_type: str, served: Any = application, **more: str) -> tuple[str, dict[str, str]]:
    """The status line and the headers that the server would be given."""
    environ: dict[str, Any] = {
        "PATH_INFO": "/healthz", "QUERY_STRING": "q=%5Cud800%5Cx00%FF=", "CONTENT_TYPE": content_type,
    }  # fmt: skip
    setup_testing_defaults(environ)
    environ |= {"HTTP_HOST": "testserver", **more}
    answers: list[tuple[str, dict[str, str]]] = []
    list(served(environ, lambda status, headers, *_: answers.append((status, dict(headers)))))
    return answers[0]


@pytest.mark.parametrize("charset", CODECS)
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_no_charsets_are_415(kind, charset):
    assert status_of(f"{kind}; charset={charset}").startswith("415")


def test_the_refusal_carries_what_every_answer_does():
    _, headers = told("application/json; charset=zlib", HTTP_X_REQUEST_ID="mine-7", HTTP_ORIGIN="https://app.example")
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["X-Request-Id"] == "mine-7"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert len(told("application/json; charset=zlib", HTTP_X_REQUEST_ID="a b")[1]["X-Request-Id"]) == 32


def test_a_parameter_in_an_unknown_encoding_is_415():
    assert status_of("text/plain; charset*=bogus''x").startswith("415")


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "us-ascii", "iso-8859-1", "latin1", "no-such-charset", ""])
def test_charsets_of_real_clients_are_taken(charset):
    assert status_of(f"application/json; charset={charset}").startswith("200")


def test_without_the_gate_a_request_is_not_even_made():
    with pytest.raises(LookupError):
        status_of("application/json; charset=zlib", WSGIHandler())
    assert status_of("application/json; charset=zlib", refuse_unknown_charsets(WSGIHandler())).startswith("415")

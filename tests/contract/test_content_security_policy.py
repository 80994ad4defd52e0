"""Every HTML page has a policy under which no script runs that is not a file of ours, and needs no other."""

import re
from typing import Any

import pytest

from accounts.models import User

PAGES = ["/", "/login", "/docs/errors", "/v1/", "/v1/docs", "/v1/feed", "/v1/media", "/v1/posts/1", "/admin/"]
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<[^>]*\son[a-z]+=|href=.javascript:", re.IGNORECASE
)


def policy_of(answer: Any) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: sources for name, _, sources in parts}


@pytest.mark.parametrize("page", PAGES)
def test_every_page(page, client, alice):
    User.objects.update(is_staff=True, is_superuser=True)
    client.force_login(alice)
    answer = client.get(page, headers={"Accept": "text/html"})
    assert answer["Content-Type"].startswith("text/html")
    policy = policy_of(answer)
    assert (policy["default-src"], policy["script-src"]) == ("'none'", "'self'")
    assert (policy["frame-ancestors"], policy["base-uri"], policy["form-action"]) == ("'none'", "'none'", "'self'")
    assert INLINE.findall(answer.content.decode()) == []


def test_pages_that_nobody_is_logged_in_for(client, db):
    for page in ("/admin/login", "/v1/feed"):
        answer = client.get(page, headers={"Accept": "text/html"}, follow=True)
        assert policy_of(answer)["script-src"] == "'self'"


def test_json_needs_none(client, db):
    assert "Content-Security-Policy" not in client.get("/v1/instance")

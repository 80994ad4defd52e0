"""Somebody who uses the forms of the browsable API in a browser, CSRF tokens included."""

import re
from collections.abc import Mapping
from typing import Any

from django.test import Client

from accounts.models import User


def browser_of(user: User) -> Client:
    """A browser in which this person is logged in."""
    client = Client(enforce_csrf_checks=True, headers={"Accept": "text/html"})
    client.force_login(user)
    return client


def token_in(page: Any) -> str:
    """The CSRF token of the page's forms."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert found, "the page has no form"
    return found.group(1)


def send_form(browser: Client, address: str, form: Mapping[str, Any]) -> Any:
    """Opens the page and sends its form, filled in so."""
    return browser.post(address, {"csrfmiddlewaretoken": token_in(browser.get(address)), **form})

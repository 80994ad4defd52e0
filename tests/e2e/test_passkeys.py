"""Passkeys in a real browser, whose authenticator DevTools plays: added at /security, used at /login and in the admin.

So the page's script, the browser's own checks of origin and site, and the server's meet each other.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page

from tests.e2e.test_journey import PASSWORD, register
from tests.support.chromium import browser
from tests.support.stack_run import ROOT, StackRun

pytestmark = pytest.mark.browser
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[StackRun]:
    run = StackRun(tmp_path / "var")
    run.variables["PYSTAGRAM_URL"] = f"http://localhost:{run.port}"  # browsers take no passkeys for an IP address
    run.variables["PYSTAGRAM_STAFF_SECOND_FACTOR"] = "true"
    run.start()
    yield run
    run.clear()


def device_of(page: Page) -> tuple[CDPSession, str]:
    """A device with a screen lock that its owner always opens."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    return session, session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]


def logs_in_with_password(page: Page, target: str) -> None:
    page.goto(target)
    page.fill("[name=username]", "alice")
    page.fill("[name=password]", PASSWORD)
    page.click("#log-in button")


def logs_in_with_passkey(page: Page, target: str, arrives: str) -> None:
    page.goto(target)
    with page.expect_navigation(url=f"**{arrives}"):
        page.click("#passkey")


def test_a_passkey_is_added_and_logs_in_to_the_pages_and_the_admin(stack, tmp_path):
    register(stack, "alice")
    manage = [stack.python, "manage.py", "bootstrap", "--admin", "alice"]
    subprocess.run(manage, cwd=ROOT, env=stack.environment(), check=True, capture_output=True, timeout=60)
    with browser(tmp_path / "profile", f"http://localhost:{stack.port}") as watched:
        page = watched.page
        device, number = device_of(page)
        logs_in_with_password(page, "/login?next=/security")
        page.wait_for_url("**/security")
        page.fill("#add-passkey [name=password]", PASSWORD)
        page.click("#add-passkey button")
        page.wait_for_selector("text=Remove")
        (credential,) = device.send("WebAuthn.getCredentials", {"authenticatorId": number})["credentials"]
        assert credential["isResidentCredential"]
        assert credential["rpId"] == "localhost"

        page.context.clear_cookies()
        logs_in_with_passkey(page, "/login?next=/security", "/security")
        assert "last used" in page.inner_text("body")

        page.context.clear_cookies()
        logs_in_with_passkey(page, "/admin/login/?next=/admin/", "/admin/")
        assert "Recent actions" in page.inner_text("body")

        page.goto("/security")
        with page.expect_navigation():
            page.click("text=Remove")
        page.context.clear_cookies()
        page.goto("/login")
        page.click("#passkey")
        page.wait_for_selector("#passkey-error:not(:empty)")
        assert watched.wrong[0].startswith("401: POST"), watched.wrong  # a passkey that was removed is none
        assert not watched.strangers

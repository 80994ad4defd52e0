"""A headless Chromium that notes whatever a person would see in its console, and every host that it asks."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request, Response, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync""".split()  # noqa: SIM905 (as one types them)


def program() -> str:
    """Where Chromium is; says what to install when it is nowhere."""
    found = next((path for path in map(shutil.which, NAMES) if path), None)
    assert found, "make test-browser needs Chromium: apt install chromium"
    return found


class AccessLogMiddleware:
    """A page, what went wrong on it, and whom it asked."""

    def __init__(self, page: Page, host: str) -> None:
        self.page, self.host = page, host
        self.wrong: list[str] = []
        self.strangers: set[str] = set()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        page.on("request", self._asked)
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.wrong.append(f"console at {self.page.url}: {message.text}")

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob", "about"} and address.netloc != self.host:
            self.strangers.add(request.url)

    def _failed(self, request: Request) -> None:
        self.wrong.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.wrong.append(f"{response.status}: {response.request.method} {response.url}")


@contextmanager
def browser(profile: Path, address: str) -> Iterator[AccessLogMiddleware]:
    """One window with a profile of its own, for the site at that address."""
    with sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            profile, executable_path=program(), headless=True, args=FLAGS, base_url=address
        )
        context.set_default_timeout(20_000)
        try:
            yield AccessLogMiddleware(context.pages[0], urlsplit(address).netloc)
        finally:
            context.close()

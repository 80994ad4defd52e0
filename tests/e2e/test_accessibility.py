"""Every kind of page as axe-core sees it, in light and in dark, on a desktop and on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.e2e.test_journey import Person, api, makes_a_post_that_is_refused_first, register, uploads
from tests.support.chromium import browser
from tests.support.stack_run import StackRun

pytestmark = pytest.mark.browser
SIZES = {"desktop": (1280, 900), "phone": (375, 740)}
LOGGED_OUT = [
    "/", "/login", "/docs/errors", "/v1/", "/v1/feed", "/v1/auth/token", "/v1/auth/register", "/dev/mails",
    "/dev/mails/verify_address.html", "/dev/mails/account_deleted.html",
]  # fmt: skip
LOGGED_IN = [
    "/", "/v1/", "/v1/me", "/v1/media", "/v1/media/{media}", "/v1/posts", "/v1/posts/{post}",
    "/v1/posts/{post}/comments", "/v1/posts/{post}/like", "/v1/feed", "/v1/users/{name}", "/v1/users/{name}/posts",
    "/v1/users/bob.builder", "/v1/search?q=lake", "/v1/search?q=%22", "/v1/stories", "/v1/highlights", "/v1/explore",
    "/v1/suggestions", "/v1/me/trash", "/v1/instance", "/v1/posts/1", "/v1/auth/password/change", "/v1/places/nearby",
]  # fmt: skip


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[StackRun]:
    run = StackRun(tmp_path / "var")
    run.start()
    yield run
    run.clear()


def faults_of(page: Page) -> list[str]:
    """What axe-core calls serious or critical, and whether a page is wider than its window."""
    found = Axe().run(page).response["violations"]
    wrong = [
        f"{one['id']}: {one['nodes'][0]['html'][:150]} {one['nodes'][0]['failureSummary'][-200:]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*wrong, *(["wider than the window"] if wide else [])]


def faults_of_all(page: Page, addresses: list[str]) -> list[str]:
    wrong = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two that it takes
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            for address in addresses:
                page.goto(address)
                page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
                wrong += [f"{address}, {scheme}, {size}: {fault}" for fault in faults_of(page)]
    return wrong


def test_no_page_has_a_serious_fault(stack, tmp_path):
    token = register(stack, "alice")
    register(stack, "bob.builder")
    with browser(tmp_path / "profile", f"http://127.0.0.1:{stack.port}") as watched:
        wrong = faults_of_all(watched.page, LOGGED_OUT)
        alice = Person(watched)
        alice.logs_in("alice")
        media = uploads(alice, "A lake below mountains")
        post = makes_a_post_that_is_refused_first(alice, media)
        api(stack, f"posts/{post}/comments", {"text": "First"}, token)
        names = {"media": media, "post": post, "name": "alice"}
        wrong += faults_of_all(watched.page, [address.format(**names) for address in LOGGED_IN])
    assert not wrong, "\n".join(dict.fromkeys(wrong))


def test_axe_would_notice(stack, tmp_path):
    with browser(tmp_path / "profile", f"http://127.0.0.1:{stack.port}") as watched:
        watched.page.goto("/login")
        assert faults_of(watched.page) == []
        watched.page.evaluate("document.documentElement.lang = ''; document.querySelector('label').remove()")
        watched.page.evaluate("document.querySelector('form').insertAdjacentHTML('beforeend', '<input name=x>')")
        watched.page.evaluate("document.querySelector('small').style.color = '#ddd'")
        found = {fault.partition(":")[0] for fault in faults_of(watched.page)}
        assert {"html-has-lang", "label", "color-contrast"} <= found

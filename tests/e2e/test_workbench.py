"""Moderators at work in a real browser: from a report to an appeal that is granted, and a queue cleared by keyboard.

With SCREENSHOTS=folder the pages that are reached are drawn there, to be looked at.
"""

import json
import os
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.test_accessibility import faults_of
from tests.e2e.test_journey import PASSWORD, Person, register, uploads
from tests.support.chromium import AccessLogMiddleware, browser
from tests.support.stack_run import ROOT, StackRun, eventually

pytestmark = pytest.mark.browser
MODERATORS = """
from django.contrib.auth.models import Group
from accounts.models import User
for user in User.objects.filter(username__in=["mona", "otto"]):
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.groups.add(Group.objects.get(name="Moderators"))
"""
REPORTS = """
from moderation import actions
from moderation.categories import Category
from tests.support import factories
alice, kinds = factories.person("spammer"), list(Category)
reporters = [factories.person() for _ in kinds]
for number in range(200):
    post = factories.post(alice, f"buy number {number}!")
    reporter, category = reporters[number % 13], kinds[number % 13]
    actions.report(reporter=reporter, subject_type="post", subject_id=post.pk, category=category)
"""
READY = """() => {
    const left = document.querySelector('.case[aria-current]:not([hidden])');
    const over = document.getElementById('queue-empty') || /queue is empty/.test(document.body.innerText);
    return left ? 'a case' : over ? 'nothing' : null;
}"""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[StackRun]:
    run = StackRun(tmp_path / "var")
    run.start()
    yield run
    run.clear()


def runs(stack: StackRun, code: str) -> None:
    command = [stack.python, "manage.py", "shell", "-c", code]
    subprocess.run(command, cwd=ROOT, env=stack.environment(), check=True, capture_output=True, timeout=120)


def calls(stack: StackRun, token: str, method: str, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    data = json.dumps(body).encode() if body else None
    address = f"http://127.0.0.1:{stack.port}/v1/{path}"
    request = urllib.request.Request(address, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 (an address of ours)
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, {}


def feed_of(stack: StackRun, token: str) -> list[str]:
    return [post["id"] for post in calls(stack, token, "GET", "feed")[1]["results"]]


def moderates(page: Page, name: str) -> None:
    page.context.clear_cookies()
    page.goto("/login?next=/admin/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("#log-in button")
    page.wait_for_url("**/admin/")


def looked_at(page: Page, name: str) -> None:
    """No serious fault of accessibility, in light and in dark; drawn, if somebody wants to see."""
    folder = os.environ.get("SCREENSHOTS")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two that it takes
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(400)  # colours change slowly
        if folder:
            page.screenshot(path=Path(folder) / f"{name}-{scheme}.png", full_page=True)
        found = faults_of(page)
        assert not found, f"{name}, {scheme}: " + " | ".join(found)


def posts_a_photo(watched: AccessLogMiddleware, stack: StackRun, token: str) -> str:
    alice = Person(watched)
    alice.logs_in("alice")
    media = uploads(alice, "A lake")
    return str(calls(stack, token, "POST", "posts", media=[media], caption="buy <b>cheap</b> lakes!")[1]["id"])


def takes_down_with_a_reason(page: Page) -> None:
    moderates(page, "mona")
    looked_at(page, "start")
    page.click("text=Queue")
    page.wait_for_selector(".case img")
    assert page.evaluate("getComputedStyle(document.querySelector('.veiled img')).filter") == "blur(24px)"
    looked_at(page, "queue-blurred")
    page.keyboard.press("Space")
    assert page.query_selector(".veiled") is None
    assert eventually(lambda: page.evaluate("document.querySelector('.case img').naturalWidth") > 0)
    looked_at(page, "queue")
    page.keyboard.press("o")
    page.wait_for_url("**/change/")
    page.click(".veil-all")
    looked_at(page, "case")
    page.check("[name=action][value=take_down]")
    page.select_option("[name=reason]", "scam")
    with page.expect_navigation():
        page.click("#decide button")
    looked_at(page, "case-decided")


def grants_the_appeal(page: Page) -> None:
    moderates(page, "otto")
    page.click("text=Appeals")
    page.wait_for_selector(".case[aria-current] :text('It was art.')")
    page.keyboard.press("Space")
    page.wait_for_selector(".case img")
    looked_at(page, "appeals")
    page.keyboard.press("o")
    page.wait_for_url("**/change/")
    looked_at(page, "appeal")
    page.go_back()
    page.keyboard.press("Shift+G")
    page.wait_for_selector("text=Granted: the decision was taken back.")


def test_from_a_report_to_an_appeal_that_is_granted(stack, tmp_path):
    tokens = {name: register(stack, name) for name in ("alice", "bob", "mona", "otto")}
    runs(stack, MODERATORS)
    calls(stack, tokens["bob"], "PUT", "users/alice/follow")
    with browser(tmp_path / "profile", f"http://127.0.0.1:{stack.port}") as watched:
        page = watched.page
        page.set_viewport_size({"width": 1280, "height": 900})
        post = posts_a_photo(watched, stack, tokens["alice"])
        assert eventually(lambda: feed_of(stack, tokens["bob"]) == [post])
        report = {"subject_type": "post", "subject_id": post, "category": "scam", "comment": "<script>x</script>"}
        assert calls(stack, tokens["bob"], "POST", "reports", **report)[0] == 201

        takes_down_with_a_reason(page)
        assert calls(stack, tokens["bob"], "GET", f"posts/{post}")[0] == 404
        assert feed_of(stack, tokens["bob"]) == []

        (decision,) = calls(stack, tokens["alice"], "GET", "me/moderation")[1]["results"]
        appeal = calls(stack, tokens["alice"], "POST", f"me/moderation/{decision['id']}/appeal", text="It was art.")
        assert appeal[0] < 300
        grants_the_appeal(page)
        assert calls(stack, tokens["bob"], "GET", f"posts/{post}")[0] == 200
        assert feed_of(stack, tokens["bob"]) == [post]
        assert not watched.strangers
        # axe reads style sheets apart from their addresses: what the one of Django imports is not found then
        wrong = [fault for fault in watched.wrong if not re.search("widgets.css|Failed to load resource", fault)]
        assert not wrong


def test_two_hundred_reports_are_cleared_by_keyboard_alone(stack, tmp_path):
    register(stack, "mona")
    runs(stack, MODERATORS)
    runs(stack, REPORTS)
    pressed = 0
    with browser(tmp_path / "profile", f"http://127.0.0.1:{stack.port}") as watched:
        page = watched.page
        moderates(page, "mona")
        page.goto("/admin/moderation/case/queue/")
        for keys in cycle(["d", "d", "t", "w", "3t"]):
            if page.wait_for_function(READY).json_value() == "nothing":
                break
            for key in keys:
                page.keyboard.press(key)
                pressed += 1
            assert pressed <= 250, page.inner_text("#queue-status")
        page.goto("/admin/")
        assert "0 open cases" in page.inner_text(".tiles").replace("\n", " ")

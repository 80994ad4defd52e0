"""A person walks through the browsable API in a real browser, against the whole stack."""

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.chromium import AccessLogMiddleware, browser
from tests.support.stack_run import ROOT, StackRun, eventually

pytestmark = pytest.mark.browser
PASSWORD = "correct-horse-battery"
FORM = "form[id$=-object-form]"
PHOTO = ROOT / "devtools/demo/photos/01-lake-sherburne.jpg"


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[StackRun]:
    run = StackRun(tmp_path / "var")
    run.start()
    yield run
    run.clear()


def api(stack: StackRun, path: str, body: dict[str, object], token: str = "") -> dict[str, object]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(
        f"http://127.0.0.1:{stack.port}/v1/{path}", json.dumps(body).encode(), headers, method="POST"
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310 (an address of ours)
        return dict(json.load(answer))


def register(stack: StackRun, name: str) -> str:
    person = {"username": name, "name": name.title(), "email": f"{name}@example.com", "password": PASSWORD}
    return str(api(stack, "auth/register", {**person, "birth_date": "1990-05-17"})["access"])


class Person:
    """What somebody does at the screen, and reads there."""

    def __init__(self, watched: AccessLogMiddleware) -> None:
        self.page = watched.page

    def opens(self, path: str) -> None:
        self.page.goto(path)

    def types(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.fill(f"{FORM} [name={name}]", text)

    def sends(self, method: str, form: str = FORM) -> None:
        """Presses a form's button and waits for the page that answers."""
        with self.page.expect_response(lambda answer: answer.request.method == method):
            self.page.click(f"{form} button:text-is('{method}')")
        self.page.wait_for_load_state("networkidle")

    def presses(self, method: str, name: str) -> None:
        """A button for something one step below this address."""
        with self.page.expect_response(lambda answer: answer.request.method == method):
            self.page.click(f"[aria-label='below this address'] button:has-text('{method} {name}')")
        self.page.wait_for_load_state("networkidle")

    def follows_link(self, name: str) -> None:
        self.page.click(f"[aria-label='below this address'] a:text-is('{name}')")
        self.page.wait_for_load_state("networkidle")

    def reads(self) -> str:
        return self.page.inner_text("body")

    def reads_json(self) -> dict[str, object]:
        """The answer below the headers."""
        shown = self.page.text_content("pre") or ""
        found: dict[str, object] = json.loads(shown[re.search(r"^{", shown, re.MULTILINE).start() :])  # type: ignore[union-attr]
        return found

    def logs_in(self, name: str) -> None:
        self.opens("/")
        self.page.click("text=Log in >> nth=-1")
        self.page.fill("[name=username]", name)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("button")
        self.page.wait_for_url("**/v1/")

    def logs_out(self) -> None:
        self.page.click("text=Log out")
        self.page.wait_for_url(lambda address: address.endswith("/"))


def sees_pictures(person: Person) -> int:
    """How many pictures of the page are really there, in pixels."""
    return int(person.page.evaluate("[...document.images].filter(i => i.complete && i.naturalWidth).length"))


def uploads(person: Person, alt_text: str) -> str:
    person.opens("/v1/media")
    person.page.set_input_files("[name=file]", PHOTO)
    person.types(alt_text=alt_text)
    person.sends("POST")
    media = str(person.reads_json()["id"])

    def ready() -> bool:
        person.opens(f"/v1/media/{media}")
        return person.reads_json()["state"] == "ready"

    assert eventually(ready), person.reads()
    return media


def makes_a_post_that_is_refused_first(person: Person, media: str) -> str:
    person.opens("/v1/posts")
    person.types(media=media, caption="A lake at #dawn", media_latitude="48.7")
    person.sends("POST")
    assert "Latitude and longitude come together." in person.reads()
    assert person.page.input_value(f"{FORM} [name=caption]") == "A lake at #dawn"
    person.types(media_longitude="-113.6")
    person.sends("POST")
    return str(person.reads_json()["id"])


def comes_by_the_feed(person: Person, post: str) -> None:
    def there() -> bool:
        person.opens("/v1/feed")
        page = person.reads_json()
        return page["source"] == "cache" and post in [row["id"] for row in page["results"]]  # type: ignore[index,attr-defined]

    assert eventually(there), person.reads()
    person.page.wait_for_load_state("networkidle")
    assert sees_pictures(person) == 1


def follows_alice(bob):
    bob.logs_in("bob")
    bob.opens("/v1/users/alice")
    bob.presses("PUT", "follow")
    assert bob.reads_json() == {"state": "following"}
    bob.logs_out()


def shares_a_post_and_a_story(alice, watched):
    alice.logs_in("alice")
    media = uploads(alice, "A lake below mountains")
    assert sees_pictures(alice) == 1
    post = makes_a_post_that_is_refused_first(alice, media)
    assert watched.wrong.pop(0).startswith("400: POST"), watched.wrong
    assert "400 (Bad Request)" in watched.wrong.pop(0), watched.wrong
    alice.opens("/v1/stories")
    alice.types(media=media)
    alice.sends("POST")
    assert "expires_at" in alice.reads_json()
    alice.logs_out()
    return post


def reads_likes_comments_and_searches(bob, post):
    bob.logs_in("bob")
    comes_by_the_feed(bob, post)
    bob.opens(f"/v1/posts/{post}")
    bob.presses("PUT", "like")
    assert bob.reads_json() == {"reaction": "like", "likes_count": 1, "dislikes_count": 0}
    bob.opens(f"/v1/posts/{post}")
    bob.follows_link("comments")
    bob.types(text="Worth getting up for")
    bob.sends("POST")
    assert bob.reads_json()["text"] == "Worth getting up for"
    bob.opens("/v1/search?q=lake&type=posts")
    assert [row["id"] for row in bob.reads_json()["results"]] == [post]
    bob.logs_out()


def edits_and_deletes(alice, post):
    alice.opens(f"/v1/posts/{post}")
    assert (alice.reads_json()["likes_count"], alice.reads_json()["comments_count"]) == (1, 1)
    alice.types(caption="A lake at #sunrise")
    alice.sends("PATCH")
    assert alice.reads_json()["caption"] == "A lake at #sunrise"
    alice.page.click("#delete summary")
    with alice.page.expect_response(lambda answer: answer.request.method == "DELETE") as gone:
        alice.page.click("#delete button")
    assert gone.value.ok
    alice.page.wait_for_load_state("networkidle")
    assert "204 No Content" in alice.reads()
    alice.opens("/v1/me/trash")
    assert [row["id"] for row in alice.reads_json()["results"]] == [post]


def test_a_day_in_the_browser(stack, tmp_path):
    for name in ("alice", "bob"):
        register(stack, name)
    with browser(tmp_path / "profile", f"http://127.0.0.1:{stack.port}") as watched:
        alice = bob = Person(watched)
        follows_alice(bob)
        post = shares_a_post_and_a_story(alice, watched)
        reads_likes_comments_and_searches(bob, post)
        alice.logs_in("alice")
        edits_and_deletes(alice, post)
        for page in ("/", "/v1/", "/v1/docs", "/docs/errors"):
            alice.opens(page)
            alice.page.wait_for_load_state("networkidle")
        alice.opens("/v1/")
        alice.logs_out()

        assert not watched.wrong, "\n".join(watched.wrong)
        assert not watched.strangers

"""The people who moderate."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from moderation import actions
from moderation.defaults import ADMINISTRATORS, MODERATORS
from moderation.models import Case
from posts.models import Post
from tests.support import factories


def with_role(name: str, group: str) -> User:
    user = factories.person(name, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def mona(db: None) -> User:
    """A moderator."""
    return with_role("mona", MODERATORS)


@pytest.fixture
def otto(db: None) -> User:
    """Another moderator."""
    return with_role("otto", MODERATORS)


@pytest.fixture
def ada(db: None) -> User:
    """An administrator."""
    return with_role("ada", ADMINISTRATORS)


@pytest.fixture
def reported(alice: User, charlie: User) -> Callable[..., Case]:
    """`reported()`: the case of a post of alice's that charlie reported; or of another subject and reporter."""

    def make(post: Post | None = None, reporter: User | None = None, category: str = "spam", **subject: object) -> Case:
        named = subject or {"subject_type": "post", "subject_id": (post or factories.post(alice, "buy!")).pk}
        report, _ = actions.report(reporter=reporter or charlie, category=category, **named)
        return Case.objects.get(pk=report.case_id)

    return make


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """Somebody's browser, logged in; `options` are those of Django's test client."""

    def browser(person: User, **options: Any) -> Client:
        client = Client(**options)
        client.force_login(person)
        return client

    return browser

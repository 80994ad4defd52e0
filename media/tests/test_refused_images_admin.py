"""Blocks and refusals in the admin: who may add, lift and take back."""

import secrets
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.test import Client

from accounts.models import User
from media import actions
from media.models import BlockedImage, ImageRefusal
from media.tests.support.photographs import photo, send
from tests.support import factories

pytestmark = pytest.mark.django_db


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def with_rights(name: str, rights: QuerySet[Permission]) -> User:
    user = factories.person(name, is_staff=True)
    user.user_permissions.set(rights)
    return user


@pytest.fixture
def administrator() -> User:
    """Has the role that has every right, and is no superuser."""
    return with_rights("administrator", Permission.objects.filter(content_type__app_label="media"))


@pytest.fixture
def moderator() -> User:
    """May look at everything of media, and take refusals back."""
    given = Q(codename__startswith="view_") | Q(codename="change_imagerefusal")
    return with_rights("moderator", Permission.objects.filter(given, content_type__app_label="media"))


@pytest.fixture
def block(alice: User, bob: User, client_for: Any) -> BlockedImage:
    """A block, and a refusal because of it."""
    media_id = int(send(client_for(alice), photo()).json()["id"])
    made = actions.refuse_image(media_id=media_id, near=False, reason="spam", by="moderator")
    assert send(client_for(bob), photo()).status_code == 422
    return made


def run(client: Client, kind: str, action: str, pk: int) -> Any:
    return client.post(f"/admin/media/{kind}/", {"action": action, "_selected_action": [pk]})


def test_administrators_add_a_hash(administrator):
    client, digest = client_of(administrator), secrets.token_hex(32)
    assert client.post("/admin/media/blockedimage/add/", {"sha256": digest, "reason": "shared"}).status_code == 302
    made = BlockedImage.objects.get()
    assert (made.sha256, made.by, made.near) == (digest, "administrator", False)
    for wrong in ({"sha256": "x", "reason": "r"}, {"reason": "r"}, {"sha256": digest}):
        assert client.post("/admin/media/blockedimage/add/", wrong).status_code == 200
    assert BlockedImage.objects.count() == 1


def test_moderators_add_none_and_lift_none(moderator, block):
    client = client_of(moderator)
    assert client.get("/admin/media/blockedimage/").status_code == 200
    assert client.post("/admin/media/blockedimage/add/", {"sha256": "0" * 64, "reason": "r"}).status_code == 403
    run(client, "blockedimage", "allow", block.pk)
    block.refresh_from_db()
    assert block.lifted_at is None


def test_administrators_lift_a_block(administrator, block):
    assert run(client_of(administrator), "blockedimage", "allow", block.pk).status_code == 302
    block.refresh_from_db()
    assert block.lifted_at is not None


def test_moderators_take_a_refusal_back(moderator, block):
    assert run(client_of(moderator), "imagerefusal", "take_back", ImageRefusal.objects.get().pk).status_code == 302
    assert ImageRefusal.objects.get().lifted_at is not None


def test_the_page_of_a_block_shows_what_it_would_hit(moderator, block):
    page = client_of(moderator).get(f"/admin/media/blockedimage/{block.pk}/change/").content.decode()
    assert "0 bits" in page

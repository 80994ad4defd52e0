"""Log-ins and browser sessions are not kept for longer than they are of use."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session as BrowserSession
from django.utils import timezone

from accounts.models import Session, User
from accounts.tasks import prune_sessions

DAY = timedelta(days=1)


def session(user: User, **times: object) -> Session:
    row = Session.objects.create(user=user, token_version=0, refresh_jti="x")
    Session.objects.filter(pk=row.pk).update(**times)
    return row


def test_old_ones_go_and_the_others_stay(alice):
    now = timezone.now()
    kept = {
        session(alice, last_used_at=now).pk,
        session(alice, last_used_at=now - 59 * DAY).pk,  # its refresh token is still good
        session(alice, last_used_at=now, revoked_at=now - 29 * DAY).pk,
    }
    session(alice, last_used_at=now, revoked_at=now - 31 * DAY)
    session(alice, last_used_at=now - 91 * DAY)
    for _ in range(2):
        prune_sessions()
        assert {row.pk for row in Session.objects.all()} == kept


@pytest.mark.django_db
def test_expired_browser_sessions_go():
    now = timezone.now()
    for name, ends in (("over", now - DAY), ("open", now + DAY)):
        BrowserSession.objects.create(session_key=name, session_data="", expire_date=ends)
    assert prune_sessions() == 1
    assert [row.session_key for row in BrowserSession.objects.all()] == ["open"]

"""The page that asks whoever is deactivated, or to be deleted, and has logged in whether they come back."""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import actions
from accounts.models import User
from accounts.views.browser_sessions import RETURNING, RETURNING_SECONDS, STRONG, enter, target_of


def reactivate_page(request: HttpRequest) -> HttpResponse:
    """Brings back and logs in, by a button."""
    user = _returning(request)
    if user is None:
        return redirect(settings.LOGIN_URL)
    if request.method == "POST":
        strong = bool(request.session.get(STRONG))
        come_back = actions.undelete if user.away == "deletion_pending" else actions.reactivate
        return enter(request, come_back(user=user), target_of(request), strong=strong)
    return render(request, "accounts/reactivate.html", {"person": user, "next": target_of(request)})


def _returning(request: HttpRequest) -> User | None:
    given = request.session.get(RETURNING, "")
    try:
        number, version = signing.loads(given, salt=RETURNING, max_age=RETURNING_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.get_queryset().returning(number, version).first()
    return user if user is not None and user.may_log_in else None

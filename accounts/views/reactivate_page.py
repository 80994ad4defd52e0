"""The page that asks whoever is deactivated and has logged in whether they come back."""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import actions
from accounts.models import User
from accounts.views.browser_sessions import RETURNING, RETURNING_SECONDS, STRONG, enter, target_of


def reactivate_page(request: HttpRequest) -> HttpResponse:
    """Reactivates and logs in, by a button."""
    user = _returning(request)
    if user is None:
        return redirect(settings.LOGIN_URL)
    if request.method == "POST":
        strong = bool(request.session.get(STRONG))
        return enter(request, actions.reactivate(user=user), target_of(request), strong=strong)
    return render(request, "accounts/reactivate.html", {"person": user, "next": target_of(request)})


def _returning(request: HttpRequest) -> User | None:
    given = request.session.get(RETURNING, "")
    try:
        number, version = signing.loads(given, salt=RETURNING, max_age=RETURNING_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.get_queryset().returning(number, version).first()
    return user if user is not None and user.may_log_in else None

"""Pages for people with a browser."""

from typing import Any

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import login as begin_django_session
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts import actions
from accounts.models import User
from accounts.views.logging_in import caller_of, end_browser_row


def begin_browser_session(request: HttpRequest, user: User) -> None:
    """Logs a browser in, by the actions that every log-in takes."""
    actions.log_in(user=user)
    begin_django_session(request, user)
    if request.session.session_key is None:
        request.session.save()
    key = str(request.session.session_key)
    session = actions.open_browser_session(user=user, caller=caller_of(request), key=key)
    request.session[actions.BROWSER_SESSION] = session.pk.hex


class BrowserLogInView(LoginView):
    """The log-in page of the browsable API: the same actions as the token endpoint, with a session cookie."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        begin_browser_session(self.request, form.get_user())
        return HttpResponseRedirect(self.get_success_url())


class AdminLogInView(BrowserLogInView):
    """The same for the admin, which takes moderators only."""

    authentication_form = AdminAuthenticationForm
    redirect_authenticated_user = False  # who is no moderator would be sent to and fro
    next_page = "admin:index"


class BrowserLogOutView(LogoutView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        end_browser_row(request)
        return super().post(request, *args, **kwargs)

"""Pages for people with a browser."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.views.browser_sessions import CHALLENGE, end_browser_row, enter
from api.problems import Problem


class BrowserForm(AuthenticationForm):
    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        """`check_credentials` has decided that."""


class ModeratorForm(BrowserForm):
    def confirm_login_allowed(self, user: AbstractBaseUser) -> None:
        if not getattr(user, "is_staff", False):
            raise ValidationError("This account is no moderator's.", "invalid_login")


class BrowserLogInView(LoginView):
    """The log-in page of the browsable API: the same actions as the token endpoint, with a session cookie."""

    template_name = "accounts/login.html"
    authentication_form = BrowserForm
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Who has a second factor goes on to its page, with nothing but a challenge in the session."""
        try:
            return super().post(request, *args, **kwargs)
        except Problem as problem:
            if problem.get_codes() != "second_factor_required":
                raise
            request.session[CHALLENGE] = problem.extra["challenge"]
            query = urlencode({"next": self.get_success_url()})
            return HttpResponseRedirect(f"{reverse('second-step-page')}?{query}")

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        return enter(self.request, form.get_user(), self.get_success_url())


class AdminLogInView(BrowserLogInView):
    """The same for the admin, which takes moderators only."""

    authentication_form = ModeratorForm
    redirect_authenticated_user = False  # who is no moderator would be sent to and fro
    next_page = "admin:index"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Says what is missing to a moderator who is logged in, but not with a second factor."""
        asked = settings.STAFF_SECOND_FACTOR and getattr(self.request.user, "is_staff", False)
        return {**super().get_context_data(**kwargs), "needs_second_factor": asked}


class BrowserLogOutView(LogoutView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        end_browser_row(request)
        return super().post(request, *args, **kwargs)

"""Pages for people with a browser."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from accounts.views.browser_sessions import CHALLENGE, begin_browser_session, end_browser_row
from api.problems import Problem


class BrowserLogInView(LoginView):
    """The log-in page of the browsable API: the same actions as the token endpoint, with a session cookie."""

    template_name = "accounts/login.html"
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

"""Pages for people with a browser."""

from django.contrib.auth import login as begin_browser_session
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import HttpResponse, HttpResponseRedirect

from accounts import actions


class BrowserLogInView(LoginView):
    """The log-in page of the browsable API: the same actions as the token endpoint, with a session cookie."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        user = form.get_user()
        actions.log_in(user=user)
        begin_browser_session(self.request, user)
        return HttpResponseRedirect(self.get_success_url())

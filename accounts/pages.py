"""Pages for logging in with a browser, under the limits of the token endpoint."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from api.problems import Problem, plain_problem
from api.throttles import count_page

View = Callable[..., HttpResponseBase]


def limit_log_ins(view: View) -> View:
    """The page, answering with a problem (429, 503) to too many log-ins from one address, or of all at once."""

    @wraps(view)
    def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        try:
            count_page(request, "log_in")
            return view(request, *args, **kwargs)
        except Problem as problem:
            response = plain_problem(str(problem.get_codes()), str(problem.detail))
            if problem.retry_after is not None:
                response["Retry-After"] = str(problem.retry_after)
            return response

    return limited

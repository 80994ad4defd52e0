"""What the OpenAPI document takes from a view: its docstrings, its permissions, its address."""

from typing import Any

import pytest
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request

from api.operation_docs import id_description, summary_and_description
from api.problem_schema import codes_of_view, error_codes
from api.viewsets import BaseViewSet


class ChangedByItsOwner(BasePermission):
    def has_object_permission(self, request: Request, view: Any, row: Any) -> bool:
        return False


class Parent(BaseViewSet):
    """For whoever changes this class."""

    def list(self, request: Request) -> None:
        pass


class BoatViewSet(Parent):
    """Boats.

    Of one's own.
    """

    permission_classes = [IsAuthenticated, ChangedByItsOwner]
    error_codes = {"create": ["busy"]}

    def create(self, request: Request) -> None:
        """Build a boat.

        It takes
        a while.
        """

    def retrieve(self, request: Request) -> None:
        """Read a boat."""


class SecretViewSet(Parent):
    pass


@pytest.mark.parametrize(
    ("view", "action", "summary", "description"),
    [
        (BoatViewSet, "create", "Build a boat", "It takes a while."),
        (BoatViewSet, "retrieve", "Read a boat", "Boats.\n\nOf one's own."),
        (BoatViewSet, "list", "Boats", "Of one's own."),
        (SecretViewSet, "list", "", ""),
    ],
)
def test_docstrings_are_the_documentation(view, action, summary, description):
    assert summary_and_description(view(), action) == (summary, description)


@pytest.mark.parametrize(
    ("action", "method", "path", "codes"),
    [
        ("create", "POST", "/v1/boats", ["busy"]),
        ("partial_update", "PATCH", "/v1/boats/{id}", ["permission_denied"]),
        ("retrieve", "GET", "/v1/boats/{id}", []),
    ],
)
def test_who_may_see_but_not_change_is_denied(action, method, path, codes):
    assert codes_of_view(BoatViewSet(), action, method, path) == codes


def test_what_the_author_alone_may_read_is_denied_to_others():
    view = BoatViewSet()
    view.author_alone = True  # type: ignore[attr-defined]  # what some views declare
    assert codes_of_view(view, "list", "GET", "/v1/boats/{boat_id}/crew") == ["permission_denied"]


def test_a_code_that_no_catalogue_has_is_refused():
    with pytest.raises(AssertionError, match="sunk"):
        error_codes("sunk")


def test_an_id_is_called_after_what_it_is_of():
    assert id_description("/v1/stories/{story_id}/viewers", "story_id") == "The story's id."

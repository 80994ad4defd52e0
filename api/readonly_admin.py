"""The classes of every ModelAdmin: lists at a constant cost, and rows that are there to be looked at."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG, SEARCH_VAR
from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, ForeignKey, Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from api.admin_links import related_lists, target_of
from api.admin_lists import (
    MAX_FILTER_MS,
    MAX_LIST_MS,
    MAX_LOOKED_THROUGH,
    BoundedPaginator,
    ListTooExpensive,
    OneOrderChangeList,
    first_of,
    limited_statements,
)
from api.admin_search import search
from api.ids import MAX_ID

NO_SUCH_FILTER = "These filters cannot be applied, so all are shown."
NO_SUCH_ROWS = "There are no such rows."
TOO_EXPENSIVE = "That took too long. Search for an id or a user name, or choose a shorter time."
ONLY_THE_FIRST = (
    f"To look through all of them takes too long: these are among the first {MAX_LOOKED_THROUGH:,} of the list. For "
    "others search for an id or a user name."
)
COMPARISONS = ("", "__exact", "__gte", "__lt", "__isnull", "__isempty")
WAYS_TO_A_ROW = ("", "__exact", "__id", "__id__exact", "__pk", "__pk__exact")


def _is_beyond_columns(value: str) -> bool:
    """A whole number of more than 64 bits."""
    digits = value.lstrip("+-")
    return digits.isdecimal() and (len(digits) > len(str(MAX_ID)) or int(digits) > MAX_ID)


class BoundedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    """Lists are not counted, sorted or searched as a whole; a page links the lists of what refers to its row.

    `search_fields`: see api/admin_search.py. Lists can be filtered by `list_filter` and by `linked_by`, relations whose
    columns lead an index: by default all foreign keys of the model. Nothing else is a parameter, so that no secret
    column can be guessed by filtering.
    """

    list_per_page = 50
    list_max_show_all = 0
    ordering: ClassVar[Any] = ("-pk",)
    paginator = BoundedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    linked_by: tuple[str, ...] | list[str] | None = None

    def __init__(self, model: type[Model], admin_site: admin.AdminSite) -> None:
        super().__init__(model, admin_site)
        if self.linked_by is None:
            keys: list[Any] = [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
            self.linked_by = tuple(field.name for field in keys if field.db_index)
        self._parameters = frozenset(self._allowed())

    def _allowed(self) -> list[str]:
        filters: list[Any] = list(self.list_filter)
        paths = [one if isinstance(one, str) else one[0] for one in filters if isinstance(one, str | tuple)]
        names = [one.parameter_name for one in filters if hasattr(one, "parameter_name")]
        allowed = [*names, "pk__lt", *(f"{path}{end}" for path in paths for end in COMPARISONS)]
        for path in [*(self.linked_by or ()), self.model._meta.pk.name]:
            allowed += [f"{path}{end}" for end in WAYS_TO_A_ROW]
        for path in self.linked_by or ():
            if any(field.name == "username" for field in target_of(self.model, path)._meta.fields):
                allowed += [f"{path}__username", f"{path}__username__exact"]
        return allowed

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup in self._parameters

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OneOrderChangeList]:
        return OneOrderChangeList

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Refuses numbers that no column holds: PostgreSQL would, as an error."""
        if any(_is_beyond_columns(str(value)) for name, value in request.GET.items() if name != SEARCH_VAR):
            raise IncorrectLookupParameters
        return super().get_changelist_instance(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        only_first = getattr(request, "looks_through_the_first", False)
        return first_of(rows, self.get_ordering(request)) if only_first else rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        fields = self.get_search_fields(request)
        return (search(queryset, fields, search_term) if search_term.strip() and fields else queryset), False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if request.method != "GET":
            return super().changelist_view(request, extra_context)
        if ERROR_FLAG in request.GET:  # Django's page for it blames the database
            messages.warning(request, NO_SUCH_FILTER)
            return redirect(request.path)
        if not request.GET:
            return self._list(request, extra_context, MAX_LIST_MS)
        try:
            return self._list(request, extra_context, MAX_FILTER_MS)
        except ListTooExpensive:
            request.looks_through_the_first = True  # type: ignore[attr-defined]  # read by get_queryset
        try:
            messages.warning(request, ONLY_THE_FIRST)
            return self._list(request, extra_context, MAX_LIST_MS)
        except ListTooExpensive:
            messages.error(request, TOO_EXPENSIVE)
            return redirect(request.path)

    def _list(self, request: HttpRequest, extra_context: dict[str, Any] | None, milliseconds: int) -> HttpResponse:
        with limited_statements(milliseconds):
            response = super().changelist_view(request, extra_context)
            return response.render() if hasattr(response, "render") else response

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """As Django's, which asks PostgreSQL for rows by whatever was sent as their ids."""
        if all(self._may_be_key(value) for value in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            return super().response_action(request, queryset, *args, **kwargs)
        messages.warning(request, NO_SUCH_ROWS)
        return redirect(request.get_full_path())

    def _may_be_key(self, value: str) -> bool:
        try:
            self.model._meta.pk.to_python(value)
        except ValidationError:
            return False
        return not _is_beyond_columns(value)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """404 for what is not there; Django leads to the start page."""
        row = None if _is_beyond_columns(object_id) else super().get_object(request, object_id, from_field)
        if row is None:
            raise Http404
        return row

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        row = context.get("original")
        context["related_lists"] = related_lists(self.admin_site, request, row) if row else []
        return super().render_change_form(request, context, *args, **kwargs)


class ReadOnlyAdmin(BoundedAdmin):
    """Nothing is added, changed or deleted here; search and filters work. Pages show when a row was made, too, which is
    not editable and left out by Django.

    A row edited here would pass by the counters and events that actions keep.
    """

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        given = list(super().get_readonly_fields(request, obj))
        left_out = {*given, *(self.get_exclude(request, obj) or ())}
        times = [
            field for field in self.opts.concrete_fields if isinstance(field, DateTimeField) and not field.editable
        ]
        return [*given, *(field.name for field in times if field.name not in left_out)]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is shown for people, pictures for instance, comes first."""
        names = list(super().get_fields(request, obj))
        first = [name for name in self.readonly_fields if name in names]
        return [*first, *(name for name in names if name not in first)]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

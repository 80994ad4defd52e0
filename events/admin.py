"""The outbox, read-only; deliveries that were given up can be retried."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.text import Truncator

from api.admin_filters import conditions
from api.admin_links import link_to
from api.readonly_admin import ReadOnlyAdmin
from events import actions
from events.models import Delivery, Event, JobRun


class Subscribed(admin.SimpleListFilter):
    """One of the names that the subscriptions know; to list what is in the table, PostgreSQL would read all of it."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted(self.names())]

    def names(self) -> set[str]:
        raise NotImplementedError

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        name = self.value()
        return queryset.filter(**{self.parameter_name or "": name}) if name else queryset


class EventName(Subscribed):
    title = parameter_name = "name"

    def names(self) -> set[str]:
        return set(import_string(settings.EVENTS_SUBSCRIPTIONS))


class TaskName(Subscribed):
    title = parameter_name = "task"

    def names(self) -> set[str]:
        return {task for tasks in import_string(settings.EVENTS_SUBSCRIPTIONS).values() for task in tasks}


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["id", "name", "words", "recorded_at", "expanded_at"]
    list_filter = [EventName, "recorded_at"]
    search_fields = ["id"]
    search_help_text = "An id"

    @admin.display(description="payload")
    def words(self, event: Event) -> str:
        return Truncator(event.payload).chars(120)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["task", "of_event", "attempts", "done_at", "dead_at", "last_error"]
    list_select_related = ["event"]
    list_filter = [
        conditions("state", "state", {
            "waiting or at work": Q(done_at__isnull=True, dead_at__isnull=True),
            "given up": Q(dead_at__isnull=False),
            "done": Q(done_at__isnull=False),
        }),
        TaskName,
    ]  # fmt: skip
    search_fields = ["id", "event"]
    search_help_text = "The id of a delivery or of an event"
    actions = ["try_again"]

    @admin.display(description="event")
    def of_event(self, delivery: Delivery) -> str:
        return link_to(delivery.event, f"{delivery.event.name} {delivery.event_id}")

    @admin.action(description="Try again what was given up", permissions=["retry"])
    def try_again(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        count = actions.try_again(deliveries=rows)
        self.message_user(request, f"{count} deliveries are due again.")

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Who may only view deliveries sees no button that changes them."""
        return bool(request.user.has_perm("events.change_delivery"))


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    list_display = ["job", "finished_at"]

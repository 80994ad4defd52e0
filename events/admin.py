"""The outbox, read-only; deliveries that were given up can be retried."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from api.readonly_admin import ReadOnlyAdmin
from events import actions
from events.models import Delivery, Event, JobRun


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["name", "payload", "request_id", "recorded_at", "expanded_at"]
    list_filter = ["name", "recorded_at"]
    search_fields = ["name", "request_id"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["task", "event", "attempts", "lease_until", "done_at", "dead_at", "last_error"]
    list_select_related = ["event"]
    list_filter = ["task", ("done_at", admin.EmptyFieldListFilter), ("dead_at", admin.EmptyFieldListFilter)]
    search_fields = ["task", "last_error"]
    actions = ["try_again"]

    @admin.action(description="Try again what was given up", permissions=["view"])
    def try_again(self, request: HttpRequest, rows: QuerySet[Delivery]) -> None:
        count = actions.try_again(deliveries=rows)
        self.message_user(request, f"{count} deliveries are due again.")


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    list_display = ["job", "finished_at"]

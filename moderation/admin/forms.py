"""What a moderator fills in to decide."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from api.problems import Invalid
from moderation.limits import MAX_NOTE_LENGTH
from moderation.models import Action, Reason

DAYS = [("", "for good"), ("1", "a day"), ("7", "a week"), ("30", "30 days"), ("365", "a year")]

DEFAULT_DAYS = "7"


class DecisionForm(forms.Form):
    """An action with its reason; `days` is of suspensions alone."""

    action = forms.ChoiceField()
    reason = forms.ChoiceField(help_text="Its sentence is what the owner reads.")
    days = forms.ChoiceField(choices=DAYS, required=False, label="Suspended")
    note = forms.CharField(
        max_length=MAX_NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="Note for moderators",
    )

    def __init__(self, *args: Any, actions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(action.value, action.label) for action in Action if action in actions]
        self.fields["action"] = forms.ChoiceField(choices=choices, widget=forms.RadioSelect)
        reasons = [(row.key, f"{row.title}: {row.sentence}") for row in Reason.objects.offered()]
        self.fields["reason"] = forms.ChoiceField(choices=reasons, help_text=self.fields["reason"].help_text)

    def order(self) -> dict[str, Any]:
        """What `decide` takes; `Invalid` for what cannot be chosen."""
        if not self.is_valid():
            field, errors = next(iter(self.errors.get_json_data().items()))
            raise Invalid(field, "invalid", f"{field}: {errors[0]['message']}")
        given = self.cleaned_data
        return {name: given[name] for name in ("action", "reason", "note")} | {"until": self._until()}

    def _until(self) -> datetime | None:
        days = self.cleaned_data["days"]
        return (
            timezone.now() + timedelta(days=int(days))
            if days and self.cleaned_data["action"] == Action.SUSPEND
            else None
        )

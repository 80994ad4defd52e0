"""The shapes of reports, decisions about oneself, and appeals."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from api.fields import ChoiceField, IdField, TextField
from moderation import examples
from moderation.appeal_tokens import MAX_TOKEN_LENGTH
from moderation.categories import Category
from moderation.limits import MAX_APPEAL_LENGTH, MAX_COMMENT_LENGTH
from moderation.models import TOLD, Appeal, Case, SubjectType


@extend_schema_serializer(examples=[examples.REPORTING])
class ReportInput(serializers.Serializer[Any]):
    subject_type = ChoiceField(SubjectType.choices)
    subject_id = IdField(help_text="Of a person, their `id`, too.")
    category = ChoiceField(Category.choices, help_text="`GET /v1/instance` has a sentence for each.")
    comment = TextField(max_length=MAX_COMMENT_LENGTH, required=False, allow_blank=True, help_text="For moderators.")


@extend_schema_serializer(examples=[examples.REPORT, examples.REPORT_DECIDED])
class ReportSerializer(serializers.Serializer[Any]):
    """What you reported, and what became of it. It stays as it is when the subject is gone."""

    id = IdField()
    subject_type = serializers.ChoiceField(SubjectType.choices)
    subject_id = IdField()
    category = serializers.ChoiceField(Category.choices)
    comment = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(
        Case.State.choices, help_text="`action_taken`: something was done about it. `no_action`: it may stay."
    )
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


class AppealSerializer(serializers.Serializer[Any]):
    """What you have to say against a decision, and what somebody else decided then."""

    state = serializers.ChoiceField(
        Appeal.State.choices, help_text="`granted`: the decision was taken back. `refused`: it stands."
    )
    text = serializers.CharField()
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)


@extend_schema_serializer(examples=[examples.DECISION, examples.DECISION_APPEALED])
class OwnDecisionSerializer(serializers.Serializer[Any]):
    """What moderators decided about you, or what is yours."""

    id = IdField()
    decision = serializers.ChoiceField(TOLD, source="action")
    subject_type = serializers.ChoiceField(SubjectType.choices)
    subject_id = IdField()
    reason = serializers.CharField(source="sentence")
    created_at = serializers.DateTimeField(source="at")
    until = serializers.DateTimeField(allow_null=True, help_text="Of a suspension that ends by itself.")
    in_force = serializers.BooleanField(
        source="is_in_force", help_text="It was not taken back, superseded or ended by itself."
    )
    appealable = serializers.BooleanField(source="is_appealable")
    appeal = AppealSerializer(source="appeal_or_none", allow_null=True)


@extend_schema_serializer(examples=[examples.APPEALING])
class AppealInput(serializers.Serializer[Any]):
    text = TextField(max_length=MAX_APPEAL_LENGTH)


@extend_schema_serializer(examples=[examples.APPEALING_BY_TOKEN])
class TokenAppealInput(AppealInput):
    token = serializers.CharField(max_length=MAX_TOKEN_LENGTH, help_text="The code of the mail.")


@extend_schema_serializer(examples=[examples.APPEALED])
class AppealStateSerializer(serializers.Serializer[Any]):
    """How far an appeal is."""

    state = serializers.ChoiceField(Appeal.State.choices)

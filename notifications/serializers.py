"""The shapes of notifications. The list's rows are put together in notifications/pages.py."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.serializers import PersonSerializer
from api.fields import ChoiceField, IdField
from media.models import Media
from media.serializers import MediaErrorSerializer
from notifications import examples
from notifications.limits import MAX_ACTORS, MAX_COUNTED
from notifications.models import CHOICES, Every, From, Kind


class PictureSerializer(serializers.Serializer[Any]):
    """A post or story, by its first picture."""

    id = IdField()
    thumbnail = serializers.URLField(allow_null=True, help_text="Good for minutes, as all addresses of media.")
    alt_text = serializers.CharField(allow_blank=True)
    blurhash = serializers.CharField(allow_null=True)
    sensitive = serializers.BooleanField(help_text="A post that is to be shown blurred.")


class NotedCommentSerializer(serializers.Serializer[Any]):
    """A comment that a notification is about."""

    id = IdField()
    text = serializers.CharField()
    reply_to = IdField(allow_null=True)


class FailedMediaSerializer(serializers.Serializer[Any]):
    """A media that could not be processed."""

    id = IdField()
    kind = serializers.ChoiceField(choices=Media.Kind.choices)
    error = MediaErrorSerializer()


class NotedDecisionSerializer(serializers.Serializer[Any]):
    """What moderators decided about you or what is yours; `GET /v1/me/moderation/{id}` has the rest."""

    id = IdField()
    decision = serializers.CharField(help_text="As in `GET /v1/me/moderation`.")
    subject_type = serializers.CharField()
    subject_id = IdField()
    reason = serializers.CharField()


@extend_schema_serializer(examples=[examples.LIKES, examples.A_COMMENT, examples.A_FAILURE, examples.A_DECISION])
class NotificationSerializer(serializers.Serializer[Any]):
    """What others did that concerns you, as far as you may see it now."""

    id = IdField(help_text="Of what is newest in it: it grows when somebody joins.")
    kind = serializers.ChoiceField(choices=Kind.choices)
    actors = PersonSerializer(many=True, help_text=f"The newest, at most {MAX_ACTORS}.")
    actors_count = serializers.IntegerField(help_text=f"How many; {MAX_COUNTED} stands for more, too.")
    post = PictureSerializer(allow_null=True)
    comment = NotedCommentSerializer(allow_null=True)
    story = PictureSerializer(allow_null=True)
    media = FailedMediaSerializer(allow_null=True)
    moderation = NotedDecisionSerializer(allow_null=True)
    seen = serializers.BooleanField()
    created_at = serializers.DateTimeField(help_text="Of what is newest in it.")


class UnreadCountSerializer(serializers.Serializer[Any]):
    """How many notifications one has not seen."""

    count = serializers.IntegerField(help_text=f"{MAX_COUNTED} stands for more, too: show it as {MAX_COUNTED - 1}+.")


@extend_schema_serializer(examples=[examples.UNREAD])
class UnreadSerializer(UnreadCountSerializer):
    """How many notifications one has not seen."""


@extend_schema_serializer(examples=[examples.ALL_SEEN])
class NotificationsSeenSerializer(UnreadCountSerializer):
    """How many notifications one has not seen yet."""


@extend_schema_serializer(examples=[examples.SEEN])
class NotificationsSeenInput(serializers.Serializer[Any]):
    up_to = IdField(help_text="The `id` of the newest notification that was shown.")


def _choices(**options: Any) -> dict[str, Any]:
    return {kind: ChoiceField(From.choices, **options) for kind in CHOICES}


class _SettingsSerializer(serializers.Serializer[Any]):
    """From whom somebody wants notifications, by kind."""

    choice_options: dict[str, Any] = {}

    def get_fields(self) -> dict[str, Any]:
        digest = ChoiceField(Every.choices, help_text="Of what is new, by mail.", **self.choice_options)
        return {**super().get_fields(), **_choices(**self.choice_options), "digest": digest}


@extend_schema_serializer(examples=[examples.SETTINGS])
class NotificationSettingsSerializer(_SettingsSerializer):
    """From whom you want notifications, by kind. A change holds for what happens from then on."""


@extend_schema_serializer(examples=[examples.CHANGE])
class NotificationSettingsInput(_SettingsSerializer):
    """What of the settings is to change; what is absent stays."""

    choice_options = {"required": False}

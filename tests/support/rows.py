"""A row of any model, for tests that walk all of them."""

import itertools
import uuid
from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import BlockedNetwork, User
from media.models import ImageHash, Media
from moderation.categories import Category
from moderation.models import CategoryWeight, Decision
from posts.models import Comment, Post
from stories.models import Highlight, Story
from tests.support import factories

_numbers = itertools.count(1000)
_MAKERS: dict[type[models.Model], Callable[[], models.Model]] = {
    User: lambda: factories.person(avatar=factories.media(factories.person())),
    Media: lambda: factories.media(factories.person()),
    Post: lambda: factories.post(factories.person(), "Dusk", photos=2),
    Comment: lambda: factories.comment(factories.post(factories.person()), factories.person()),
    Story: lambda: factories.story(factories.person()),
    Highlight: lambda: _highlight(factories.person()),
    Decision: lambda: _decision(next(_numbers)),
    CategoryWeight: lambda: _weight(next(_numbers)),
    BlockedNetwork: lambda: BlockedNetwork.objects.create(
        network=f"10.{next(_numbers) % 256}.{next(_numbers) % 256}.0/24"
    ),
    ImageHash: lambda: ImageHash.objects.create(
        blob=factories.media(factories.person()).blob, digits="0" * 64, quality=9, bands=[]
    ),
}


def _highlight(owner: User) -> Highlight:
    return factories.highlight(owner, [factories.story(owner), factories.story(owner)])


def _decision(number: int) -> Decision:
    return Decision.objects.create(subject_type="post", subject_id=number, owner_id=number, automatic=True)


def _weight(number: int) -> CategoryWeight:
    """There are no more of them than categories."""
    category = list(Category)[number % len(Category)]
    return CategoryWeight.objects.get_or_create(category=category, defaults={"severity": 1})[0]


def fill(model: type[models.Model], count: int) -> Any:
    """Makes `count` rows, each with rows of its own in all that it must refer to; gives the last."""
    return [row(model) for _ in range(count)][-1]


def row(model: type[models.Model]) -> models.Model:
    if model in _MAKERS:
        return _MAKERS[model]()
    values = {field.name: _value(field) for field in model._meta.concrete_fields if _is_needed(field)}
    return model._base_manager.create(**values)


def _is_needed(field: "models.Field[Any, Any]") -> bool:
    """Relations are given also where they may be empty: they are what costs queries."""
    if field.is_relation:
        return field.related_model is not field.model
    made = field.has_default() or field.has_db_default() or field.null or isinstance(field, models.AutoField)
    return not (made or getattr(field, "auto_now_add", False))


def _value(field: Any) -> Any:
    number = next(_numbers)
    if field.is_relation:
        return row(field.related_model)
    if field.choices:
        return field.choices[0][0]
    kinds: dict[type[Any], Any] = {
        models.DateTimeField: timezone.now(),
        models.BooleanField: False,
        models.UUIDField: uuid.uuid4(),
        models.JSONField: {},
        models.GenericIPAddressField: "192.0.2.1",
        models.IntegerField: number,
        models.FloatField: 1.0,
    }
    text = f"w{number}"
    return next((value for kind, value in kinds.items() if isinstance(field, kind)), text)

"""The card of a person, as it stands beside their content: PersonSerializer's bytes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from accounts.models import User, card_version
from accounts.serializers import PersonSerializer
from accounts.serializers import people as people_shapes
from api.cards import Cards, template_of, token_slot
from api.compiled import Parameters, any_of, compiled
from media import media_urls, tokens
from media.media_urls import attach_renditions

Key = tuple[int, str]  # a person's id, and the version of their card
MAX_BYTES = 16 * 1024 * 1024  # of one process


@compiled
def _people(given: Parameters) -> QuerySet[Any, Any]:
    people = User.objects.get_queryset().filter(any_of("id", given.ids("people")))
    return people.annotate(version=card_version()).select_related("avatar")


def _render(keys: Sequence[Key]) -> Mapping[Key, bytes]:
    people: list[Any] = _people().instances(people=[pk for pk, _ in keys])
    attach_renditions(person.avatar for person in people if person.avatar is not None)
    shape = PersonSerializer(context={"token_for": token_slot})
    return {(row.pk, row.version or ""): template_of(shape.to_representation(row)) for row in people}


cards: Cards[Key] = Cards("person", _render, max_bytes=MAX_BYTES, shaped_by=[people_shapes, media_urls])


@compiled
def _version(given: Parameters) -> QuerySet[Any, Any]:
    return User.objects.get_queryset().filter(pk=given.id("person")).values_list(card_version(), "is_private")


def card_of(person: User) -> dict[str, Any]:
    """PersonSerializer's members for one person."""
    ((version, private),) = _version().rows(person=person.pk)
    card: dict[str, Any] = json.loads(people_as_json([(person.pk, version, private)])[person.pk])
    return card


def people_as_json(people: Sequence[tuple[int, str | None, bool]]) -> dict[int, bytes]:
    """The card of each person, by their id: of `(id, version, is_private)`. Their existence is the caller's to ask."""
    claims = (tokens.claim(private=False), tokens.claim(private=True))
    found: dict[int, bytes] = {}
    missing: dict[Key, str] = {}
    for pk, version, private in people:
        if pk not in found:
            parts = cards.get((pk, version or ""), claims[private])
            if parts is None:
                missing[pk, version or ""] = claims[private]
            else:
                found[pk] = parts[0]
    if missing:
        found |= {key[0]: parts[0] for key, parts in cards.fetch(missing, tokens.sign_claim).items()}
    return found


def claims_of(people: Iterable[tuple[int, str | None, bool]]) -> list[str]:
    """What the tokens in these cards say at this moment: it is part of their bytes."""
    return [tokens.claim(private=private) for private in sorted({private for _, _, private in people})]

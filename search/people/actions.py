"""Keeping what people are found by; everything here may be repeated."""

from collections.abc import Iterator

from django.db import transaction

from accounts.models import User
from api.search_key import search_key
from search.models import PersonDocument, PersonWord
from search.people.names import entries_for, weight_of

BATCH = 500


def index_person(*, user_id: int) -> None:
    """Writes a person's document and words as their name is now; only what has changed. Of the purged, removes it."""
    with transaction.atomic():
        user = User.objects.get_queryset().select_for_update(of=("self",), no_key=True).filter(pk=user_id).first()
        if user is None:
            return
        if user.purged_at is not None:
            PersonDocument.objects.filter(pk=user_id).delete()
            return
        weight = weight_of(user.followers_count)
        fields = {"username": search_key(user.username), "name": search_key(user.name), "weight": weight}
        PersonDocument.objects.update_or_create(user=user, defaults=fields)
        _write_words(user.pk, entries_for(username=user.username, name=user.name), weight)


def _write_words(user_id: int, entries: dict[str, bool], weight: int) -> None:
    there = PersonWord.objects.filter(document=user_id)
    kept = set(there.filter(weight=weight).values_list("word", "is_username"))
    gone = [word for word in there.values_list("word", flat=True) if (word, entries.get(word)) not in kept]
    there.filter(word__in=gone).delete()
    PersonWord.objects.bulk_create(
        PersonWord(document_id=user_id, word=word, is_username=whole, weight=weight)
        for word, whole in entries.items()
        if (word, whole) not in kept
    )


@transaction.atomic
def weigh_person(*, user_id: int) -> None:
    """Follows the number of followers, which seldom passes a step."""
    followers = User.objects.get_queryset().filter(pk=user_id).values_list("followers_count", flat=True).first()
    if followers is None:
        return
    weight = weight_of(followers)
    if PersonDocument.objects.filter(pk=user_id).exclude(weight=weight).update(weight=weight):
        PersonWord.objects.filter(document=user_id).update(weight=weight)


def reindex_people(*, after: int = 0) -> Iterator[int]:
    """Indexes everybody with an id above `after`; yields the last id of each batch, from which one may go on."""
    while ids := list(_ids_above(after)):
        for user_id in ids:
            index_person(user_id=user_id)
        after = ids[-1]
        yield after


def _ids_above(after: int) -> Iterator[int]:
    people = User.objects.get_queryset().filter(pk__gt=after).order_by("pk")
    return iter(people.values_list("pk", flat=True)[:BATCH])

"""Cards: what everybody sees of a thing, rendered once and kept as bytes.

A card is the JSON that an ordinary serializer makes, with *slots*: for what differs between viewers or changes all
the time (counts, a reaction), and for the tokens of its media, which change with the clock. It is kept under a version
of all that it shows, so it never has to be taken back: what is changed has another version. It is looked for in the
process, then in Redis, then rendered.

JSON writes control characters only as escapes, so two of them mark the slots and can come from nobody's text.
"""

import functools
import hashlib
import inspect
import logging
import secrets
import threading
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any, Generic, NamedTuple, TypeVar

import redis
from django.conf import settings
from rest_framework import serializers

from api.process_cache import Entry, ProcessCache, pack, unpack
from api.redis import counters
from api.renderers import JSONRenderer
from api.throttles import redis_breaker  # the same server: when it is silent, a request waits for it once

logger = logging.getLogger(__name__)
KEPT_SECONDS = 24 * 3600  # in Redis
RENDER_WAIT_SECONDS = 2.0
SLOT, TOKEN = b"\0", b"\1"
_MARK = secrets.token_hex(16)  # stands for the control characters until the JSON is made; nobody ever sees it
_QUOTED_MARK = f'"{_MARK}"'.encode()


class SlotField(serializers.Field):  # type: ignore[type-arg]  # generic in the stubs alone
    """Instead of a serializer's own field: leaves a slot in the card."""

    def __init__(self) -> None:
        super().__init__(read_only=True, source="*")

    def to_representation(self, value: Any) -> str:
        return _MARK


def slot() -> Any:
    """A `SlotField`, for a subclass of the serializer whose field has another type."""
    return SlotField()


def token_slot(prefix: str) -> str:
    """For a media's address, instead of its token."""
    return f"{_MARK}{prefix}{_MARK}"


def template_of(shown: Mapping[str, Any]) -> bytes:
    """The card of what a serializer with slots made."""
    text: bytes = JSONRenderer().render(shown)
    return text.replace(_QUOTED_MARK, SLOT).replace(_MARK.encode(), TOKEN)


def parts_of(template: bytes, token_for: Callable[[str], str]) -> list[bytes]:
    """What stands between the slots of a card, with its tokens."""
    pieces = template.split(TOKEN)
    tokens = {prefix: token_for(prefix.decode()).encode() for prefix in set(pieces[1::2])}
    pieces[1::2] = [tokens[prefix] for prefix in pieces[1::2]]
    return b"".join(pieces).split(SLOT)


def _parts_under(claim: str, template: bytes, token_for: Callable[[str, str], str]) -> list[bytes]:
    """What stands between the slots, with the tokens of one claim."""
    return parts_of(template, lambda prefix: token_for(prefix, claim))


Key = TypeVar("Key", bound=tuple[Any, ...])


class Card(NamedTuple):
    """What there is of a card, packed and as it is."""

    packed: bytes
    template: bytes


@functools.lru_cache(maxsize=16)
def _fingerprint(*parts: str) -> str:
    """What cards look like: the code and the settings that make them."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=8).hexdigest()


def _unpacked(value: Any) -> Card | None:
    """A card as Redis had it; None for none, and for what no card can be made of."""
    try:
        return Card(value, unpack(value)) if value is not None else None
    except zlib.error:
        logger.warning("a card in Redis cannot be read; it is rendered again")
        return None


class Cards(Generic[Key]):
    """Cards of one kind. A key is `(id, version, …)`.

    `render` makes the cards of keys, by the id and what follows the version; each comes with the version that it was
    read with, which may be newer than the one asked for. `shaped_by` are the modules that decide what a card looks
    like: cards that other code has made are not taken from Redis.
    """

    def __init__(
        self,
        name: str,
        render: Callable[[Sequence[Key]], Mapping[Key, bytes]],
        *,
        max_bytes: int,
        shaped_by: Sequence[ModuleType],
    ) -> None:
        self.name, self._render = name, render
        self._sources = "".join(inspect.getsource(module) for module in shaped_by)
        self.kept: ProcessCache[Key] = ProcessCache(max_bytes)
        self._rendering = threading.Lock()

    def get(self, key: Key, claim: str) -> list[bytes] | None:
        """The parts of a card that this process has, under the tokens of `claim`."""
        entry = self.kept.get(key)
        return entry.parts if entry is not None and entry.claim == claim else None

    def fetch(self, wanted: Mapping[Key, str], token_for: Callable[[str, str], str]) -> dict[Key, list[bytes]]:
        """The parts of each card, by its key and the claim of its tokens; absent where there is no such thing any more.

        `token_for(prefix, claim)` makes a token.
        """
        found: dict[Key, list[bytes]] = {}
        for key, card in self._cards(list(wanted)).items():
            claim = wanted[key]
            found[key] = _parts_under(claim, card.template, token_for)
            self.kept.put(key, Entry(card.packed, claim, found[key]))
        return found

    def _cards(self, keys: list[Key]) -> dict[Key, Card]:
        """From the process, from Redis, and the rest rendered; what several want at once is rendered once."""
        found = self._in_process(keys)
        found |= self._in_redis([key for key in keys if key not in found])
        missing = [key for key in keys if key not in found]
        if not missing:
            return found
        alone = self._rendering.acquire(timeout=RENDER_WAIT_SECONDS)
        try:
            found |= self._in_process(missing)
            return found | self._rendered([key for key in missing if key not in found])
        finally:
            if alone:
                self._rendering.release()

    def _in_process(self, keys: Iterable[Key]) -> dict[Key, Card]:
        found = ((key, self.kept.get(key)) for key in keys)
        return {key: Card(entry.packed, unpack(entry.packed)) for key, entry in found if entry is not None}

    def _rendered(self, keys: list[Key]) -> dict[Key, Card]:
        """A card that was read with a newer version is given for the older one, too, but kept under its own alone."""
        if not keys:
            return {}
        made = {key: Card(pack(template), template) for key, template in self._render(keys).items()}
        self._keep_in_redis(made)
        for key, card in made.items():
            self.kept.put(key, Entry(card.packed, "", []))
        by_rest = {(key[0], *key[2:]): template for key, template in made.items()}
        return {key: by_rest[rest] for key in keys if (rest := (key[0], *key[2:])) in by_rest}

    def _name_in_redis(self, key: Key) -> str:
        shape = _fingerprint(self._sources, settings.PYSTAGRAM_URL, settings.MEDIA_URL)
        return f"card:{self.name}:{shape}:" + ":".join(map(str, key))

    def _in_redis(self, keys: list[Key]) -> dict[Key, Card]:
        if not keys or redis_breaker.is_open():
            return {}
        try:
            values = counters().mget([self._name_in_redis(key) for key in keys])
        except redis.RedisError as error:
            self._note(error)
            return {}
        pairs = zip(keys, map(_unpacked, values), strict=True)
        return {key: card for key, card in pairs if card is not None}

    def _keep_in_redis(self, made: Mapping[Key, Card]) -> None:
        if redis_breaker.is_open():
            return
        try:
            pipe = counters().pipeline(transaction=False)
            for key, card in made.items():
                pipe.set(self._name_in_redis(key), card.packed, ex=KEPT_SECONDS)
            pipe.execute()
        except redis.RedisError as error:
            self._note(error)

    def _note(self, error: redis.RedisError) -> None:
        redis_breaker.trip()
        logger.warning("cards are rendered without Redis: %s", error)

"""Who may be meant by a name: a few candidates of each kind, each read from an index in the order wanted.

One statement, so that a search costs the same number of queries whatever it finds; it depends on the form of what was
typed (how many words, of how many letters), so that it is prepared once for each form.

The visibility rule stands within each limit: whoever does not exist for the viewer takes nobody's place.
"""

import functools
from typing import Any, NamedTuple

from django.db import connection
from django.db.models.expressions import RawSQL

from api.compiled import Parameters, composed
from api.prepared import Statement
from search.people.names import Name, swapped, typos_allowed
from social.visibility import hidden_people

MAX_CANDIDATES = 100  # of each kind
MAX_READ = 2000  # of a prefix longer than the indexes that are ordered by popularity
MAX_HEAVIEST = 400  # of those with the first letters of a longer prefix, among whom its own are looked for first
MAX_POPULAR = 200  # of those with one of several words, who are looked at for the others
FOLLOWEES = 1000
NEAR = 100  # of one's people, whose followees count as near
ENOUGH = 20  # matches without typos, after which none are looked for
LETTERS_BY_WEIGHT = 3
MAX_FORMS = 512
END = "\U0010ffff"  # comes after whatever goes on with a prefix

# Document, word, whether it is a user name, weight; 2 whom the viewer follows, 1 whom their people follow, or 0.
Row = tuple[int, str, bool, int, int]

# ruff: noqa: S608 (parts of statements are put together here, values are bound)
_SHOWN = "<shown>"  # the person w.document_id exists for the viewer
_WORD = "SELECT document_id, word, is_username, weight FROM search_personword w WHERE"
_BEGINS = "word ~>=~ %({at})s::text AND word ~<~ %({at}_end)s::text"
_FIRST = "left(word, {letters}) = left(%({at})s::text, {letters})"
_BEST = "ORDER BY weight DESC, document_id LIMIT"
_BY_WEIGHT = f"{_WORD} {{wanted}} AND {_FIRST} AND {_SHOWN} {_BEST} {MAX_CANDIDATES}"
_BY_PREFIX = f"""
SELECT * FROM ({_WORD} {{wanted}} AND {_BEGINS} AND {_SHOWN} LIMIT {MAX_READ}) w {_BEST} {MAX_CANDIDATES}
"""
# Of a word that thousands have, the heaviest stand high among those with its first letters. Else these are too few.
_FULL = f"(SELECT count(*) FROM heaviest) >= {MAX_CANDIDATES}"
_OTHERWISE = _BY_PREFIX.format(at="{at}", wanted=f"NOT is_username AND NOT {_FULL}")
_BY_WORD = f"""
WITH heaviest AS MATERIALIZED (
    SELECT * FROM ({_WORD} NOT is_username AND {_FIRST} AND {_SHOWN} {_BEST} {MAX_HEAVIEST}) w
    WHERE {_BEGINS} {_BEST} {MAX_CANDIDATES}
)
(SELECT * FROM heaviest WHERE {_FULL}) UNION ALL ({_OTHERWISE})
"""
# Inside is nothing but what the index of the first letters has in its order: else all of them might be read and sorted.
_POPULAR = f"""
SELECT * FROM ({_WORD} NOT is_username AND {_FIRST} AND {_SHOWN} {_BEST} {MAX_POPULAR}) w
WHERE {_BEGINS} AND {{others}} {_BEST} {MAX_CANDIDATES}
"""
# OFFSET: else all people might be looked through in the order wanted, for it is not known how few have these words.
_ALL_WORDS = f"""
SELECT document_id, %(key)s::text, false, weight FROM (
    SELECT user_id AS document_id, weight FROM search_persondocument
    WHERE to_tsvector('simple'::regconfig, COALESCE(name, '')) @@ %(all_words)s::tsquery OFFSET 0
) w WHERE {_SHOWN} ORDER BY weight DESC, document_id LIMIT {MAX_CANDIDATES}
"""
_FOLLOWEES = f"""
SELECT document_id, id FROM (SELECT followee_id AS document_id, follower_id, accepted_at, id FROM social_follow) w
WHERE follower_id = %(viewer)s::bigint AND accepted_at IS NOT NULL AND {_SHOWN} ORDER BY id DESC LIMIT {FOLLOWEES}
"""
# Whose words match is found in an index alone (OFFSET).
_FOLLOWED = f"""
SELECT w.document_id, w.word, w.is_username, w.weight
FROM (
    SELECT document_id, word FROM followees JOIN search_personword USING (document_id)
    WHERE {_BEGINS.format(at="key")} OFFSET 0
) named JOIN search_personword w USING (document_id, word)
WHERE {{others}} ORDER BY w.weight DESC, w.document_id LIMIT {MAX_CANDIDATES}
"""
_TYPOS = f"(SELECT count(*) FROM found) < {ENOUGH} AND {{others}} ORDER BY"
_SIMILAR = f"""
{_WORD} word %% %(key)s::text AND {_SHOWN} AND {_TYPOS} similarity(word, %(key)s::text) DESC, weight DESC, document_id
LIMIT {MAX_CANDIDATES}
"""
_SWAPPED = f"""
{_WORD} word = ANY(%(swapped)s::text[]) AND {_SHOWN} AND {_TYPOS} weight DESC, document_id LIMIT {MAX_CANDIDATES}
"""
_EXACT = f"{_WORD} is_username AND word = ANY(%(handles)s::text[]) AND {_SHOWN}"
_OTHER = f"EXISTS (SELECT FROM search_personword o WHERE o.document_id = w.document_id AND o.{_BEGINS})".replace(
    "AND word", "AND o.word"
)
# Each person once, though several of their words may match; the array in order, for each look-up sorts it.
_RELATED = f"""
SELECT document_id, CASE
    WHEN EXISTS (
        SELECT FROM social_follow mine WHERE mine.follower_id = %(viewer)s::bigint AND mine.accepted_at IS NOT NULL
        AND mine.followee_id = who.document_id
    ) THEN 2
    WHEN (
        SELECT true FROM social_follow their WHERE their.followee_id = who.document_id AND their.accepted_at IS NOT NULL
        AND their.follower_id = ANY(ARRAY(
            SELECT document_id FROM (SELECT document_id FROM followees ORDER BY id DESC LIMIT {NEAR}) w ORDER BY 1
        )) LIMIT 1
    ) THEN 1
    ELSE 0 END AS relation
FROM (SELECT DISTINCT document_id FROM named) who
"""


class Form(NamedTuple):
    """What the statement depends on: letters are 0 beyond those of which the heaviest are in an index."""

    letters: int
    others: int
    by_all_words: bool
    handles: tuple[int, ...]
    typos: bool


def candidates(viewer_id: int, name: Name) -> list[Row]:
    """The words by which people may be meant."""
    key, handles = name.key, handles_of(name)
    others = [word for word in name.words if word != key]
    asked = [handle for handle in handles if handle] if " " not in name.whole else []
    form = Form(
        _letters(key), len(others), min(map(len, name.words), default=0) >= LETTERS_BY_WEIGHT,
        tuple(map(_letters, asked)), typos_allowed(key) > 0,
    )  # fmt: skip
    texts = {"key": key, **{f"other{i}": word for i, word in enumerate(others)}}
    texts |= {f"handle{i}": handle for i, handle in enumerate(asked)}
    given: dict[str, Any] = {**texts, **{f"{at}_end": text + END for at, text in texts.items()}}
    given |= {"viewer": viewer_id, "swapped": swapped(key), "handles": asked}
    given["all_words"] = " & ".join(f"'{word}':*" for word in name.words)
    statement = _statement(form)
    rows: list[Any] = statement.fetch(connection, {at: given[at] for at in statement.parameters})
    return rows


def handles_of(name: Name) -> dict[str, int]:
    """What user names are compared with, and how close that is: as typed, and without dots and underscores."""
    return {name.compact: -1, name.whole: 0}


def _letters(text: str) -> int:
    return len(text) if len(text) <= LETTERS_BY_WEIGHT else 0


@functools.lru_cache(MAX_FORMS)
def _statement(form: Form) -> Statement:
    others = " AND ".join(_OTHER.format(at=f"other{i}") for i in range(form.others)) or "true"
    found = [_FOLLOWED.format(others=others)]
    if form.others:
        letters = form.letters or LETTERS_BY_WEIGHT
        found.append(_POPULAR.format(letters=letters, at="key", others=others))
        found += [_ALL_WORDS] if form.by_all_words else []
    else:
        by_word = _BY_WEIGHT if form.letters else _BY_WORD
        found.append(by_word.format(at="key", letters=form.letters or LETTERS_BY_WEIGHT, wanted="NOT is_username"))
    found += [_username(f"handle{i}", letters) for i, letters in enumerate(form.handles)]
    found += [_EXACT] if form.handles else []
    typos = [_SIMILAR.format(others=others), _SWAPPED.format(others=others)] if form.typos else []
    sql = f"""
    WITH followees AS MATERIALIZED ({_FOLLOWEES}),
    found AS MATERIALIZED ({_union(found)}),
    named AS MATERIALIZED ({_union(["SELECT * FROM found", *typos])}),
    related AS MATERIALIZED ({_RELATED})
    SELECT named.*, relation FROM named JOIN related USING (document_id)
    """
    hidden = hidden_people(Parameters().person("viewer"), RawSQL("w.document_id", []))
    shown = "NOT EXISTS ({away}) AND w.document_id NOT IN ({blockers})"
    return composed(sql.replace(_SHOWN, shown), hidden, is_generic=True)


def _username(at: str, letters: int) -> str:
    return (_BY_WEIGHT if letters else _BY_PREFIX).format(at=at, letters=letters, wanted="is_username")


def _union(parts: list[str]) -> str:
    return " UNION ALL ".join(f"({part})" for part in parts)

"""Generates the demo data: posts with captions, comments, reactions, follows and stories.

Every caption of every photograph is posted once, by a user who speaks its language. All random choices come from one
seed, so that the world is the same on every machine. No Django here.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from random import Random

from devtools.demo.world import (
    FILM_ALT,
    SPAN,
    Person,
    Photo,
    Picture,
    Post,
    Remark,
    World,
    can_see,
    drafts,
    people,
    photos,
    phrases,
    stories,
)

NEWEST = timedelta(minutes=25)
SHAPES = ("square", "portrait", "close", "square", "whole")
TONES = ("warm", "plain", "cool", "warm")
APART = 12  # posts between two of the same photograph
MAX_REMARKS = 4


@cache
def world() -> World:
    """The whole world; the same one every time."""
    chance = Random("pystagram")
    posts = [_with_reactions(post, group, chance) for post, group in _first_posts(chance)]
    film = _with_reactions(_film(len(posts)), "mountains", Random("film"))
    return World(people(), tuple(sorted([*posts, film], key=lambda post: post.age, reverse=True)), stories(), drafts())


def _film(number: int) -> Post:
    """The one video, of the lake that the first photograph shows."""
    lake = photos()[0]
    return Post(
        number=number,
        author="emil",
        pictures=(Picture("lake-pan.mp4", FILM_ALT),),
        caption="Five seconds of nothing happening. Best part of the week.\n\n#lake #mountains",
        tags=("mountains",),
        place=lake.place,
        at=lake.at,
        age=timedelta(hours=3, minutes=7, milliseconds=1),
    )


def _first_posts(chance: Random) -> list[tuple[Post, str]]:
    """The posts, oldest first, with their subjects, without reactions."""
    captions = _in_order(chance)
    ages = _ages(len(captions), chance)
    uses: Counter[str] = Counter()
    posted: Counter[str] = Counter()
    authors: dict[str, list[str]] = {}
    made = []
    for number, ((photo, language, words), age) in enumerate(zip(captions, ages, strict=True)):
        author = _author(photo, language, posted, authors.setdefault(photo.file, []))
        pictures = tuple(_pictures(photo, uses, chance))
        post = Post(
            number=number,
            author=author.username,
            pictures=pictures,
            caption=_caption(words, photo, author, language, chance),
            tags=(photo.group,),
            place=photo.place,
            at=photo.at,
            age=age,
        )
        made.append((post, photo.group))
    return made


def _in_order(chance: Random) -> list[tuple[Photo, str, str]]:
    """Every caption with its photograph, shuffled so that two uses of a photograph are APART posts apart."""
    left = [
        (photo, language, words) for photo in photos() for language, said in photo.captions.items() for words in said
    ]
    chance.shuffle(left)
    mixed: list[tuple[Photo, str, str]] = []
    while left:
        recent = {photo.file for photo, _, _ in mixed[-APART:]}
        following = next((entry for entry in left if entry[0].file not in recent), left[0])
        left.remove(following)
        mixed.append(following)
    return mixed


def _ages(count: int, chance: Random) -> list[timedelta]:
    """Oldest first, denser towards today, in whole milliseconds and all different."""
    places = sorted(((index + chance.random() * 0.8) / count for index in range(count)), reverse=True)
    return [NEWEST + timedelta(milliseconds=int((SPAN - NEWEST) / timedelta(milliseconds=1) * x**1.2)) for x in places]


def _author(photo: Photo, language: str, posted: Counter[str], before: list[str]) -> Person:
    """The author: speaks the language, has not posted this photograph, likes its subject, has the fewest posts."""
    speakers = [person for person in people() if language in person.speaks]
    chosen = min(
        speakers,
        key=lambda person: (
            before.count(person.username),
            posted[person.username] - 6 * (photo.group in person.likes),
            person.username,
        ),
    )
    posted[chosen.username] += 1
    before.append(chosen.username)
    return chosen


def _pictures(photo: Photo, uses: Counter[str], chance: Random) -> Iterator[Picture]:
    """The photograph, and now and then more: its neighbours, or closer looks where it shows one certain place."""
    first = _use(photo, uses, chance)
    yield first
    more = chance.choices((0, 1, 2, 4), (85, 9, 4, 2))[0]
    kin = [other for other in photos() if other.group == photo.group and other != photo and other.place is None]
    if photo.place or photo.group == "sky" or len(kin) < more:
        shapes = [shape for shape in ("close", "portrait") if shape != first.shape][:more]
        yield from (Picture(photo.file, f"Detail: {photo.alt}", photo.focus, shape) for shape in shapes)
    else:
        for other in chance.sample(kin, more):
            yield _use(other, uses, chance)


def _use(photo: Photo, uses: Counter[str], chance: Random) -> Picture:
    """The first use, and a few others, show the file as it is; so different people share the same bytes."""
    uses[photo.file] += 1
    if uses[photo.file] == 1 or chance.random() < 0.06:
        return Picture(photo.file, photo.alt, photo.focus)
    tone = "grey" if photo.grey and chance.random() < 0.4 else chance.choice(TONES)
    alt = f"In black and white: {photo.alt}" if tone == "grey" else photo.alt
    return Picture(photo.file, alt, photo.focus, chance.choice(SHAPES), tone)


def _caption(words: str, photo: Photo, author: Person, language: str, chance: Random) -> str:
    """The words, sometimes a mention, and some tags."""
    friends = [person for person in people() if person.username in author.follows and not person.private]
    if friends and chance.random() < 0.25:
        words += f"\n{phrases().together[language]} @{chance.choice(friends).username}"
    tags = chance.sample(photo.tags, chance.randint(0, len(photo.tags)))
    return words + ("\n\n" + " ".join(f"#{tag}" for tag in tags) if tags else "")


# -- What others did ---------------------------------------------------------------------------------
def _with_reactions(post: Post, group: str, chance: Random) -> Post:
    author = _named(post.author)
    viewers = [person for person in people() if person != author and can_see(person, author)]
    likes = [person.username for person in viewers if chance.random() < _interest(person, author, group)]
    others = [person for person in viewers if person.username not in likes]
    return replace(
        post,
        liked_by=tuple(likes),
        disliked_by=tuple(person.username for person in others if chance.random() < 0.03),
        saved_by=tuple(name for name in likes if chance.random() < 0.1),
        remarks=tuple(_remarks(post, author, viewers, group, chance)),
    )


def _interest(person: Person, author: Person, group: str) -> float:
    """The probability that a user likes a post."""
    return 0.08 + 0.3 * (author.username in person.follows) + 0.15 * (group in person.likes)


def _remarks(post: Post, author: Person, viewers: Sequence[Person], group: str, chance: Random) -> list[Remark]:
    """Comments, some with a reply by the author; oldest first."""
    count = min(len(viewers), chance.choices(range(MAX_REMARKS + 1), (22, 30, 25, 15, 8))[0])
    remarks: list[Remark] = []
    after = timedelta()
    for person in chance.sample(list(viewers), count):
        after += (post.age - after) * chance.uniform(0.02, 0.2)
        text = _said_by(person, group, {remark.text for remark in remarks}, chance)
        fans = [fan.username for fan in (*viewers, author) if fan != person and chance.random() < 0.07]
        remarks.append(Remark(person.username, text, after, liked_by=tuple(fans)))
        if chance.random() < 0.35:
            after += (post.age - after) * chance.uniform(0.02, 0.1)
            thanks = chance.choice(phrases().answers[author.speaks[0]])
            remarks.append(Remark(author.username, f"@{person.username} {thanks}", after, answers=len(remarks) - 1))
    return remarks


def _said_by(person: Person, group: str, taken: set[str], chance: Random) -> str:
    own = [text for language in person.speaks for text in phrases().by_language[language]]
    likely = own if person.speaks[0] != "en" and chance.random() < 0.7 else [*phrases().by_group[group], *own]
    return chance.choice([text for text in likely if text not in taken] or likely)


@cache
def _named(username: str) -> Person:
    return next(person for person in people() if person.username == username)

"""The demo data as plain values: users, photographs, posts. No Django here."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
PHOTOS = FOLDER / "photos"
VIDEOS = FOLDER / "videos"
PASSWORD = "pystagram-demo"  # noqa: S105 (everybody may know it)
SPAN = timedelta(days=30)
FILM_ALT = "A slow pan over a still lake below a wide range of snow-capped mountains under a blue sky"


@dataclass(frozen=True)
class Person:
    """A user, and whom they follow, by user name."""

    username: str
    name: str
    bio: str
    born: date
    avatar: str
    speaks: tuple[str, ...]
    likes: tuple[str, ...]
    website: str = ""
    private: bool = False
    follows: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    mutes: tuple[str, ...] = ()
    follows_tags: tuple[str, ...] = ()
    collections: Mapping[str, str] = field(default_factory=dict, hash=False)  # name -> group of photographs

    @property
    def email(self) -> str:
        return f"{self.username}@demo.example.com"


@dataclass(frozen=True)
class Photo:
    """A photograph: what it shows, where it was taken, and its captions by language."""

    file: str
    group: str
    focus: tuple[float, float]
    alt: str
    tags: tuple[str, ...]
    captions: Mapping[str, tuple[str, ...]] = field(hash=False)
    place: str | None = None
    at: tuple[float, float] | None = None
    grey: bool = False


@dataclass(frozen=True)
class Picture:
    """One use of a photograph: whole or cropped, as it is or treated. Neither: the very file; so is a video always."""

    file: str
    alt: str
    focus: tuple[float, float] = (0.5, 0.5)
    shape: str = "whole"
    tone: str = "plain"

    @property
    def path(self) -> Path:
        return (VIDEOS if self.file.endswith(".mp4") else PHOTOS) / self.file

    @property
    def is_untouched(self) -> bool:
        return self.shape == "whole" and self.tone == "plain"


@dataclass(frozen=True)
class Remark:
    """A comment, `after` its post; `answers` is the place of the remark it replies to."""

    author: str
    text: str
    after: timedelta
    answers: int | None = None
    liked_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Post:
    """A post of `age`, with comments and reactions."""

    number: int
    author: str
    pictures: tuple[Picture, ...]
    caption: str
    tags: tuple[str, ...]
    place: str | None
    at: tuple[float, float] | None
    age: timedelta
    remarks: tuple[Remark, ...] = ()
    liked_by: tuple[str, ...] = ()
    disliked_by: tuple[str, ...] = ()
    saved_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Draft:
    """A post that its author has only prepared."""

    number: int
    author: str
    picture: Picture
    caption: str
    ahead: timedelta | None = None  # after which it publishes itself


@dataclass(frozen=True)
class Story:
    """A story of `age`, who saw it, and the title of the highlight that it is in."""

    number: int
    author: str
    picture: Picture
    age: timedelta
    seen_by: tuple[str, ...] = ()
    highlight: str = ""


@dataclass(frozen=True)
class World:
    """Everything there is, posts and stories from the oldest to the newest."""

    people: tuple[Person, ...]
    posts: tuple[Post, ...]
    stories: tuple[Story, ...] = ()
    drafts: tuple[Draft, ...] = ()


@dataclass(frozen=True)
class Phrases:
    """Texts of comments."""

    by_group: Mapping[str, tuple[str, ...]] = field(hash=False)
    by_language: Mapping[str, tuple[str, ...]] = field(hash=False)
    answers: Mapping[str, tuple[str, ...]] = field(hash=False)
    together: Mapping[str, str] = field(hash=False)


@cache
def people() -> tuple[Person, ...]:
    """The people, alice first."""
    return tuple(Person(**_frozen(row)) for row in _read("people")["person"])


@cache
def photos() -> tuple[Photo, ...]:
    """The photographs, by file name."""
    rows = _read("outdoors")["photo"] + _read("close")["photo"]
    made = [Photo(**{**_frozen(row), "tags": tuple(row["tags"].split())}) for row in rows]
    return tuple(sorted(made, key=lambda photo: photo.file))


@cache
def phrases() -> Phrases:
    """The words of the comments."""
    read = _read("comments")
    by = {name: _frozen(read[name]) for name in ("by_group", "by_language", "answers")}
    return Phrases(**by, together=read["with"])


@cache
def stories() -> tuple[Story, ...]:
    """The stories, oldest first."""
    alt_texts = {photo.file: photo.alt for photo in photos()}
    return tuple(
        Story(
            number=number,
            author=row["author"],
            picture=Picture(row["photo"], alt_texts.get(row["photo"], FILM_ALT)),
            age=timedelta(days=row.get("days", 0), hours=row.get("hours", 0)),
            seen_by=tuple(row.get("seen", ())),
            highlight=row.get("highlight", ""),
        )
        for number, row in enumerate(_read("stories")["story"])
    )


@cache
def drafts() -> tuple[Draft, ...]:
    """What is prepared and not published."""
    alt_texts = {photo.file: photo.alt for photo in photos()}
    return tuple(
        Draft(
            number=number,
            author=row["author"],
            picture=Picture(row["photo"], alt_texts[row["photo"]]),
            caption=row["caption"],
            ahead=timedelta(days=row["days_ahead"]) if "days_ahead" in row else None,
        )
        for number, row in enumerate(_read("drafts")["draft"])
    )


def can_see(viewer: Person, author: Person) -> bool:
    """Whether the visibility rule will allow it once all is loaded."""
    blocked = author.username in viewer.blocks or viewer.username in author.blocks
    return not blocked and (not author.private or author.username in viewer.follows or author == viewer)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _frozen(row: Mapping[str, Any]) -> dict[str, Any]:
    """With tuples in the place of lists, recursively."""
    return {key: _freeze(value) for key, value in row.items()}


def _freeze(value: Any) -> Any:
    if isinstance(value, dict):
        return _frozen(value)
    return tuple(value) if isinstance(value, list) else value

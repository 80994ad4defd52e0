"""What events tell whom."""

import json
from collections.abc import Mapping, Sequence

from django.db import transaction

from events.actions import record
from media.models import Media
from notifications.actions.noting import Fact, note
from notifications.models import From, Inbox, Kind, Notification
from posts.models import Comment, CommentMention, Mention, Post
from social.models import CloseFriend, Follow
from stories.models import Story

STORIES_AT_ONCE = 1000  # people told of a story in one transaction

Payloads = Sequence[Mapping[str, int]]


def note_follows(*, payloads: Payloads) -> None:
    """People with a public account have new followers."""
    facts = [Fact(each["followee_id"], Kind.FOLLOW, each["follower_id"], 0) for each in payloads]
    note(facts=facts)


def note_follow_request(*, follower_id: int, followee_id: int) -> None:
    """Somebody with a private account was asked."""
    note(facts=[Fact(followee_id, Kind.FOLLOW_REQUEST, follower_id, 0)])


def note_acceptance(*, follower_id: int, followee_id: int) -> None:
    """A request was accepted: who asked is told."""
    follows = Follow.objects.accepted().filter(follower=follower_id, followee=followee_id)
    for pk in follows.values_list("pk", flat=True):
        note(facts=[Fact(follower_id, Kind.REQUEST_ACCEPTED, followee_id, pk)])


def note_likes(*, payloads: Payloads) -> None:
    """Posts were liked: their authors are told."""
    authors = dict(Post.objects.filter(pk__in={each["post_id"] for each in payloads}).values_list("pk", "author"))
    facts = [
        Fact(authors[each["post_id"]], Kind.LIKE, each["user_id"], each["post_id"], post=each["post_id"])
        for each in payloads
        if each["post_id"] in authors
    ]
    note(facts=facts)


def note_comment_likes(*, payloads: Payloads) -> None:
    """Comments were liked: their authors are told."""
    comments = Comment.objects.in_bulk({each["comment_id"] for each in payloads})
    facts = [
        Fact(row.author_id, Kind.COMMENT_LIKE, each["user_id"], row.pk, post=row.post_id, comment=row.pk)
        for each in payloads
        if (row := comments.get(each["comment_id"])) is not None
    ]
    note(facts=facts)


def note_comment(*, comment_id: int) -> None:
    """A comment was written or edited: whom it answers, whom it names and the post's author are told, each once.

    Who was told because it named them, and is its post's author, has it as a plain comment when it names them no more.
    """
    rows = Comment.objects.live().select_related("post", "reply_to", "parent")
    comment = rows.filter(pk=comment_id).first()
    if comment is None:
        return
    kinds: dict[int | None, str] = {comment.post.author_id: Kind.COMMENT}
    kinds |= dict.fromkeys(CommentMention.objects.filter(comment=comment).values_list("user", flat=True), Kind.MENTION)
    answered = comment.reply_to or comment.parent
    if answered is not None:
        kinds[answered.author_id] = Kind.REPLY
    note(
        facts=[
            Fact(person, kind, comment.author_id, comment.pk, post=comment.post_id, comment=comment.pk)
            for person, kind in kinds.items()
            if person is not None
        ]
    )
    if kinds[comment.post.author_id] == Kind.COMMENT:
        told = Notification.objects.filter(recipient=comment.post.author_id, kind=Kind.MENTION, subject_id=comment.pk)
        told.update(kind=Kind.COMMENT)


def note_mentions(*, post_id: int) -> None:
    """A post was published or edited: whom its caption names is told."""
    author = Post.objects.live().filter(pk=post_id).values_list("author", flat=True).first()
    if author is not None:
        people = Mention.objects.filter(post=post_id).values_list("user", flat=True)
        note(facts=[Fact(person, Kind.MENTION, author, post_id, post=post_id) for person in people])


@transaction.atomic
def note_story(*, story_id: int, author_id: int, after: int = 0) -> None:
    """A story was published: people who count its author among their close friends, and want to know, are told.

    A thousand at a time, in the order of their ids; the next ones by another event.
    """
    if not Story.objects.current().filter(pk=story_id).exists():
        return
    keepers = CloseFriend.objects.filter(friend=author_id).values("owner")
    asking = Inbox.objects.exclude(story=From.NOBODY).filter(person__in=keepers, person__gt=after)
    people = list(asking.order_by("person").values_list("person", flat=True)[:STORIES_AT_ONCE])
    note(facts=[Fact(person, Kind.STORY, author_id, story_id, story=story_id) for person in people])
    if len(people) == STORIES_AT_ONCE:
        record("story_range_due", story_id=story_id, author_id=author_id, after=people[-1])


def note_failed_media(*, media_id: int) -> None:
    """A media could not be processed: its owner is told."""
    owner = Media.objects.filter(pk=media_id, state=Media.State.FAILED).values_list("owner", flat=True).first()
    if owner is not None:
        note(facts=[Fact(owner, Kind.MEDIA_FAILED, None, media_id, media=media_id)])


def note_decision(
    *, decision_id: int, owner_id: int, action: str, subject_type: str, subject_id: int, sentence: str
) -> None:
    """Moderators decided about something: whose it is is told, whatever they want to be told."""
    details = {
        "id": str(decision_id), "decision": action, "subject_type": subject_type, "subject_id": str(subject_id),
        "reason": sentence,
    }  # fmt: skip
    note(facts=[Fact(owner_id, Kind.MODERATION, None, decision_id, details=json.dumps(details))])

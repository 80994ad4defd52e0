"""What may not be seen is neither listed nor counted, leaves no trace, and comes back when it may be."""

import re

import pytest
from django.utils import timezone

from accounts.models import User
from notifications.tests.conftest import told
from posts.models import Post
from social.models import Block, Mute
from tests.support import factories
from tests.support.outbox import drain

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def everything_about(client_for, post, person, follows=True):
    client = client_for(person)
    client.put(f"/v1/posts/{post.pk}/like")
    client.post(f"/v1/posts/{post.pk}/comments", {"text": f"for @{post.author.username}"})
    if follows:
        client.put(f"/v1/users/{post.author.username}/follow")


HIDDEN = {
    "muted": (lambda me, them: factories.mute(me, them), lambda me, them: Mute.objects.all().delete()),
    "blocked": (lambda me, them: factories.block(me, them), lambda me, them: Block.objects.all().delete()),
    "blocking": (lambda me, them: factories.block(them, me), lambda me, them: Block.objects.all().delete()),
    **{
        name: (
            lambda me, them, name=name: User.objects.filter(pk=them.pk).update(**{name: NOW}),
            lambda me, them, name=name: User.objects.filter(pk=them.pk).update(**{name: None}),
        )
        for name in ("suspended_at", "deactivated_at", "deleted_at")
    },
}


@pytest.mark.parametrize("way", HIDDEN)
def test_hidden_people_are_gone_at_once_and_back_afterwards(client_for, alice, charlie, shown, way):
    post = factories.post(alice)
    everything_about(client_for, post, charlie)
    before = shown(alice)
    assert len(before) == 3
    hide, show = HIDDEN[way]
    hide(alice, charlie)
    assert shown(alice) == []
    show(alice, charlie)
    assert shown(alice) == before


@pytest.mark.parametrize("moment", ["archived_at", "deleted_at", "removed_at"])
def test_posts_that_are_gone_take_theirs_with_them(client_for, alice, charlie, shown, moment):
    post = factories.post(alice)
    everything_about(client_for, post, charlie, follows=False)
    before = shown(alice)
    Post.objects.filter(pk=post.pk).update(**{moment: NOW})
    assert shown(alice) == []
    Post.objects.filter(pk=post.pk).update(**{moment: None})
    assert shown(alice) == before


def test_a_mention_on_a_post_that_one_may_not_see_is_none(client_for, charlie, shown):
    paula = factories.person("paula", private=True)
    media = factories.media(paula)
    client_for(paula).post("/v1/posts", {"media": [str(media.pk)], "caption": "with @charlie"})
    assert shown(charlie) == []
    factories.follow(charlie, paula)
    assert told(shown(charlie)) == [("mention", ["paula"])]


def body_of(client_for, person):
    client = client_for(person)
    pages = [client.get(path) for path in ("/v1/notifications", "/v1/notifications/unread-count")]
    body = b"".join(page.content for page in pages)
    ids = re.compile(rb'"(id|created_at|next|previous)":"[^"]*"|token=[\w.~-]+|media/[\w-]+/')
    return ids.sub(b"", body), [row["kind"] for row in pages[0].json()["results"]]


@pytest.mark.parametrize("way", HIDDEN)
def test_the_hidden_leave_no_trace(client_for, alice, bob, charlie, way):
    """The same facts with and without those of hidden people, woven between them, with looks at the list."""
    answers = []
    for hilda in (factories.person("hilda"), None):
        author = factories.person(f"author{len(answers)}", name="Author")
        posts = [factories.post(author) for _ in range(3)]

        def hidden_acts(post, author=author, hilda=hilda):
            if hilda is not None:
                Mute.objects.all().delete(), Block.objects.all().delete()
                User.objects.filter(pk=hilda.pk).update(suspended_at=None, deactivated_at=None, deleted_at=None)
                everything_about(client_for, post, hilda)
                drain()
                HIDDEN[way][0](author, hilda)

        for post, person in ((posts[0], bob), (posts[1], charlie), (posts[0], charlie), (posts[2], bob)):
            hidden_acts(post)
            client_for(person).put(f"/v1/posts/{post.pk}/like")
            drain()
            hidden_acts(posts[2])
            if post == posts[1]:
                top = client_for(author).get("/v1/notifications").json()["results"][0]["id"]
                client_for(author).put("/v1/notifications/seen", {"up_to": top})
        answers.append(body_of(client_for, author))
    assert answers[0] == answers[1]

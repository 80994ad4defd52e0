"""`manage.py reindex`: posts that were there before search."""

import io

import pytest
from django.core.management import CommandError, call_command

from search.management.commands import reindex
from search.models import SearchDocument
from tests.support import factories

pytestmark = pytest.mark.django_db


def test_it_indexes_what_is_missing_and_goes_on_after_a_cut(alice, bob, found, monkeypatch):
    monkeypatch.setattr(reindex, "BATCH", 2)
    made = [factories.post(alice, "lake") for _ in range(5)]
    factories.post(alice, "lake", live=False)
    with pytest.raises(CommandError):
        call_command("reindex", "--check", stdout=(out := io.StringIO()))
    assert out.getvalue() == "5 posts are not indexed\n"
    indexed = reindex.actions.index_posts

    def cut_short(*, post_ids):
        if made[2].pk in post_ids:
            raise KeyboardInterrupt
        return indexed(post_ids=post_ids)

    monkeypatch.setattr(reindex.actions, "index_posts", cut_short)
    with pytest.raises(KeyboardInterrupt):
        call_command("reindex", stdout=io.StringIO())
    assert SearchDocument.objects.count() == 2
    monkeypatch.setattr(reindex.actions, "index_posts", indexed)
    call_command("reindex", stdout=(out := io.StringIO()))
    assert out.getvalue() == "3 posts indexed\n"
    call_command("reindex", "--check", stdout=io.StringIO())
    assert found(bob, "lake") == [post.pk for post in reversed(made)]


def test_all_writes_known_ones_anew(alice, said, found):
    post = said(alice, "lake")
    SearchDocument.objects.update(vector="'sea':1B")
    call_command("reindex", stdout=io.StringIO())
    assert found(alice, "lake") == []
    call_command("reindex", "--all", stdout=io.StringIO())
    assert found(alice, "lake") == [post.pk]


def test_people_are_indexed_too(alice, charlie, search):
    assert search(charlie, "alice", type="users")["results"] == []
    call_command("reindex", "people", stdout=(out := io.StringIO()))
    assert out.getvalue() == f"people are indexed up to {max(alice.pk, charlie.pk)}\n"
    assert [row["username"] for row in search(charlie, "alice", type="users")["results"]] == ["alice"]

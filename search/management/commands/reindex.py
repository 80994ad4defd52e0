"""`manage.py reindex [--all] [--check]`, `manage.py reindex people [--after ID]`"""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandError
from django.db.models import Exists, OuterRef, QuerySet
from tqdm import tqdm

from api.maintenance import MaintenanceCommand
from posts.models import Post
from search.models import SearchDocument
from search.people.actions import reindex_people
from search.posts import actions

BATCH = 500


class Command(MaintenanceCommand):
    help = "Writes the words of posts that search does not know yet. Cut short, the next run goes on where it ended."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", nargs="?", choices=["posts", "people"], default="posts")
        parser.add_argument("--after", type=int, default=0, metavar="ID", help="of people: go on behind this id")
        parser.add_argument("--all", action="store_true", help="also those it knows, after search keys changed")
        parser.add_argument("--check", action="store_true", help="only count them; ends with 1 if there are any")

    def handle(self, *args: Any, kind: str, check: bool, after: int, **options: Any) -> None:
        if kind == "people":
            self.people(after)
            return
        due = published() if options["all"] else unknown()
        if check:
            self.tell(due.count())
            return
        with tqdm(total=due.count(), unit="post", file=self.stderr, disable=not self.stderr.isatty()) as bar:
            for post_ids in batches(due):
                actions.index_posts(post_ids=post_ids)
                bar.update(len(post_ids))
            self.stdout.write(f"{bar.total} posts indexed")

    def people(self, after: int) -> None:
        batches = tqdm(reindex_people(after=after), unit="batch", file=self.stderr, disable=not self.stderr.isatty())
        last = max(batches, default=after)
        self.stdout.write(f"people are indexed up to {last}")

    def tell(self, missing: int) -> None:
        self.stdout.write(f"{missing} posts are not indexed")
        if missing:
            raise CommandError("search misses posts; manage.py reindex finds them")


def published() -> QuerySet[Post]:
    return Post.objects.filter(timeline_id__isnull=False, purged_at__isnull=True)


def unknown() -> QuerySet[Post]:
    return published().filter(~Exists(SearchDocument.objects.filter(post=OuterRef("pk"))))


def batches(posts: QuerySet[Post]) -> Iterator[list[int]]:
    """Ids in ascending order, some at a time, each batch read when the one before is done."""
    after = 0
    while post_ids := list(posts.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        yield post_ids
        after = post_ids[-1]

"""docs/retention.md names every table and only tasks that are scheduled."""

import re

import pytest
from django.db import connection

from pystagram.celery import app
from pystagram.environment import ROOT

PAGE = (ROOT / "docs" / "retention.md").read_text()
ROWS = [line.split("|")[1:-1] for line in PAGE.splitlines() if line.startswith("| `")]


@pytest.mark.django_db
def test_every_table_is_on_the_page():
    named = {table for row in ROWS for table in re.findall(r"`(\w+)`", row[0])}
    differing = named ^ set(connection.introspection.table_names())
    assert not differing, f"docs/retention.md: say how long these tables are kept, or take them out: {differing}"


def test_what_removes_is_scheduled_or_subscribed():
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()} | {"search.tasks.index_posts"}
    named = {name for row in ROWS for name in re.findall(r"`([a-z.]+\.tasks\.\w+)`", row[3])}
    assert named <= scheduled, f"docs/retention.md names tasks that the schedule lacks: {named - scheduled}"

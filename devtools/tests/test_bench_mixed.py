"""`manage.py bench media-mixed`: that it waits for what it sent, in both orders, and goes on where it was."""

from pathlib import Path

import pytest

from devtools.bench import mixed, mixed_runs
from devtools.bench.mixed import ARRIVAL, LARGE, ORDERS, OURS, SMALL, VIDEO, Waited
from media.models import Media
from media.tests.support.films import film
from media.tests.support.photographs import photo

COUNTS = {SMALL: 3, LARGE: 1, VIDEO: 1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", ORDERS)
def test_it_waits_for_every_file(order, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    given = {SMALL: photo("JPEG"), LARGE: photo("JPEG", 700, 500), VIDEO: film()}
    told: list[int] = []
    found = mixed.run(2, order, given, told.append, COUNTS)
    assert {kind: len(seconds) for kind, seconds in found.seconds.items()} == COUNTS
    assert sum(told) == 5
    states = Media.objects.order_by("id").values_list("kind", "state")
    assert list(states) == [(kind, "ready") for kind in ("photo", "photo", "photo", "video", "photo")]
    if order == ARRIVAL:
        assert all(media.turn_at == media.created_at for media in Media.objects.all())


def test_kinds_arrive_evenly_mixed():
    assert mixed.arrivals({SMALL: 3, LARGE: 1}) == [SMALL, LARGE, SMALL, SMALL]


def test_what_is_known_is_not_run_again(tmp_path):
    journal = Path(tmp_path, "runs")
    assert mixed_runs.known(journal) == []
    journal.write_text('{"workers": 1, "order": "by arrival", "seconds": {"video": [1.0]}}\n{"workers": 1, "ord')
    assert mixed_runs.known(journal) == [Waited(1, ARRIVAL, {VIDEO: [1.0]})]
    assert mixed_runs.missing([1, 2], mixed_runs.known(journal)) == [(1, OURS), (2, ARRIVAL), (2, OURS)]


def test_the_table():
    seconds = {SMALL: [1.0, 2.0, 3.0], LARGE: [4.0, 4.0], VIDEO: [9.0, 9.5]}
    assert mixed.table([Waited(1, OURS, seconds)])[2] == (
        "| 1 | small first, in turns | 2.0 / 2.9 / 3.0 | 4.0 / 4.0 / 4.0 | 9.2 / 9.5 / 9.5 | 9.5 |"
    )

"""How times stand in answers."""

from datetime import UTC, datetime

import pytest

from api.times import TIME_FORMAT, time_text


@pytest.mark.parametrize("microsecond", [0, 1, 120_000, 999_999])
def test_a_moment_is_written_as_the_serializers_write_it(microsecond):
    moment = datetime(2026, 2, 3, 4, 5, 6, microsecond, UTC)
    assert time_text(moment) == moment.strftime(TIME_FORMAT)

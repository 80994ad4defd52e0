"""What the feed's benchmark computes from its measurements."""

import math

import pytest

from devtools.bench.feed.measuring import cpu, noise
from devtools.bench.feed.measuring.percentiles import number, percentile, ratios, slope, spread


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([5], 0.99, 5),
        (range(1, 101), 0.5, 50),
        (range(1, 101), 0.99, 99),
        (range(1, 101), 1.0, 100),
        (range(1, 1001), 0.999, 999),
        ([3, 1, 2], 0.5, 2),
    ],
)
def test_a_percentile_is_a_value_that_was_measured(values, share, expected):
    assert percentile(values, share) == expected


def test_of_nothing_there_is_no_percentile():
    assert math.isnan(percentile([], 0.5))
    assert math.isnan(spread([]).median)


def test_ratios_are_of_the_same_round():
    """A round in which everything took twice as long changes nothing."""
    found = ratios([10, 20, 30], [5, 10, 10])
    assert (found.median, found.low, found.high) == (2, 2, 3)
    assert str(found) == "2 (2–3)"


def test_rounds_must_pair():
    with pytest.raises(ValueError):
        ratios([1, 2], [1])


@pytest.mark.parametrize(("power", "expected"), [(0, 0), (1, 1), (0.5, 0.5)])
def test_the_slope_tells_flat_from_proportional(power, expected):
    points = [(10.0**exponent, 7 * (10.0**exponent) ** power) for exponent in range(2, 7)]
    assert slope(points) == pytest.approx(expected)


def test_one_size_has_no_slope():
    assert math.isnan(slope([(100, 3), (100, 4)]))


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (0.01234, "0.0123"), (4.567, "4.57"), (1234.5, "1,234"), (math.nan, "–")]
)
def test_numbers_have_three_digits(value, text):
    assert number(value) == text


def test_a_process_is_read_whatever_its_name():
    """The fields after the command's name, which may hold anything: state, parent, …, utime, stime, cutime, cstime."""
    line = "12 (a ) (name) S 7 12 12 0 -1 0 0 0 0 0 150 50 20 10 20 0 1 0 1 0"
    assert cpu.parse(line) == cpu.Process(7, 230 / cpu.TICKS)


def test_a_program_is_counted_with_all_it_started():
    processes = {pid: cpu.Process(parent, 1.0) for pid, parent in ((1, 0), (2, 1), (3, 2), (4, 2), (5, 1), (6, 4))}
    assert sorted(cpu.subtree(processes, 2)) == [2, 3, 4, 6]
    assert cpu.subtree(processes, 99) == []


def test_a_killed_program_does_not_give_time_back():
    assert cpu.between({"web": 5.0, "redis": 1.0}, {"web": 2.0, "redis": 1.5}) == {"web": 0.0, "redis": 0.5}


def test_what_a_killed_program_had_spent_stays_counted():
    looks = iter([{"web": 1.0}, {"web": 4.0}, {"web": 0.5}, {"web": 2.5}])
    meter = cpu.Meter(lambda: next(looks))
    assert [dict(meter.add()) for _ in range(3)] == [{"web": 3.0}, {"web": 3.0}, {"web": 5.0}]


@pytest.mark.parametrize(
    ("found", "faults"),
    [
        (noise.Noise(0.05, 0.0, 0.1), 0),
        (noise.Noise(0.5, 0.0, 0.1), 1),
        (noise.Noise(0.0, 0.3, 0.1), 1),
        (noise.Noise(0.0, 0.0, 0.9), 1),
        (noise.Noise(0.5, 0.3, 0.9), 3),
    ],
)
def test_a_noisy_machine_is_noticed(found, faults):
    assert len(found.faults()) == faults


def test_the_calibration_loop_is_apart_by_its_slow_tenth():
    assert noise.apart([1.0] * 100) == 0
    assert noise.apart([1.0] * 80 + [1.5] * 20) == pytest.approx(0.5)
    assert noise.apart([1.0] * 99 + [9.0]) == 0  # one slow slice is nobody's noise


def test_the_machine_is_read():
    before = cpu.machine()
    noise.calibrate()
    assert cpu.machine().busy > before.busy

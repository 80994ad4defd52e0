"""The circuit breaker and the concurrency limiter.

Mutants: a breaker that never opens, or never closes by itself; a limiter that counts nothing; a slot that is not given
back after an error.
"""

import threading
from types import SimpleNamespace

import pytest

from api import load_shedding
from api.load_shedding import CircuitBreaker, ConcurrencyLimiter
from api.problems import Problem
from tests.support.stack_run import eventually


def test_a_tripped_breaker_is_open_for_its_time(monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(load_shedding, "time", SimpleNamespace(monotonic=lambda: clock[0]))  # nobody sleeps
    breaker = CircuitBreaker(seconds=5)
    assert not breaker.is_open()
    breaker.trip()
    clock[0] += 4.9
    assert breaker.is_open()
    clock[0] += 0.2
    assert not breaker.is_open()


def test_a_breaker_can_be_closed():
    breaker = CircuitBreaker(seconds=60)
    breaker.trip()
    breaker.close()
    assert not breaker.is_open()


def test_no_more_than_the_limit_at_once():
    limiter = ConcurrencyLimiter(2, wait_seconds=0.01, retry_after=7)
    with limiter.slot(), limiter.slot(), pytest.raises(Problem) as refused, limiter.slot():
        pass
    assert (refused.value.get_codes(), refused.value.retry_after) == ("busy", 7)
    with limiter.slot(), limiter.slot():
        pass


def test_with_a_bound_few_wait_and_others_are_refused_at_once():
    limiter, waits = ConcurrencyLimiter(1, wait_seconds=30, max_waiting=1), threading.Event()

    def wait() -> None:
        waits.set()
        with limiter.slot():
            pass

    with limiter.slot():
        waiting = threading.Thread(target=wait)
        waiting.start()
        assert waits.wait(10)
        assert eventually(lambda: refuses(limiter), 10)  # and does not wait for half a minute
    waiting.join()
    with limiter.slot():
        pass


def refuses(limiter: ConcurrencyLimiter) -> bool:
    """Whether it does so without waiting, as seen by its places alone: a slot would be waited for."""
    try:
        with limiter._place():
            return False
    except Problem:
        return True


def test_a_slot_is_given_back_after_an_error():
    limiter = ConcurrencyLimiter(1, wait_seconds=0.01)
    with pytest.raises(ValueError, match="wrong"), limiter.slot():
        raise ValueError("wrong")
    with limiter.slot():
        pass


def test_who_waits_gets_the_slot_that_becomes_free():
    limiter, got_it = ConcurrencyLimiter(1, wait_seconds=30), threading.Event()

    def wait() -> None:
        with limiter.slot():
            got_it.set()

    with limiter.slot():
        waiting = threading.Thread(target=wait)
        waiting.start()
        assert not got_it.wait(0.05)
    waiting.join()
    assert got_it.is_set()

"""When calls are due."""

import random
from collections.abc import Callable, Iterator

from devtools.bench.feed.load.http import Call

Make = Callable[[], Call]


def poisson(rates: dict[Make, float], seed: int) -> Iterator[tuple[float, Call]]:
    """(seconds from the start, call) for ever: independent people, each maker with its own calls a second."""
    chance = random.Random(seed)
    makers, weights = list(rates), list(rates.values())
    total, now = sum(weights), 0.0
    while total > 0:
        now += chance.expovariate(total)
        yield now, chance.choices(makers, weights)[0]()

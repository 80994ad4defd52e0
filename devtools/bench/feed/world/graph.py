"""Who follows whom: in-degrees by a power law, out-degrees log-normal, wired by chance (Chung and Lu's model).

The exponent 2.276 is the one that Kwak et al. fitted to Twitter in 2010; the law is cut at a third of the people.
"""

from typing import Any

import numpy as np

from devtools.bench.feed.world.sizes import Size

EXPONENT = 2.276
SIGMA = 1.2  # of the logarithm of out-degrees
MAX_FOLLOWS = 7500
FOLLOWS_OF_DENSE = 200
Numbers = Any  # numpy's arrays of whole numbers


class Graph:
    """The weights of everybody; each follower's follows come from a seed of their own."""

    def __init__(self, size: Size) -> None:
        self.size = size
        chance = np.random.default_rng([size.seed, 1])
        law = size.min_followers * (1 - chance.random(size.people)) ** (-1 / (EXPONENT - 1))
        self.fame = np.minimum(law, max(2.0, size.people / 3))
        out = chance.lognormal(0, SIGMA, size.people)
        out *= self.fame.sum() / out.sum()
        self.follows = np.minimum(np.ceil(out), min(MAX_FOLLOWS, size.people // 2)).astype(np.int64)
        self.summed = np.cumsum(self.fame)

    @property
    def authors(self) -> Numbers:
        """Who posts: three of five people, the quiet ones not."""
        people = np.arange(1, self.size.quiet + 1)
        return people[people % 5 < 3]

    def ordinary(self, start: int, end: int) -> tuple[Numbers, Numbers]:
        """(followers, followees) of the people with numbers above `start`, up to `end`; sorted, each pair once."""
        chance = np.random.default_rng([self.size.seed, 2, start])
        followers = np.repeat(np.arange(start + 1, end + 1), self.follows[start:end])
        drawn = chance.random(len(followers)) * self.summed[-1]
        followees = np.minimum(np.searchsorted(self.summed, drawn) + 1, self.size.people)
        pairs = np.unique(followers * (self.size.all_people + 1) + followees)
        followers, followees = np.divmod(pairs, self.size.all_people + 1)
        others = followers != followees
        return followers[others], followees[others]

    def special(self) -> tuple[Numbers, Numbers]:
        """(followers, followees) of the stars, and of the viewers whose follows are set."""
        size, chance = self.size, np.random.default_rng([self.size.seed, 3])
        pairs = [(np.arange(1, count + 1), np.full(count, star)) for count, star in size.stars.items()]
        everybody, quiet = np.arange(1, size.people + 1), np.arange(size.quiet + 1, size.people + 1)
        chosen = [(viewer, everybody, count) for count, viewer in size.followers_of_many.items()]
        chosen += [(viewer, self.authors, FOLLOWS_OF_DENSE) for viewer in size.dense]
        chosen += [(viewer, quiet, 100) for viewer in size.sparse]
        for viewer, among, count in chosen:
            count = min(count, len(among))
            pairs.append((np.full(count, viewer), np.sort(chance.choice(among, count, replace=False))))
        followers, followees = zip(*pairs, strict=True)
        return np.concatenate(followers), np.concatenate(followees)

    def authors_of(self, start: int, end: int) -> Numbers:
        """The authors of these posts, oldest first: fame counts a little; the oldest hundredth is quiet people's."""
        size, chance = self.size, np.random.default_rng([self.size.seed, 4, start])
        authors = self.authors
        weights = self.fame[authors - 1] ** 0.3
        chosen = chance.choice(authors, end - start, p=weights / weights.sum())
        old = np.arange(start, end) < max(1, size.posts // 100)
        quiet = chance.integers(size.quiet + 1, size.people + 1, end - start)
        return np.where(old, quiet, chosen)

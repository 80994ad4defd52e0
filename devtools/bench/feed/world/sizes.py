"""How large a world is, and where its people stand."""

from dataclasses import dataclass

POSTS_EACH = 10
MAX_POSTS = 2_000_000
MAX_STAR = 6  # the largest star has up to 10**6 followers
FOLLOWS = (1, 10, 100, 1000, 7500)  # of the viewers by whom reading is measured over follows
VIEWERS = 20  # of each other sort


@dataclass(frozen=True)
class Size:
    """`people` ordinary ones, numbered from 1; behind them the special ones, whose follows are set."""

    people: int
    posts: int
    seed: int

    @property
    def min_followers(self) -> float:
        """Where the power law begins; the mean is 4.6 times as much. Less in the largest world, for its disk."""
        return 10.0 if self.people <= 200_000 else 5.0

    @property
    def quiet(self) -> int:
        """The last twentieth of the people have posted little, and long ago; numbers above this one."""
        return self.people - max(1, self.people // 20)

    @property
    def stars(self) -> dict[int, int]:
        """Number of followers → who has exactly so many: the people from 1 on."""
        counts = [10**power for power in range(2, MAX_STAR + 1) if 10**power <= self.people]
        return {count: self.people + 1 + place for place, count in enumerate(counts)}

    @property
    def followers_of_many(self) -> dict[int, int]:
        """Number of follows → who follows exactly so many."""
        first = self.people + 11
        return {count: first + place for place, count in enumerate(FOLLOWS) if count < self.people // 2}

    @property
    def dense(self) -> list[int]:
        """They follow 200 people who post."""
        return list(range(self.people + 21, self.people + 21 + VIEWERS))

    @property
    def sparse(self) -> list[int]:
        """They follow quiet people only, who have 100 posts between them, if the world has them."""
        return list(range(self.people + 51, self.people + 51 + VIEWERS))

    @property
    def all_people(self) -> int:
        return self.people + 100


def size_of(people: int, posts: int | None, seed: int) -> Size:
    """Ten posts for each of the people, up to two million, unless it is said otherwise."""
    return Size(people, posts if posts is not None else min(people * POSTS_EACH, MAX_POSTS), seed)

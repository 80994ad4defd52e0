"""The options of `bench feed`."""

import argparse
from typing import Any

WORLD = "world"
PARTS = (
    WORLD, "one client", "many clients", "by the clock", "lists", "queries", "follows", "memory", "writes", "restart",
    "fan-out", "soak",
)  # fmt: skip
NAMES = ("people", "posts", "seed", "seconds", "repeat", "soak", "only", "force", "write", "forget")


def add_to(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--people", type=int, default=100_000, help="of the made-up world: 10000, 100000, 1000000")
    add("--posts", type=int, help="ten for each of the people, up to two million, if it is not given")
    add("--seed", type=int, default=1)
    add("--seconds", type=float, default=5.0, help="of each single measurement")
    add("--repeat", type=int, default=5, help="rounds; tables have their medians, with the lowest and highest")
    add("--soak", type=float, default=0.0, metavar="MINUTES", help="also the estimate's load, with faults and an audit")
    add("--only", action="append", choices=PARTS, help="this part alone, or these; `world` makes the world and no more")
    add("--force", action="store_true", help="keep figures of a noisy machine; the tables say so")
    add(
        "--write",
        nargs="?",
        const="docs",
        metavar="FOLDER",
        help="write its section of benchmarks.md, and the plots",
    )
    add("--forget", action="store_true", help="remove the world and what was measured in it")


def picked(options: dict[str, Any]) -> dict[str, Any]:
    """Ours among a command's options."""
    return {name: options[name] for name in NAMES}

"""One check of the product's, what stands there instead, and the test that has to notice."""

from dataclasses import dataclass

MATRIX = "tests/contract/test_visibility.py::test_every_cell"


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    source: str
    instead: str
    test: str

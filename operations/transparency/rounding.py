"""A report that may be published: small numbers, behind which somebody could be known, are hidden."""

from typing import Any

from operations.transparency.report import Counts, Transparency

STEP = 5
HIDDEN = f"<{STEP}"


def rounded(number: int) -> int | str:
    """0 stays; 1 to 4 are hidden; others are the nearest multiple of 5, so that no sum gives a hidden one away."""
    if number == 0:
        return 0
    return HIDDEN if number < STEP else STEP * ((number + STEP // 2) // STEP)


def as_json(found: Transparency, *, exact: bool) -> dict[str, Any]:
    """The report as JSON; for the public unless `exact`."""
    return {name: _value(name, value, found, exact) for name, value in found._asdict().items()}


def _value(name: str, value: Any, found: Transparency, exact: bool) -> Any:
    if name in {"begins", "ends"}:
        return value.date().isoformat()
    if isinstance(value, float):
        return round(value, 1) if exact or _is_of_many(name, found) else None
    if exact or not isinstance(value, int | dict):
        return value
    return _all(value) if isinstance(value, dict) else rounded(value)


def _is_of_many(name: str, found: Transparency) -> bool:
    """Whether a median is of so many that it is nobody's own."""
    decided = sum(number for state, number in found.appeals.items() if state != "open")
    return (found.cases_closed if name == "hours_to_decision" else decided) >= STEP


def _all(counts: Counts) -> dict[str, int | str]:
    return {name: rounded(number) for name, number in counts.items()}

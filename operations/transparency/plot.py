"""The transparency report as one SVG, for a page: bars, each with its name and number. Needs no library."""

from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

INK, GREY, BLUE = "#22252a", "#6b717a", "#3b6fb6"
WIDTH, MARGIN, NAMES, ROW, BAR = 720, 24, 210, 24, 14  # pixels
CHARTS = {
    "reports": "Reports, by category",
    "decisions": "Decisions, by action",
    "reasons": "Moderators' decisions, by reason",
    "automatic": "Automatic measures",
    "appeals": "Appeals, by how they stand",
    "registrations_refused": "Registrations refused, by kind of rule",
}


def svg_of(report: dict[str, Any]) -> str:
    """The charts of a report as `as_json` has it. A hidden number is a thin bar with `<5` beside it."""
    body, at = [], MARGIN + 20
    body.append(_text(MARGIN, at, f"Moderation, {report['begins']} to {report['ends']}", size=18, weight="600"))
    at += 14
    for name, title in CHARTS.items():
        at += 34
        body.append(_text(MARGIN, at, title, size=13, weight="600"))
        for line in _bars(report[name], at):
            body.append(line)
        at += ROW * max(1, len(report[name])) + 6
    height = at + MARGIN
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    label = f'role="img" aria-label="{escape(_in_words(report), {chr(34): "&quot;"})}"'
    ground = f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
    return "\n".join([f'{head} {label} font-family="system-ui, sans-serif">', ground, *body, "</svg>", ""])


def _in_words(report: dict[str, Any]) -> str:
    """What the picture shows, for who does not see it."""
    parts = []
    for name, title in CHARTS.items():
        numbers = ", ".join(f"{_name(key)} {number}" for key, number in report[name].items())
        parts.append(f"{title}: {numbers or 'none'}.")
    return " ".join(parts)


def _bars(counts: dict[str, Any], top: int) -> Iterator[str]:
    if not counts:
        yield _text(MARGIN, top + 20, "none", size=12, color=GREY)
        return
    room, most = WIDTH - 2 * MARGIN - NAMES - 60, max(_length(number) for number in counts.values()) or 1
    for row, (name, number) in enumerate(counts.items()):
        at = top + 10 + row * ROW
        width = round(room * _length(number) / most, 1)
        yield _text(MARGIN + NAMES - 8, at + BAR - 2, _name(name), size=12, anchor="end")
        yield f'<rect x="{MARGIN + NAMES}" y="{at}" width="{max(1.0, width)}" height="{BAR}" rx="2" fill="{BLUE}"/>'
        yield _text(MARGIN + NAMES + max(1.0, width) + 6, at + BAR - 2, str(number), size=12, color=GREY)


def _length(number: Any) -> float:
    return float(number) if isinstance(number, int) else 0.0


def _name(key: str) -> str:
    return key.replace("_", " ")


def _text(
    x: float, y: float, words: str, *, size: int, color: str = INK, weight: str = "400", anchor: str = "start"
) -> str:
    style = f'font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" fill="{color}"'
    return f'<text x="{x}" y="{y}" {style}>{escape(words)}</text>'

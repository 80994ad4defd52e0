"""Put a stack of its own under pressure, and print what others notice: `make pressure ARGS="slow --output FILE"`."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from api.server.stalled import allow_many_descriptors
from tests.pressure.conditions import CONDITIONS, FULL_DISK, Condition, PressedWorld, small_disk
from tests.pressure.measure import Finding, Witness, examine, is_within_bounds

HEAD = [
    "| condition | feed p50, quiet | p50 | × | p99, quiet | p99 | not answered | again as before | ended | notes |",
    "|---|---|---|---|---|---|---|---|---|---|",
]


def row_of(finding: Finding) -> str:
    quiet, pressed = finding.quiet, finding.pressed
    p50, p50_quiet = pressed.milliseconds(0.5), quiet.milliseconds(0.5)
    cells = [
        finding.name,
        f"{p50_quiet:.0f} ms",
        f"{p50:.0f} ms",
        f"{p50 / p50_quiet:.1f}",
        f"{quiet.milliseconds(0.99):.0f} ms",
        f"{pressed.milliseconds(0.99):.0f} ms",
        ", ".join(f"{count} × {kind}" for kind, count in pressed.failures.items()) or "0",
        f"{finding.recovered_after:.0f} s",
        ", ".join(finding.dead) or "none",
        ", ".join(f"{name}: {value}" for name, value in finding.notes.items()),
    ]
    return f"| {' | '.join(cells)} |"


def examine_all(words: list[str], output: Path) -> bool:
    """Whether all was within bounds and nothing was lost."""
    chosen = {name: one for name, one in CONDITIONS.items() if not words or any(word in name for word in words)}
    with (
        tempfile.TemporaryDirectory(prefix="pystagram-pressure-") as folder,
        small_disk(Path(folder)) as is_disk_own,
    ):
        Path(folder).chmod(0o755)
        if not is_disk_own and chosen.pop(FULL_DISK, None):
            say(f"pressure: no {FULL_DISK}: a disk of its own cannot be mounted here")
        world = PressedWorld(Path(folder))
        world.stack.variables |= {"PYSTAGRAM_RATE_LIMITS": "false", "PYSTAGRAM_QUOTA_FILES": "0"}
        try:
            say(f"pressure: starting a stack of its own, {len(chosen)} conditions")
            world.stack.start()
            world.populate()
            lines, fine = examine_in_turn(world, chosen)
        finally:
            world.clear()
    output.write_text("\n".join([*HEAD, *lines]) + "\n")
    say("\n".join(["", *HEAD, *lines, "", f"written to {output}"]))
    return fine


def examine_in_turn(world: PressedWorld, chosen: dict[str, Condition]) -> tuple[list[str], bool]:
    witness, lines, fine = Witness(world), list[str](), True
    for number, (name, condition) in enumerate(chosen.items(), 1):
        began = time.monotonic()
        finding = examine(world, witness, name, condition)
        lines.append(row_of(finding))
        say(lines[-1])
        fine = fine and is_within_bounds(finding)
        beyond = "" if is_within_bounds(finding) else ", beyond twice the quiet median"
        say(f"  {number}/{len(chosen)} {name}: {time.monotonic() - began:.0f} s{beyond}")
    lost = witness.lost()
    refused = ", ".join(f"{count} × {kind}" for kind, count in witness.refused.items()) or "none"
    sent = len(witness.uploaded)
    lines.append(f"\nUploads meanwhile: {sent} acknowledged, {len(lost)} of them lost; refused: {refused}.")
    return lines, fine and not lost


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*", help="only conditions that have one of these words")
    parser.add_argument("--output", type=Path, default=Path("var/pressure.md"), help="where the table goes")
    options = parser.parse_args()
    allow_many_descriptors()
    options.output.parent.mkdir(parents=True, exist_ok=True)
    return 0 if examine_all(options.words, options.output) else 1


if __name__ == "__main__":
    sys.exit(main())

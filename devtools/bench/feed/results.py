"""What was measured, kept in a file a part at a time, so that an interrupted run goes on with the next part."""

import json
import subprocess
from pathlib import Path
from typing import Any

Values = dict[str, Any]


def revision(root: Path) -> str:
    """The commit that is measured, with a mark if the files differ from it; empty outside a clone."""
    command = ["git", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=10"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout.strip()


class Results:
    """The parts of one world at one commit; measured anew when either changes."""

    def __init__(self, path: Path, about: Values) -> None:
        self.path, self.about = path, about
        known = json.loads(path.read_text()) if path.exists() else {}
        self.parts: dict[str, Values] = known["parts"] if known.get("about") == about else {}

    def keep(self, name: str, values: Values) -> None:
        self.parts[name] = values
        half = self.path.with_suffix(".new")
        half.write_text(json.dumps({"about": self.about, "parts": self.parts}, indent=1))
        half.replace(self.path)


def load(path: Path) -> dict[str, Values]:
    """The parts in a file of results."""
    parts: dict[str, Values] = json.loads(path.read_text())["parts"]
    return parts

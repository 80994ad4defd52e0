"""Report the sizes of files and functions beside their budgets. Reported, not enforced."""

import ast
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_ID = 3


def python_files() -> list[Path]:
    """The project's own code: tracked or new, without tests and migrations."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"]
    names = subprocess.check_output(command, cwd=ROOT, text=True).split()  # noqa: S603 - a fixed command
    return [ROOT / name for name in names if "/migrations/" not in name and (ROOT / name).exists()]


def is_test(path: Path) -> bool:
    return "tests" in path.relative_to(ROOT).parts or path.name == "conftest.py"


def functions(path: Path) -> list[tuple[int, str]]:
    """The length in lines of every function, and where it is."""
    tree = ast.parse(path.read_text())
    return [
        (node.end_lineno - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.name}")
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]


def report() -> list[str]:
    """The lines of the report."""
    paths = python_files()
    sizes = {path: len(path.read_text().splitlines()) for path in paths}
    code = {path: size for path, size in sizes.items() if size and not is_test(path)}
    tests = sum(size for path, size in sizes.items() if is_test(path))
    found = sorted((length for path in code for length in functions(path)), reverse=True)
    lengths = [length for length, _ in found] or [0]
    small = sum(length <= 25 for length in lengths) / len(lengths)
    total = sum(code.values())
    return [
        f"files      {len(code)}, median {statistics.median(code.values() or [0]):.0f} lines (budget 60), "
        f"largest {max(code.values(), default=0)} (400)",
        f"functions  {len(found)}, median {statistics.median(lengths):.0f} lines (8), {small:.0%} within 25 (90%)",
        "longest    " + ", ".join(f"{where} {length}" for length, where in found[:MAX_ID]),
        f"tests      {tests} lines for {total} of code: {tests / max(total, 1):.1f} (docs/adr/0029)",
    ]


if __name__ == "__main__":
    sys.stdout.write("\n".join(report()) + "\n")

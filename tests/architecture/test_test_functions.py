"""Test functions have no annotations: their arguments are fixtures, and mypy does not check them. Helpers may have."""

import ast

import pytest

from tests.architecture.source import ROOT

FILES = sorted(path for path in ROOT.glob("*/**/test_*.py") if path.relative_to(ROOT).parts[0] not in {".venv", "var"})


def annotated(text):
    """Lines of the test functions that have an annotation."""
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    arguments = {f: [*f.args.posonlyargs, *f.args.args, *f.args.kwonlyargs] for f in functions}
    return [
        f.lineno
        for f in functions
        if f.name.startswith("test_") and (f.returns or any(argument.annotation for argument in arguments[f]))
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_annotations(path):
    assert not annotated(path.read_text()), "take the annotations from these lines"


def test_an_annotation_is_found():
    assert annotated(
        "def test_a(db: None):\n    pass\n\ndef test_b() -> None:\n    pass\n\ndef helper(a: int): ...\n"
    ) == [1, 4]

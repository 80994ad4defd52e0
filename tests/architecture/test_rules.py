"""The rules hold in the project, and each finds an offender in a file whose name says nothing of its kind."""

import re
from pathlib import Path

import pytest

from tests.architecture.rules import RULES, Offence, Rule
from tests.architecture.source import Project, project_files

FILES = project_files()
PROJECT = Project(FILES)
SECTIONS = re.findall(
    r"(?ms)^### (\w+) \| (\S+) \| ([^\n]+)\n(.*?)(?=^### |\Z)", Path(__file__).with_name("offenders.txt").read_text()
)
OFFENDERS = {name: (rule, path, text) for rule, path, name, text in SECTIONS if rule != "innocent"}
INNOCENTS = {name: (path, text) for rule, path, name, text in SECTIONS if rule == "innocent"}


def offences(check: Rule, path: str, text: str) -> list[Offence]:
    """What a rule says of one more file in the project."""
    return list(check(Project({**FILES, path: text}, checked={path})))


@pytest.mark.parametrize("check", RULES, ids=lambda check: check.__name__)
def test_rule(check):
    found = [str(offence) for offence in check(PROJECT)]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("name", OFFENDERS)
def test_an_offender_is_found(name):
    rule, path, text = OFFENDERS[name]
    (check,) = [check for check in RULES if check.__name__ == rule]
    assert offences(check, path, text), f"{rule} lets pass: {name}"


@pytest.mark.parametrize("name", INNOCENTS)
def test_an_innocent_is_left_alone(name):
    assert [str(each) for check in RULES for each in offences(check, *INNOCENTS[name])] == []


def test_every_rule_has_an_offender():
    assert {check.__name__ for check in RULES} == {rule for rule, *_ in OFFENDERS.values()}

"""The files beside the code say what is so: `make help`, the hooks, the workflow, the changelog, the version."""

import re
import subprocess
import tomllib

import yaml
from django.conf import settings
from rest_framework.test import APIClient

from pystagram.environment import ROOT

KINDS_OF_CHANGE = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
INTERNAL = {"check-django", "check-schema", "corpus-here"}  # parts of `check` and `corpus`


def test_make_alone_lists_every_target():
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony is not None
    output = subprocess.check_output(["make", "-s", "-C", str(ROOT)], text=True)
    listed = set(re.findall(r"^make (\S+) +\S", output, re.MULTILINE))
    assert listed == set(phony[1].split()) - INTERNAL


def test_hooks_are_local_programs():
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    assert {repo["repo"] for repo in config["repos"]} == {"local"}
    assert {hook["language"] for hook in hooks} == {"system"}
    assert [hook["entry"] for hook in hooks if not (ROOT / hook["entry"].split()[0]).exists()] == []


def test_the_workflow_runs_what_a_developer_runs():
    jobs = yaml.safe_load((ROOT / ".github/workflows/checks.yml").read_text())["jobs"]
    steps = [step for job in jobs.values() for step in job["steps"]]
    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]


def test_the_changelog_has_its_form():
    """keepachangelog.com: `## [Unreleased]` first, then versions with dates, each in sections of known names."""
    text = (ROOT / "CHANGELOG.md").read_text()
    versions = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert versions[0] == "[Unreleased]"
    assert [one for one in versions[1:] if not re.fullmatch(r"\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d", one)] == []
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= KINDS_OF_CHANGE


def test_the_version_is_that_of_the_project(db):
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert settings.VERSION == settings.SPECTACULAR_SETTINGS["VERSION"] == version
    assert APIClient().get("/v1/instance").json()["version"] == version

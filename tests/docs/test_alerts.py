"""The alert rules and the dashboard name metrics that exist; the manual says what to do at each alert."""

import json
import re
from typing import Any

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from api import metrics
from pystagram.environment import ROOT
from pystagram.metrics import Standing

RULES: list[dict[str, Any]] = yaml.safe_load((ROOT / "deploy" / "alerts.yml").read_text())["groups"][0]["rules"]
PANELS: list[dict[str, Any]] = json.loads((ROOT / "deploy" / "grafana-dashboard.json").read_text())["panels"]
MANUAL = (ROOT / "docs" / "operations.md").read_text()
QUERIES = [rule["expr"] for rule in RULES] + [target["expr"] for panel in PANELS for target in panel["targets"]]
SUFFIXES = {"counter": ["_total"], "histogram": ["_bucket", "_sum", "_count"], "info": ["_info"], "gauge": [""]}
JOBS = {"relay", "scheduler", "publish_due", "trending", "explore", "backup", "check_media", "purge_media"}


def samples() -> dict[str, set[str]]:
    """The names of all samples that can be scraped, each with its labels."""
    mine = [one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)]
    found = {
        family.name + suffix: set(one._labelnames)
        for one in mine
        for family in one.describe()
        for suffix in SUFFIXES[family.type]
    }
    standing = list(Standing().collect())
    return found | {f.name + s: set() for f in standing for s in SUFFIXES[f.type]}


@pytest.mark.django_db
@pytest.mark.parametrize("query", QUERIES)
def test_every_metric_and_label_of_a_query_exists(query):
    known = samples()
    for name, selector in re.findall(r"(pystagram_\w+)(?:\{([^}]*)\})?", query):
        assert name in known, f"{name} is not told to Prometheus"
        labels = set(re.findall(r"(\w+)=", selector)) - {"job"}
        assert labels <= known[name], f"{name} has no {labels - known[name]}"
    assert query.count("(") == query.count(")")
    assert set(re.findall(r'job="(\w+)"', query)) <= JOBS | {"pystagram"}


def test_the_manual_says_what_to_do_at_each_alert():
    section = MANUAL.partition("### Alerts")[2].partition("## Schedule")[0]
    rows = re.findall(r"^\| ([A-Z]\w+) \| (.+?) \| (.+) \|$", section, re.MULTILINE)
    assert [row[0] for row in rows] == [rule["alert"] for rule in RULES]
    assert [row[1] for row in rows] == [rule["annotations"]["summary"] for rule in RULES]


def test_every_job_is_noted_by_what_does_it():
    source = "".join(
        path.read_text()
        for app in ("events", "search", "posts", "operations", "media")
        for path in (ROOT / app).rglob("*.py")
        if "tests" not in path.parts
    )
    assert set(re.findall(r'note_run\(job="(\w+)"\)', source)) == JOBS


def test_every_metric_is_shown_or_watched():
    named = {name for query in QUERIES for name in re.findall(r"pystagram_\w+", query)}
    listed = set(re.findall(r"^\| `(pystagram_\w+)`", MANUAL, re.MULTILINE))
    assert listed <= {name.removesuffix("_bucket") for name in named}

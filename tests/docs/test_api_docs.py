"""What docs/api.md says of numbers, codes, headers, keys and operations is what the code does."""

import re
from typing import Any

import pytest
from django.conf import settings

from api.problems import CATALOGUE
from api.throttles import RATES
from media.tokens import PRIVATE_SECONDS
from posts.geo_cells import MAX_RADIUS
from pystagram.environment import ROOT
from pystagram.views import instance_facts, openapi_document
from search.posts import query
from search.views import MAX_RESULTS

TEXT = " ".join((ROOT / "docs/api.md").read_text().split())
FACTS = instance_facts()["limits"]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi_document()


@pytest.mark.parametrize(
    "said",
    [
        f"to {FACTS['bytes']['photo'] // 2**20} MB and {FACTS['pixels']['photo'] // 10**6} megapixels",
        f"to {FACTS['bytes']['video'] // 2**20} MB, {FACTS['video_seconds'] // 60} minutes",
        f"{FACTS['video_side']} pixels a side",
        f"`alt_text` ({FACTS['alt_text']:,} characters at most)",
        f"a video of at most {FACTS['story_video_seconds']} seconds",
        f"**{FACTS['story_seconds'] // 3600} hours from the moment",
        f"A {FACTS['stories_per_day'] + 1}st story in 24 hours",
        f"a {FACTS['highlights'] + 1}st highlight",
        f"(the feed: {FACTS['feed']})",
        f"for up to {FACTS['stories_seen_at_once']} by `PUT /v1/stories/seen`",
        f"a limit of their own, {RATES['search'].limit} a minute",
        f"at most {query.MAX_QUERY_LENGTH} characters and {query.MAX_TERMS} terms",
        f'"write";q={RATES["write"].limit};w={RATES["write"].seconds}',
        f"Unused for {settings.SIMPLE_JWT['REFRESH_TOKEN_LIFETIME'].days} days",
        f"a radius of at most {MAX_RADIUS:,} meters",
        f"after at most {PRIVATE_SECONDS // 60} minutes for media of private accounts",
        f"{MAX_RESULTS} at most",
    ],
)
def test_numbers(said):
    assert said in TEXT


def test_codes_are_in_the_catalogue_with_their_status():
    said = re.findall(r"\b([45]\d\d) `(\w+)`", TEXT)
    assert len(said) > 15
    for status, code in said:
        assert CATALOGUE[code][0] == int(status), code


def test_headers_that_pages_may_send_and_read():
    sent, _, read = TEXT.partition("A page may send ")[2].partition(", and read ")
    read = read.partition(". ")[0]
    # What browsers send by themselves needs no word.
    assert {name.lower() for name in re.findall(r"`([\w-]+)`", sent)} == set(settings.CORS_ALLOW_HEADERS) - {"accept"}
    assert set(re.findall(r"`([\w-]+)`", read)) == set(settings.CORS_EXPOSE_HEADERS)


def test_what_takes_a_key(document):
    keyed = {
        path
        for path, methods in document["paths"].items()
        for operation in methods.values()
        if any(parameter["name"] == "Idempotency-Key" for parameter in operation.get("parameters", ()))
    }
    said = TEXT.partition("## Idempotency ")[2].partition(" take an `Idempotency-Key`")[0]
    differing = {re.sub(r"\{\w+\}", "{id}", path) for path in keyed} ^ set(re.findall("POST (/v1/[^`]+)", said))
    assert not differing, f"docs/api.md, Idempotency: add to what takes a key, or take out: {differing}"


def test_named_operations_and_shapes_are_there(document):
    said = TEXT.partition("Operations are called ")[2].partition(". Names of")[0]
    operations = {operation["operationId"] for path in document["paths"].values() for operation in path.values()}
    names = set(re.findall(r"`(\w+)`", said))
    assert len(names) == 7
    assert names <= operations | set(document["components"]["schemas"])

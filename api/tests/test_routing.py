"""Addresses are found by their first word as Django finds them one after the other."""

import re
from itertools import chain

import pytest
from django.http import HttpResponse
from django.urls import Resolver404, URLResolver, get_resolver, include, path

from api.routing import by_first_word

SAMPLES = {"int": "7", "str": "word", "slug": "word", "uuid": "12345678-1234-1234-1234-123456789012"}


def addresses(patterns, prefix=""):
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry.url_patterns, route)
        else:
            yield re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found[1] or "str", "7"), route)


def found(resolver, address):
    try:
        match = resolver.resolve(address)
    except Resolver404:
        return None
    return match.func, match.args, match.kwargs, match.url_name, match.route, match.namespaces


def test_every_address_leads_where_it_did():
    (ours,) = (entry for entry in get_resolver().url_patterns if str(entry.pattern) == "v1/")
    plain = URLResolver(ours.pattern, ours.url_patterns)
    known = list(addresses(ours.url_patterns, "v1/"))
    assert len(known) > 100  # some are regular expressions, which are not made into an address here
    for address in chain(known, (f"{one}/" for one in known), (f"{one}x" for one in known)):
        assert found(ours, address) == found(plain, address), address
    assert [address for address in known if not found(ours, address) and "^" not in address] == []


def view(request):
    return HttpResponse()


@pytest.mark.parametrize(
    "address", ["", "a", "a/", "a/b", "a/b/c", "b", "b/7", "c/d", "x", "x/y", "in/a", "e", "e/f", "n/a"]
)
def test_whatever_patterns_look_like(address):
    nested = [path("a/b/c", view, name="nested"), path("<str:word>/y", view, name="parameter"), path("in/a", view)]
    patterns = [
        path("", view, name="root"),
        path("a", view, name="first"),
        path("", include(nested)),
        path("a/b", view, {"extra": 1}, name="second"),
        path("b/<int:number>", view, name="number"),
        path("c/", include([path("d", view, name="included")])),
        path("<str:word>", view, name="any"),
        path("", include([path("e/f", view, name="kept")]), {"more": 2}),
        path("n/", include(([path("a", view)], "names"), namespace="names")),
    ]
    plain, ours = path("v/", include(patterns)), by_first_word("v/", patterns)
    assert found(ours, f"v/{address}") == found(plain, f"v/{address}")
    assert found(ours, f"w/{address}") is None

"""What generated clients call operations and shapes."""

import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from api.answer_headers import EVERYWHERE
from api.operation_names import operation_name
from api.problems import CATALOGUE
from pystagram.views import openapi_document

VERBS = re.compile(
    "(accept|add|appeal|approve|archive|block|change|check|complete|confirm|create|deactivate|delete|disable|dislike|"
    "dismiss|explore|"
    "follow|get|like|list|log|mark|mute|pin|publish|reactivate|refresh|register|reject|remove|renew|request|resend|"
    "reset|"
    "restore|save|search|set|start|unarchive|"
    "undelete|undo|unblock|undislike|unfollow|unlike|unmute|unpin|unsave|update|upload|verify)(_|$)"
)


OPEN = {
    *(
        f"/v1/auth/{word}"
        for word in (
            "register",
            "usernames/{username}",
            "token",
            "token/refresh",
            "token/second-factor",
            "password/reset",
            "password/reset/confirm",
        )
    ),
    *("/v1/auth/email/verify", "/v1/auth/email/undo", "/v1/appeals", "/v1/instance"),
}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi_document()


@pytest.mark.parametrize(
    ("method", "path", "action", "is_list", "name"),
    [
        ("GET", "/v1/posts/{post_id}/comments", "list", True, "list_post_comments"),
        ("POST", "/v1/posts/{post_id}/comments", "create", False, "create_post_comment"),
        ("GET", "/v1/stories/{id}", "retrieve", False, "get_story"),
        ("PUT", "/v1/stories/{story_id}/like", "update", False, "like_story"),
        ("DELETE", "/v1/users/{username}/follow", "destroy", False, "unfollow_user"),
        ("POST", "/v1/me/follow-requests/{username}/accept", "accept", False, "accept_follow_request"),
        ("POST", "/v1/posts/{id}/restore", "restore", False, "restore_post"),
        ("GET", "/v1/me/quota", "retrieve", False, "get_my_quota"),
        ("GET", "/v1/me", "retrieve", False, "get_me"),
        ("PUT", "/v1/me/avatar", "update", False, "set_my_avatar"),
        ("DELETE", "/v1/media/{id}", "destroy", False, "delete_media"),
    ],
)
def test_a_name_follows_from_the_address(method, path, action, is_list, name):
    assert operation_name(method=method, path=path, action=action, is_list=is_list) == name


def test_operations_begin_with_a_verb_and_differ(document):
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    twice = {name for name in names if names.count(name) > 1}
    assert not twice, f"two operations are called {twice}: set the operation_id of one"
    for name in names:
        assert re.fullmatch("[a-z]+(_[a-z]+)*", name), f"{name}: set an operation_id of small letters and underscores"
    strange = [name for name in names if not VERBS.match(name)]
    assert not strange, f"add their verbs to VERBS, above, or set operation_id: {strange}"


def test_shapes_are_called_what_they_are(document):
    shapes = set(document["components"]["schemas"])
    assert {"PostPage", "PostInput", "PostChanges", "MediaUploadInput", "Problem"} <= shapes
    for name in shapes:
        bad = re.search("Request$|^Patched|^Paginated|^NullEnum$|Enum[0-9]|Serializer", name)
        assert not bad, f"{name}: name it by component_name of @extend_schema_serializer or in pystagram/openapi.py"


def shapes_with_defaults(node: Any) -> list[dict[str, Any]]:
    """Every shape in a document that has a default."""
    if isinstance(node, list):
        return [found for item in node for found in shapes_with_defaults(item)]
    if not isinstance(node, dict):
        return []
    return [node] * ("default" in node) + [found for value in node.values() for found in shapes_with_defaults(value)]


def test_defaults_can_be_sent(document):
    """Generated clients send them."""
    shapes = shapes_with_defaults([document["paths"], document["components"]["schemas"]])
    assert len(shapes) > 20
    for shape in shapes:
        Draft202012Validator({**shape, "components": document["components"]}).validate(shape["default"])


def types_in(node: Any) -> list[list[str]]:
    """Every list of types in a document."""
    if isinstance(node, list):
        return [found for item in node for found in types_in(item)]
    if not isinstance(node, dict):
        return []
    here = [node["type"]] if isinstance(node.get("type"), list) else []
    return here + [found for value in node.values() for found in types_in(value)]


def test_no_type_is_named_twice(document):
    for types in types_in(document):
        assert len(set(types)) == len(types), types


def test_only_what_needs_a_token_asks_for_one(document):
    for address, path in document["paths"].items():
        is_open = address in OPEN
        for operation in path.values():
            wrong = "open, but not listed in OPEN, above" if not is_open else "listed in OPEN, but asks for a token"
            assert (operation["security"] == []) == is_open, f"{address} is {wrong}"


def test_headers_that_clients_need_are_told(document):
    def told(method: str, path: str, status: str) -> set[str]:
        return set(document["paths"][path][method]["responses"][status]["headers"]) - set(EVERYWHERE)

    assert told("post", "/v1/media", "202") == told("post", "/v1/posts", "201") == {"Location"}
    assert told("get", "/v1/posts/{post_id}/comments", "200") == {"Link", "ETag"}
    assert told("get", "/v1/feed", "200") == {"Link", "ETag", "Feed-Source", "Feed-Generated-At"}
    assert told("get", "/v1/me", "429") == told("get", "/v1/me", "503") == {"Retry-After"}
    assert told("get", "/v1/me", "200") == {"ETag"}
    answers = [
        answer for path in document["paths"].values() for each in path.values() for answer in each["responses"].values()
    ]
    assert all(set(EVERYWHERE) <= answer["headers"].keys() for answer in answers)


def test_each_kind_of_search_result_has_a_type_that_tells_it(document):
    shapes, result = document["components"]["schemas"], document["components"]["schemas"]["SearchResult"]
    assert result["discriminator"]["propertyName"] == "type"
    assert set(result["discriminator"]["mapping"]) == {"users", "tags", "places", "posts"}
    for kind, shape in result["discriminator"]["mapping"].items():
        named = shapes[shape.rpartition("/")[2]]
        assert named["properties"]["type"]["const"] == kind
        assert "type" in named["required"]


def test_codes_of_problems_are_enumerated(document):
    shapes = document["components"]["schemas"]
    assert shapes["ProblemCode"]["enum"] == list(CATALOGUE)
    assert shapes["Problem"]["properties"]["code"]["$ref"].endswith("/ProblemCode")

"""What generated clients call the operations: `follow_user`, `list_post_comments`, `restore_post`.

A name follows from the method and the address. What would not read well by this rule names itself, by
`@extend_schema(operation_id=…)`.
"""

STANDARD = {"list", "retrieve", "create", "update", "partial_update", "destroy"}


def operation_name(*, method: str, path: str, action: str, is_list: bool) -> str:
    """The name of an operation. `action` is the view's own word for it, as `restore`."""
    segments = [segment.replace("-", "_") for segment in path.strip("/").split("/")[1:]]
    nouns = _nouns(segments)
    about_one = len(segments) > 1 and segments[-2].startswith("{")  # /posts/{id}/like
    if method == "POST" and action not in STANDARD:
        return _named(action, nouns[:-1])
    if method in {"PUT", "DELETE"} and about_one:
        return _named(f"{'un' if method == 'DELETE' else ''}{nouns[-1]}", nouns[:-1])
    if method == "POST":
        return _named("create", [*nouns[:-1], singular(nouns[-1])])
    verbs = {"GET": "list" if is_list else "get", "PUT": "set", "PATCH": "update", "DELETE": "delete"}
    return _named(verbs[method], ["my", *nouns[1:]] if nouns[0] == "me" and nouns[1:] else nouns)


def _named(verb: str, nouns: list[str]) -> str:
    return "_".join([verb, *(nouns[1:] if len(nouns) > 1 and nouns[0] == "me" else nouns)])


def _nouns(segments: list[str]) -> list[str]:
    """The words of an address; one that is followed by a parameter is about one of its kind."""
    following = [*segments[1:], ""]
    return [
        singular(word) if after.startswith("{") else word
        for word, after in zip(segments, following, strict=True)
        if not word.startswith("{")
    ]


def singular(word: str) -> str:
    """The noun of one thing: `story` of `stories`."""
    return f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")

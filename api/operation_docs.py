"""What the OpenAPI document says about an operation, from the docstrings of its view.

The first paragraph of the method's docstring is the summary, the rest the description. A method without a docstring
takes both from its class; one whose docstring is only a summary takes its class's whole docstring as description.
"""

from typing import Any

from api.operation_names import singular


def summary_and_description(view: Any, action: str) -> tuple[str, str]:
    """Both may be empty. Docstrings of base classes say nothing about a view."""
    of_class = _paragraphs(vars(type(view)).get("__doc__"))
    summary, *description = _paragraphs(getattr(view, action).__doc__) or of_class or [""]
    if not description and summary not in of_class:
        description = of_class
    return summary.removesuffix("."), "\n\n".join(description)


def _paragraphs(docstring: str | None) -> list[str]:
    """Without the line breaks within each."""
    return [" ".join(paragraph.split()) for paragraph in (docstring or "").split("\n\n") if paragraph.strip()]


def id_description(path: str, variable: str) -> str:
    """`/v1/posts/{post_id}/likes` -> "The post's id."."""
    before = path.split(f"/{{{variable}}}")[0].rpartition("/")[2]
    return f"The {singular(before)}'s id."

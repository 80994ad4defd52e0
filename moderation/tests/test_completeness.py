"""A new category, kind of subject or action is everywhere: each failure says where it is missing."""

from pathlib import Path

import pytest

from moderation.admin.cases import KEYS
from moderation.admin.contents import KINDS
from moderation.categories import Category
from moderation.defaults import REASONS
from moderation.measures import FOLLOWING, MEASURES
from moderation.models import CHANGES, Action, Case, Decision, Report, SubjectType
from moderation.previews import COUNTS, TOUCHING
from moderation.subjects import SUBJECTS

BEGUN = [action for action in Action if CHANGES[action] == action and action not in FOLLOWING]  # no inverse
DOCS = Path(__file__).parents[2] / "docs/moderation.md"


@pytest.mark.parametrize("category", Category)
def test_a_category_has_a_reason_that_is_chosen_for_it(category):
    assert category in {key for key, *_ in REASONS}, f"moderation/defaults.py:REASONS has none of the key {category}"


@pytest.mark.parametrize("kind", SubjectType)
def test_a_kind_of_subject_is_found_shown_and_counted(kind):
    assert kind in SUBJECTS, "moderation/subjects.py:SUBJECTS says how it is found, whose it is, who sees it"
    assert kind in KINDS, "moderation/admin/contents.py:KINDS says what of it moderators see"
    assert kind in COUNTS, "moderation/previews.py:COUNTS says what goes with it"
    own = [action for one, action in MEASURES if one == kind and action in TOUCHING]
    assert own, "moderation/measures.py:MEASURES lists nothing that can be done about it"


@pytest.mark.parametrize("action", BEGUN)
def test_an_action_can_be_chosen(action):
    assert any(one == action for _, one in MEASURES), "moderation/measures.py:MEASURES says what it does"
    assert action in KEYS, "moderation/admin/cases.py:KEYS says by which key of the queue"
    assert f"| `{action}` |" in DOCS.read_text(), "docs/moderation.md has a row for each"
    assert f"`{KEYS[action]}`" in DOCS.read_text(), "docs/moderation.md lists the keys of the queue"


def test_no_two_actions_have_one_key():
    assert len(set(KEYS.values())) == len(KEYS)


def test_what_an_action_changes_is_counted_before():
    nothing = MEASURES[SubjectType.POST, Action.WARN]  # the decision is all there is
    does_something = {action for (_, action), measure in MEASURES.items() if measure is not nothing}
    inverses = {Action.ALLOW_IMAGE}  # nothing appears again: files are only taken from now on
    assert does_something - inverses == set(TOUCHING), "moderation/previews.py:TOUCHING names what changes something"


@pytest.mark.parametrize(
    ("model", "column", "values"),
    [
        (Report, "category", Category.values),
        (Case, "subject_type", SubjectType.values),
        (Decision, "action", Action.values),
    ],
)
def test_its_name_fits_its_column(model, column, values):
    assert max(map(len, values)) <= model._meta.get_field(column).max_length

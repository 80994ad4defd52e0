"""A browser gets a page from every address: what the browsable API cannot draw must not become a 500."""

import pytest
from django.test import Client

from tests.test_visibility import World
from tests.visibility_matrix import MATRIX

pytestmark = pytest.mark.django_db
PATHS = sorted({row.path for row in MATRIX.values()})


@pytest.fixture
def world() -> World:
    return World(private=False)


def test_every_address_is_drawn_for_a_browser(world: World) -> None:
    browser = Client(headers={"Accept": "text/html"}, raise_request_exception=False)
    browser.force_login(world.owner)
    broken = [path for path in PATHS if browser.get(path.format(**world.names)).status_code == 500]
    assert broken == []

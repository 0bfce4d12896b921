from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving.clients import TestClient, local_client
from tests.serving.town import Town, settings_of, town
from tests.serving.where import Where


@pytest.fixture(params=["embedded", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Where]:
    """A workspace on each kind of store in turn."""
    shared = request.param == "postgresql"
    address = str(request.getfixturevalue("postgres_address")) if shared else ""
    with Where.of(tmp_path, address.replace("+psycopg", "")) as one:
        yield one


@pytest.fixture(scope="session", name="the_town")
def a_town() -> Town:
    """The town of the service's tests; only read."""
    return town()


@pytest.fixture(scope="module", name="http")
def a_client(the_town: Town) -> Iterator[TestClient]:
    """A client of the whole service in this process: guard, BentoML, application."""
    from tests.serving.services import app_of

    with local_client(app_of(settings_of(the_town))) as client:
        yield client

from __future__ import annotations

from pathlib import Path

import pytest

from features.synthetic import City, generate


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city of 2,000 businesses."""
    return generate(tmp_path_factory.mktemp("small"), 2_000, seed=5)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city of 30,000 businesses, large enough for rates."""
    folder: Path = tmp_path_factory.mktemp("city")
    return generate(folder, 30_000, seed=1)

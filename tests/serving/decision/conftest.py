from __future__ import annotations

import pytest

from serving.bundle.folder import Bundle
from tests.serving import bundles


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return bundles.loaded(tmp_path_factory.mktemp("bundle"))

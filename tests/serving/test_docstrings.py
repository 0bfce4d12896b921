"""Every example in a docstring of the decision core does what it says."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import serving

# `serving.instance` is a process, not a library: importing it sets the service up. The
# driver runs where Spark is, in an environment of its own.
MODULES = sorted(
    one.name
    for one in pkgutil.walk_packages(serving.__path__, "serving.")
    if one.name not in ("serving.instance", "serving.batch.spark_driver")
)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # BentoML's own imports
@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert result.failed == 0

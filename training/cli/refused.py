"""Refusals of the decision core, told on the command line as the caller's input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from features.errors import YourInput
from serving.language import Language, say
from serving.problems import Refused


@contextmanager
def refusals_told(language: Language) -> Iterator[None]:
    """Turn a refusal within into an error of the caller's, in one language."""
    try:
        yield
    except Refused as refused:
        problem = refused.problem
        faults = [f"{one.where}: {one.expected}" for one in problem.faults]
        told = [say(problem.detail, language), *faults, say(problem.next_step, language)]
        raise YourInput("\n".join(told)) from None

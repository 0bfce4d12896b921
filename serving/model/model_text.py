"""The text LightGBM writes for a model, cut into its header and its trees.

Only the outer form is read here: which lines there are, and which key each
carries. Nothing is trusted: a key that is missing, doubled or unknown refuses
the text, because a form this reader does not know may score differently.
The form is that of LightGBM 4 (``version=v4``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from serving.errors import ModelRefused, refusal

# ASCII digits only, and few enough that no number can exhaust memory.
WHOLE = re.compile(r"-?[0-9]{1,10}", re.ASCII)
REAL = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?", re.ASCII)
LONGEST_NUMBER = 64

HEADER_KEYS = frozenset(
    {
        *("version", "num_class", "num_tree_per_iteration", "label_index", "max_feature_idx"),
        *("feature_names", "feature_infos", "tree_sizes"),
    }
)
OPTIONAL_HEADER_KEYS = frozenset({"objective", "monotone_constraints"})
TREE_KEYS = frozenset(
    {
        *("num_leaves", "num_cat", "split_feature", "split_gain", "threshold", "decision_type"),
        *("left_child", "right_child", "leaf_value", "leaf_weight", "leaf_count"),
        *("internal_value", "internal_weight", "internal_count", "is_linear", "shrinkage"),
    }
)
CATEGORY_KEYS = frozenset({"cat_boundaries", "cat_threshold"})
LINEAR_KEYS = frozenset({"leaf_const", "num_features", "leaf_features", "leaf_coeff"})


@dataclass(frozen=True)
class ModelText:
    """A model's header and trees as text, each key known and present once."""

    header: Mapping[str, str]
    trees: tuple[Mapping[str, str], ...]


def refused(what: str, where: str, expected: str, got: str, next_step: str) -> ModelRefused:
    """A refusal that carries one fault; raise what it returns."""
    return refusal(ModelRefused, what, where, expected, got, next_step)


def malformed(where: str, expected: str, got: str) -> ModelRefused:
    """The refusal of text LightGBM would not have written."""
    return refused(
        "malformed model text", where, expected, got, "take the file again from where it was saved"
    )


def split_text(text: str) -> ModelText:
    """Cut a model text into header and trees.

    Raises
    ------
    ModelRefused
        The text is not of the known form; the message names the place.
    """
    if not isinstance(text, str):
        raise malformed("the model", "text", type(text).__name__)
    head, blank_line, rest = text.partition("\n\n")
    if not blank_line:
        raise malformed("the model", "a header ended by a blank line", f"{len(text)} characters")
    header = _header(head)
    sizes = whole_numbers(header["tree_sizes"], "tree_sizes", lowest=1)
    if not sizes:
        raise malformed("the model", "at least one tree", "none")
    trees = []
    start = 0
    for number, size in enumerate(sizes):
        trees.append(_tree(rest[start : start + size], number, size))
        start += size
    if not rest.startswith("end of trees\n", start):
        raise malformed(f"the text after tree {len(sizes) - 1}", "'end of trees'", "something else")
    return ModelText(header, tuple(trees))


def whole_numbers(text: str, where: str, lowest: int, highest: int = 2**31 - 1) -> list[int]:
    """The whole numbers of a space-separated list, each within bounds."""
    words = text.split(" ") if text else []
    for position, word in enumerate(words):
        if not WHOLE.fullmatch(word) or not lowest <= int(word) <= highest:
            raise malformed(
                f"{where}, entry {position}", f"a whole number {lowest} to {highest}", "another"
            )
    return [int(word) for word in words]


def real_numbers(text: str, where: str, infinite: bool = False) -> list[float]:
    """The decimal numbers of a space-separated list, correctly rounded.

    They are finite; with `infinite`, the word ``inf`` stands for infinity: the
    threshold of a node that parts the missing from all others.
    """
    words = text.split(" ") if text else []
    numbers = []
    for position, word in enumerate(words):
        known = len(word) <= LONGEST_NUMBER and REAL.fullmatch(word)
        number = float(word) if known else math.nan
        if infinite and word == "inf":
            number = math.inf
        elif not math.isfinite(number):
            raise malformed(f"{where}, entry {position}", "a finite decimal number", "another")
        numbers.append(number)
    return numbers


def _header(text: str) -> dict[str, str]:
    lines = text.split("\n")
    if lines[0] != "tree":
        raise malformed("the first line", "'tree'", "something else")
    if "average_output" in lines:
        raise refused(
            "averaged model",
            "the header",
            "a sum of trees",
            "average_output (a random forest)",
            "train with boosting=gbdt",
        )
    header = _keyed(lines[1:], "the header")
    _check_keys(header, HEADER_KEYS, OPTIONAL_HEADER_KEYS, "the header")
    return header


def _tree(text: str, number: int, size: int) -> dict[str, str]:
    where = f"tree {number}"
    title = f"Tree={number}\n"
    if len(text) != size or not text.startswith(title) or not text.endswith("\n\n\n"):
        raise malformed(where, f"{size} characters from '{title.strip()}' to a blank line", "other")
    keys = _keyed(text[len(title) : -3].split("\n"), where)
    if LINEAR_KEYS & set(keys) or keys.get("is_linear", "0") != "0":
        raise refused(
            "linear tree", where, "one constant a leaf", "is_linear", "train with linear_tree=false"
        )
    optional = CATEGORY_KEYS if keys.get("num_cat") != "0" else frozenset()
    _check_keys(keys, TREE_KEYS | optional, frozenset(), where)
    return keys


def _keyed(lines: list[str], where: str) -> dict[str, str]:
    keys: dict[str, str] = {}
    for line in lines:
        key, equals, value = line.partition("=")
        if not equals or key in keys:
            raise malformed(where, "key=value lines, each key once", "another line")
        keys[key] = value
    return keys


def _check_keys(
    keys: Mapping[str, str], needed: frozenset[str], optional: frozenset[str], where: str
) -> None:
    missing = sorted(needed - keys.keys())
    if missing:
        raise malformed(where, f"the keys {', '.join(missing)}", "none of them")
    unknown = len(keys.keys() - needed - optional)
    if unknown:
        raise refused(
            "unknown form of model",
            where,
            "the keys of LightGBM 4",
            f"{unknown} unknown keys",
            "save the model with the LightGBM version this program is tested with",
        )

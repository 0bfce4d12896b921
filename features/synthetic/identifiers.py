"""Identifiers that check, made for many businesses at once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from features.identity import (
    ORGANISATION_ALPHABET,
    ORGANISATION_WEIGHTS,
    USCC_ALPHABET,
    USCC_WEIGHTS,
)
from features.synthetic.span import Bools, Longs

Bytes = NDArray[np.uint8]

_USCC = np.frombuffer(USCC_ALPHABET.encode(), np.uint8)
_BASE = len(USCC_ALPHABET)
_BODIES = _BASE**6
# Odd multipliers without a factor in common with the ranges: neighbours look unrelated.
_SPREAD_NEW, _SPREAD_OLD = 612_345_679, 61_803_399


def _values(alphabet: str) -> NDArray[np.int64]:
    table = np.zeros(256, np.int64)
    table[np.frombuffer(alphabet.encode(), np.uint8)] = np.arange(len(alphabet))
    return table


_USCC_VALUE = _values(USCC_ALPHABET)
_ORGANISATION_VALUE = _values(ORGANISATION_ALPHABET)
_ORGANISATION_CHECK = np.frombuffer(b"0123456789X0", np.uint8)  # of 11 − Σ mod 11, 1 … 11


def texts(characters: Bytes) -> pa.StringArray:
    """Strings of one length from their characters ``(n, length)``."""
    n, length = characters.shape
    offsets = np.arange(n + 1, dtype=np.int32) * length
    data = np.ascontiguousarray(characters)
    return pa.StringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(data))


def credit_codes(kind: Bytes, division: Longs, number: Longs, reformed: Bools) -> Bytes:
    """Unified social credit codes ``(n, 18)`` that pass both checks.

    Parameters
    ----------
    kind
        ``(n,)`` second character: ``1`` enterprise, ``2`` sole trader, ``3`` co-operative.
    division
        Six-digit division of the registering authority.
    number
        Number of the business in its city; different numbers give different codes.
    reformed
        Whether the code was issued after the reform of 2015 (its body begins ``MA``).
    """
    code = np.empty((len(number), 18), np.uint8)
    code[:, 0] = ord("9")
    code[:, 1] = kind
    code[:, 2:8] = _decimal(division, 6)
    new = code[:, 8:16].copy()
    new[:, :2] = np.frombuffer(b"MA", np.uint8)
    rest = (number + 1) * _SPREAD_NEW % _BODIES
    for place in range(7, 1, -1):
        new[:, place] = _USCC[rest % _BASE]
        rest = rest // _BASE
    old = _decimal((number + 1) * _SPREAD_OLD % 100_000_000, 8)
    code[:, 8:16] = np.where(reformed[:, None], new, old)
    total = _ORGANISATION_VALUE[code[:, 8:16]] @ np.array(ORGANISATION_WEIGHTS)
    code[:, 16] = _ORGANISATION_CHECK[11 - total % 11]
    total = _USCC_VALUE[code[:, :17]] @ np.array(USCC_WEIGHTS)
    code[:, 17] = _USCC[(31 - total % 31) % 31]
    return code


def registration_numbers(division: Longs, number: Longs) -> Bytes:
    """Registration numbers ``(n, 15)`` of the time before the unified code."""
    digits = np.empty((len(number), 15), np.uint8)
    digits[:, :6] = _decimal(division, 6)
    digits[:, 6:14] = _decimal(number % 100_000_000, 8)
    p = np.full(len(number), 10)
    for place in range(14):
        s = (digits[:, place] - ord("0") + p) % 10
        p = np.where(s == 0, 10, s) * 2 % 11
    digits[:, 14] = (11 - p) % 10 + ord("0")
    return digits


def tokens(group: Longs, salt: int) -> Bytes:
    """Opaque tokens ``(n, 16)``, equal exactly for equal groups."""
    mixed = (group.astype(np.uint64) + np.uint64(salt)) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    nibbles = (mixed[:, None] >> (np.arange(16, dtype=np.uint64) * np.uint64(4))) & np.uint64(15)
    return np.frombuffer(b"0123456789abcdef", np.uint8)[nibbles.astype(np.int64)]


def _decimal(value: Longs, width: int) -> Bytes:
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    digits: Bytes = (value[:, None] // powers % 10 + ord("0")).astype(np.uint8)
    return digits

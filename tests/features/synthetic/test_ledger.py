from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from features.synthetic.delivery import Coded
from features.synthetic.ledger import Batch, Ledger
from features.synthetic.span import NONE, Span, day

SPAN = Span.between(date(2024, 1, 1), date(2024, 12, 31))


def ledger(known: int = day(2024, 2)) -> Ledger:
    return Ledger(
        "things",
        SPAN,
        {
            "no": pa.array(["一", "二"]),
            "stage": Coded(np.array([0, 0]), ("受理", "终结")),
            "ended_on": np.array([NONE, NONE], np.int32),
            "updated_at": np.full(2, known, np.int32),
        },
    )


def column(batch: Batch, name: str) -> list[object]:
    field = batch.records[name]
    if isinstance(field, Coded):
        return [field.words[p] for p in field.position]
    return list(field.to_pylist() if isinstance(field, pa.Array) else field.tolist())


def test_an_amendment_is_a_version_that_repeats_the_rest() -> None:
    book = ledger()
    book.amend(np.array([1]), np.array([day(2024, 3)]), stage=1, ended_on=day(2024, 2, 28))
    batch = book.batch()
    assert column(batch, "no") == ["一", "二", "二"]
    assert column(batch, "stage") == ["受理", "受理", "终结"]
    assert column(batch, "ended_on") == [NONE, NONE, day(2024, 2, 28)]
    assert column(batch, "updated_at") == [day(2024, 2), day(2024, 2), day(2024, 3)]


def test_a_version_is_never_known_before_the_one_it_replaces() -> None:
    book = ledger()
    book.amend(np.array([0]), np.array([day(2024, 1, 5)]), stage=1)
    assert column(book.batch(), "updated_at")[-1] == day(2024, 2) + 1


def test_later_amendments_keep_what_earlier_ones_changed() -> None:
    book = ledger()
    book.amend(np.array([0]), np.array([day(2024, 3)]), ended_on=day(2024, 2, 28))
    book.amend(np.array([0]), np.array([day(2024, 4)]), stage=1)
    batch = book.batch()
    assert column(batch, "ended_on")[-1] == day(2024, 2, 28)
    assert column(batch, "stage") == ["受理", "受理", "受理", "终结"]


def test_nothing_is_known_before_the_exchange_opened() -> None:
    assert column(ledger(known=day(2019)).batch(), "updated_at") == [SPAN.first] * 2


def test_recent_updates_come_in_the_second_batch_and_new_records_in_the_first() -> None:
    book = ledger(known=day(2024, 12, 20))
    book.amend(np.array([0]), np.array([day(2024, 12, 22)]), stage=1)
    assert book.batch().second.tolist() == [False, False, True]

"""Values as people read them, in both languages.

>>> value_text("yuan", 1234567.0, Phrase("元", "yuan")).zh
'1,234,567元'
>>> value_text("share", 0.125, Phrase("元", "yuan")).en
'12.5%'
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from features.contracts import Phrase
from serving.decision.points import MINUS
from serving.manifest import FeatureSpec, Span

UNITS = frozenset(
    {"count", "yuan", "days", "share", "points", "code", "degrees", "years", "percent", "date"}
)
MISSING = Phrase("缺失", "missing")
_EPOCH = date(1970, 1, 1).toordinal()
_YEAR = 365.25  # days
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_FIELDS = {
    "sector": Phrase("同行业", "the same sector"),
    "district": Phrase("同区", "the same district"),
    "form": Phrase("同类型主体", "the same legal form"),
}


def feature_text(spec: FeatureSpec, value: float | None, currency: Phrase) -> Phrase:
    """A feature's value as text: formatted by its unit, signed when peer-relative."""
    if value is None:
        return MISSING
    if spec.labels:
        known = value.is_integer() and 0 <= value < len(spec.labels)
        label = spec.labels[int(value)] if known else f"{value:g}"
        return Phrase(label, label)
    return value_text(spec.unit, value, currency, relative=bool(spec.peers))


def spoken(spec: FeatureSpec, value: float, currency: Phrase) -> Phrase:
    """A value inside a sentence: two years and more are told in years, not in days."""
    if spec.unit == "days" and not spec.peers and value >= 2 * _YEAR:
        years = int(value / _YEAR)
        return Phrase(f"{years}年多", f"over {years} years")
    return feature_text(spec, value, currency)


@lru_cache(maxsize=16_384)  # most values are small counts, in every explanation
def value_text(unit: str, value: float, currency: Phrase, *, relative: bool = False) -> Phrase:
    """A number with its unit; a relative one (a mean is in it) has its sign."""
    if unit == "date":
        return day_text(int(value))
    if unit == "share":
        number = _number(100.0 * value, 1, relative)
        return Phrase(f"{number}%", f"{number}%")
    if unit == "yuan":
        number = _number(value, 0 if relative or value.is_integer() else 2, relative)
        return Phrase(f"{number}{currency.zh}", f"{number} {currency.en}")
    number = _number(value, 0 if value.is_integer() else 1 + relative, relative)
    if unit in ("percent", "degrees"):
        sign = "%" if unit == "percent" else "°"
        return Phrase(number + sign, number + sign)
    if unit in _SUFFIXES:
        zh, one, many = _SUFFIXES[unit]
        return Phrase(f"{number}{zh}", f"{number} {one if abs(value) == 1 else many}")
    return Phrase(number, number)


def day_text(day: int) -> Phrase:
    """A day (days since 1970-01-01) as a date.

    >>> day_text(19874)
    Phrase(zh='2024年5月31日', en='31 May 2024')
    """
    on = date.fromordinal(_EPOCH + day)
    return Phrase(
        f"{on.year}年{on.month}月{on.day}日", f"{on.day} {_MONTHS[on.month - 1]} {on.year}"
    )


def is_day(value: float) -> bool:
    """Whether a number of days since 1970-01-01 is a day of the years 1 to 9999.

    >>> is_day(19874.0), is_day(1e9)
    (True, False)
    """
    return 1 <= _EPOCH + value < date.max.toordinal() + 1


def day_of(iso: str) -> int:
    """The day (days since 1970-01-01) that ``YYYY-MM-DD`` names.

    >>> day_of("2024-05-31")
    19874
    """
    return date.fromisoformat(iso).toordinal() - _EPOCH


def iso_day(day: int) -> str:
    """A day (days since 1970-01-01) as ``YYYY-MM-DD``."""
    return date.fromordinal(_EPOCH + day).isoformat()


def span_text(span: Span | None) -> Phrase:
    """A feature's window in words; all time when there is none.

    >>> span_text(Span("months", 36)), span_text(Span("days", 90)).zh
    (Phrase(zh='近3年', en='last 3 years'), '近90天')
    """
    if span is None:
        return Phrase("全部期间", "all time")
    n, zh, en = span.n, "个月", "month"
    if span.unit == "days":
        zh, en = "天", "day"
    elif n % 12 == 0:
        n, zh, en = n // 12, "年", "year"
    return Phrase(f"近{n}{zh}", f"last {en}" if n == 1 else f"last {n} {en}s")


def comparison(spec: FeatureSpec, typical: float | None, currency: Phrase) -> Phrase | None:
    """What a feature's value is to be compared with.

    A peer-relative value is a difference from its peers' mean; any other stands
    beside the median of the reference set, when there is one.
    """
    if spec.peers:
        named = [_FIELDS.get(peer, Phrase(peer, f"the same {peer}")) for peer in spec.peers]
        return Phrase(
            f"与{'、'.join(name.zh for name in named)}主体的平均水平相比",
            f"against the average of {' and '.join(name.en for name in named)}",
        )
    if typical is None or spec.labels or spec.categorical:
        return None
    text = value_text(spec.unit, typical, currency)
    return Phrase(f"可比主体的中位数为{text.zh}", f"median of comparable businesses: {text.en}")


_SUFFIXES = {"days": ("天", "day", "days"), "years": ("年", "year", "years")}


def _number(value: float, decimals: int, relative: bool) -> str:
    text = f"{abs(value):,.{decimals}f}"
    if not text.strip("0.,"):
        return text  # zero has no sign, also when it became zero by rounding
    if value < 0:
        return MINUS + text
    return f"+{text}" if relative else text

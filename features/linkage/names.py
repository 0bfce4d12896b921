"""Chinese business names taken apart: place, core, legal form, branch.

An enterprise's name is made of administrative division, shop name, trade and legal
form (企业名称登记管理规定 第六条); a branch adds its own name behind that of its
enterprise. Departments write the division before or in brackets or leave it out,
shorten 有限责任公司, use traditional or full-width characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

_FORMS = {
    "股份有限责任公司": "股份有限公司",
    "股份有限公司": "股份有限公司",
    "有限责任公司": "有限公司",
    "有限公司": "有限公司",
    "股份公司": "股份有限公司",
    "集团公司": "集团公司",
    "总公司": "总公司",
    "公司": "公司",
    "专业合作社": "合作社",
    "合作社": "合作社",
    "合伙企业": "合伙企业",
}
# The first form ends the name of the enterprise; what stands before is never empty.
_FORM = re.compile(f"(?<=.)({'|'.join(_FORMS)})")
_NO_DIVISION = r"[^\s\S]"
_REMARK = re.compile(r"\([^()]*\)$")
_BLANK = re.compile(r"[^\S\n]+")
_BETWEEN = re.compile(r"[^0-9A-Z\u3400-\u9fff\U00020000-\U0003134f]")
_BETWEEN_SQL = r"[^0-9A-Z\x{3400}-\x{9fff}\x{20000}-\x{3134f}]"
_DIVISION = ("区", "县", "市")


@dataclass(frozen=True)
class NameParts:
    """A name in one spelling, whole and in parts; a part that is absent is empty.

    Parameters
    ----------
    full
        The whole name without blanks, punctuation and a remark in brackets behind its
        legal form; the city and the form in one word each.
    core
        Shop name and trade, and the branch: without the city's divisions and the
        legal form.
    place
        The division of the city it names.
    form
        Legal form, one word for each.
    branch
        What stands behind the legal form.
    """

    full: str
    core: str
    place: str
    form: str
    branch: str

    @property
    def bigrams(self) -> list[str]:
        """The distinct pairs of neighbouring characters of the core, sorted."""
        core = self.core
        return sorted({core[i : i + 2] for i in range(max(1, len(core) - 1))})


class NameReader:
    """Takes names apart as they are written in one city.

    Parameters
    ----------
    city, districts
        Chinese names of the city and its divisions, such as 宁波市 and 海曙区.

    >>> reader = NameReader("宁波市", ("海曙区", "余姚市"))
    >>> [one] = reader.read(["晨禾（宁波）貿易有限責任公司　第一分公司"])
    >>> one.core, one.form, one.branch
    ('晨禾贸易第一分公司', '有限公司', '第一分公司')
    >>> [shop] = reader.read(["宁波市海曙区晨禾小吃店"])
    >>> shop.core, shop.place, shop.form
    ('晨禾小吃店', '海曙', '')
    """

    def __init__(self, city: str, districts: Sequence[str]) -> None:
        short = city.removesuffix("市")
        named = {district[:-1]: district for district in districts if district[-1:] in _DIVISION}
        divisions = "|".join(sorted(map(re.escape, named), key=len, reverse=True)) or _NO_DIVISION
        endings = "".join(_DIVISION)
        self._head = re.compile(f"^(?:{re.escape(short)}市?)?(?:({divisions})[{endings}])?")
        bracketed = rf"\((?:{re.escape(short)}市?)?(?:({divisions})[{endings}]?)?\)"
        self._bracketed = re.compile(bracketed)
        self._city = re.compile(f"^{re.escape(short)}市")
        self.city = short

    def read(self, names: Sequence[str]) -> list[NameParts]:
        """The parts of each name, in order."""
        return [self._parts(name) for name in self.plain(names)]

    def plain(self, names: Sequence[str]) -> list[str]:
        """Each name in simplified, half-width characters and capitals, without blanks."""
        normal = unicodedata.normalize("NFKC", "\n".join(n.replace("\n", " ") for n in names))
        simplified = self._converter.convert(normal)  # type: ignore[attr-defined]
        return _BLANK.sub("", simplified.upper()).split("\n") if names else []

    def parts_sql(self, table: str) -> str:
        """`NameParts.full` and ``core`` of the ``plain`` names of a table, beside each ``name``."""
        city, form = self._city.pattern, f"(?:{'|'.join(_FORMS)})"
        return f"""
            SELECT name, whole AS "full", CASE WHEN core = '' THEN whole ELSE core END AS core
            FROM (SELECT name,
                {_bare_sql(f"{_before('w', 'wf')} || {_form_sql('wf')} || {_behind('w', 'wf')}")}
                AS whole,
                {_bare_sql(f"{_before('c', 'cf')} || {_behind('c', 'cf')}")} AS core
            FROM (SELECT name, w, c, regexp_extract(substr(w, 2), '{form}') AS wf,
                regexp_extract(substr(c, 2), '{form}') AS cf
            FROM (SELECT name, w, CASE WHEN headless = '' THEN c ELSE headless END AS c
            FROM (SELECT *, regexp_replace(c, '{self._head.pattern}', '') AS headless
            FROM (SELECT name, regexp_replace(plain, '{city}', '{self.city}') AS w,
                regexp_replace(plain, '{self._bracketed.pattern}', '', 'g') AS c FROM {table})))))
        """

    @cached_property
    def _converter(self) -> object:
        from opencc import OpenCC  # loads its dictionaries: only when names are linked

        return OpenCC("t2s")

    def _parts(self, name: str) -> NameParts:
        full = self._whole(name)
        place = ""
        rest = self._bracketed.sub("", name)
        if found := self._bracketed.search(name):
            place = found[1] or ""
        head = self._head.match(rest)
        if head is not None and head.end() < len(rest):
            place, rest = head[1] or place, rest[head.end() :]
        form = branch = ""
        if ending := _FORM.search(rest):
            form, branch = _FORMS[ending[1]], rest[ending.end() :]
            rest = rest[: ending.start()]
        core = _BETWEEN.sub("", rest)
        branch = _BETWEEN.sub("", _REMARK.sub("", branch))
        core += branch
        return NameParts(full, core or full, place, form, branch)

    def _whole(self, name: str) -> str:
        name = self._city.sub(self.city, name)
        if ending := _FORM.search(name):
            behind = _REMARK.sub("", name[ending.end() :])
            name = name[: ending.start()] + _FORMS[ending[1]] + behind
        return _BETWEEN.sub("", name)


def _before(text: str, form: str) -> str:
    """What stands before the first legal form, found behind the first character; else all."""
    return f"CASE WHEN {form} = '' THEN {text} ELSE left({text}, {_found(text, form)}) END"


def _behind(text: str, form: str) -> str:
    """What stands behind it, without a remark in brackets."""
    rest = f"substr({text}, {_found(text, form)} + 1 + length({form}))"
    return f"CASE WHEN {form} = '' THEN '' ELSE regexp_replace({rest}, '{_REMARK.pattern}', '') END"


def _found(text: str, form: str) -> str:
    return f"instr(substr({text}, 2), {form})"


def _form_sql(form: str) -> str:
    other = " ".join(f"WHEN '{a}' THEN '{b}'" for a, b in _FORMS.items() if a != b)
    return f"CASE {form} {other} ELSE {form} END"


def _bare_sql(text: str) -> str:
    return f"regexp_replace({text}, '{_BETWEEN_SQL}', '', 'g')"

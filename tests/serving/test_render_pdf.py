from __future__ import annotations

import re
from dataclasses import replace

import pytest

from serving.bundle.folder import Bundle
from serving.decision.decide import Decision
from serving.language import LANGUAGES, Language
from serving.render import VIEWS, View, text
from serving.render.pdf import pdf
from serving.render.typesetting import MARKS, said
from tests.serving import bundles
from tests.serving.decision.cases import TROUBLED, decided

EVERYTHING = [(view, language) for view in VIEWS for language in LANGUAGES]
_TOKEN = re.compile(rb"/(F\d+) [\d.]+ Tf|\(((?:[^\\()]|\\.)*)\) Tj", re.DOTALL)
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return bundles.loaded(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def decision(bundle: Bundle) -> Decision:
    return decided(bundle, TROUBLED | {"abnormal_current_count": 1.0, "key_sector_current": 1.0})


def read(file: bytes) -> str:
    """The text a PDF of ours shows, without blanks, each string by its font's encoding."""
    fonts = {
        name[1].decode(): base[1].decode()
        for one in file.split(b"endobj")
        if (name := re.search(rb"/Name /(F\d+)", one))
        and (base := re.search(rb"/BaseFont /([\w-]+)", one))
    }
    shown, font = [], ""
    for name, string in _TOKEN.findall(file):
        if name:
            font = fonts[name.decode()]
            continue
        shown.append(_decoded(_unescaped(string), font))
    return "".join("".join(shown).split())


def _unescaped(string: bytes) -> bytes:
    def one(found: re.Match[bytes]) -> bytes:
        escape = found[1]
        return bytes([int(escape, 8)]) if escape.isdigit() else _ESCAPES.get(escape, escape)

    return re.sub(rb"\\([0-7]{1,3}|.)", one, string, flags=re.DOTALL)


def _decoded(data: bytes, font: str) -> str:
    if font == "Symbol":
        return data.decode("ascii").replace("-", "−")
    return data.decode("utf-16-be" if font == "STSong-Light" else "cp1252")


def without_blanks(shown: str) -> str:
    return "".join(shown.split())


@pytest.mark.parametrize(("view", "language"), EVERYTHING)
def test_equal_decisions_give_equal_bytes(bundle: Bundle, view: View, language: Language) -> None:
    one, other = decided(bundle, TROUBLED), decided(bundle, TROUBLED)
    assert pdf(one, view, language) == pdf(other, view, language)


@pytest.mark.parametrize(("view", "language"), EVERYTHING)
def test_a_pdf_says_every_line_of_the_text(
    decision: Decision, view: View, language: Language
) -> None:
    shown = read(pdf(decision, view, language))
    for line in text(decision, view, language).splitlines():
        # Where a table puts points in a column of their own, no colon stands before them.
        said = re.sub(r"[：:]\s*([−+]?\d+\.\d)$", r"\1", line)
        assert without_blanks(said) in shown or without_blanks(line) in shown, line


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", ["regulator", "subject", "auditor"])
def test_every_reason_stands_there_with_its_signed_points(
    decision: Decision, view: View, language: Language
) -> None:
    shown = read(pdf(decision, view, language))
    assert decision.reasons
    for one in decision.reasons:
        opening = MARKS[language].opening.strip()
        assert f"{without_blanks(said(one.text, language))}{opening}{one.points}" in shown


def test_every_contribution_stands_there_with_its_points(decision: Decision) -> None:
    shown = read(pdf(decision, "regulator", "zh"))
    for one in decision.explanation.contributions:
        if one.points != "0.0":
            row = f"{one.meaning.zh}[{one.value_text.zh}]{one.points}"
            assert without_blanks(row) in shown


def test_the_subjects_pdf_shows_no_tier_where_the_policy_hides_it(decision: Decision) -> None:
    for language in LANGUAGES:
        file = pdf(decision, "subject", language)
        shown = read(file)
        assert decision.score not in shown
        assert not re.search(r"[ABCD]类|[Tt]ier|类别", shown)
        assert b"tier" not in file.lower()
    open_ = replace(decision, told=replace(decision.told, subject_sees_tier=True))
    assert f"类别：{decision.tier}" in read(pdf(open_, "subject", "zh"))


def test_every_page_says_which_of_how_many_it_is(decision: Decision) -> None:
    file = pdf(decision, "auditor", "en")
    pages = len(re.findall(rb"/Type /Page\b", file))
    assert pages > 1
    for page in range(1, pages + 1):
        assert f"({page} / {pages}) Tj".encode() in file


def test_a_character_without_a_glyph_is_named_and_markup_is_text(decision: Decision) -> None:
    name = "𠅤<b>&记"
    named = replace(decision, business=replace(decision.business, name=name))
    for language in LANGUAGES:
        assert f"[U+{ord('𠅤'):X}]<b>&记" in read(pdf(named, "regulator", language))


def test_a_long_name_stays_inside_the_page(decision: Decision) -> None:
    name = "宁波市海曙区某某" * 20 + "X" * 200
    named = replace(decision, business=replace(decision.business, name=name))
    file = pdf(named, "subject", "en")
    longest = max(len(_unescaped(string)) for font, string in _TOKEN.findall(file) if not font)
    assert longest <= 2 * 60
    assert name in read(file)

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from features.contracts import Phrase
from serving import canonical
from serving.bundle.folder import Bundle
from serving.decision.decide import Decision, NotUsed
from serving.decision.points import read
from serving.language import LANGUAGES, Language
from serving.render import VIEWS, View, html, seen, text
from serving.render.typesetting import said
from serving.render.words import WORDS
from tests.serving import bundles
from tests.serving.decision.cases import CLEAN, TROUBLED, decided

EVERYTHING = [(view, language) for view in VIEWS for language in LANGUAGES]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return bundles.loaded(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def decision(bundle: Bundle) -> Decision:
    """A business with reasons, rules, a flag, a missing value and a record left aside."""
    row = TROUBLED | {
        "abnormal_current_count": 1.0, "key_sector_current": 1.0, "tax_grade_latest": None,
        "honour_current_count": 1.0,
    }  # fmt: skip
    return replace(decided(bundle, row), not_used=(NotUsed("market_penalties", "9号", "repaired"),))


def seeing_tier(decision: Decision) -> Decision:
    return replace(decision, told=replace(decision.told, subject_sees_tier=True))


class Outline(HTMLParser):
    """Open tags in order, and whether every one was closed where it should be."""

    VOID = frozenset({"rect", "line", "path", "br", "meta"})

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def parts(self) -> list[str | None]:
        return [attrs["data-part"] for tag, attrs in self.tags if "data-part" in attrs]


@pytest.mark.parametrize(("view", "language"), EVERYTHING)
def test_equal_decisions_give_equal_text(bundle: Bundle, view: View, language: Language) -> None:
    one, other = decided(bundle, TROUBLED), decided(bundle, TROUBLED)
    assert text(one, view, language) == text(other, view, language)
    assert html(one, view, language) == html(other, view, language)


# The registry


def test_the_registry_sees_tier_and_flags_only(decision: Decision) -> None:
    assert json.loads(canonical.encode(seen(decision, "registry"))) == {
        "business_id": decision.business_id, "as_of": "2024-05-31", "tier": decision.tier,
        "flags": ["key_sector"],
    }  # fmt: skip
    assert text(decision, "registry", "zh") == f"类别：{decision.tier}\n标注：key_sector\n"


# The subject


def test_the_subject_is_told_nothing_that_gives_its_tier_away(decision: Decision) -> None:
    told = json.loads(canonical.encode(seen(decision, "subject")))
    assert told["tier"] is None
    assert told["measures"] is None
    hidden = {"score", "cutoffs", "model_tier", "explanation", "probability", "warnings", "flags"}
    assert hidden.isdisjoint(told)
    assert all(
        rule.keys() == {"id", "title", "reference", "record_ids", "sources"}
        for rule in told["rules"]
    )
    for language in LANGUAGES:
        for shown in (text(decision, "subject", language), html(decision, "subject", language)):
            assert decision.score not in shown
            assert not re.search(r"[ABCD]类|[Tt]ier|类别|data-tier", shown)


def test_the_subject_sees_its_tier_where_the_policy_says_so(decision: Decision) -> None:
    open_ = seeing_tier(decision)
    assert f"类别：{decision.tier}" in text(open_, "subject", "zh")
    assert decision.measures.text.en in text(open_, "subject", "en")
    assert f'data-tier="{decision.tier}"' in html(open_, "subject", "zh")


def test_the_subject_reads_reasons_records_advice_and_rights(decision: Decision) -> None:
    shown = text(decision, "subject", "zh")
    assert "近3年受到行政处罚2次" in shown
    assert "依据的记录（来源 market_penalties）：penalties:0、penalties:1" in shown
    assert "您可以：补报年度报告" in shown
    assert "没有查到相应记录，这本身就是原因" in shown
    assert "列入经营异常名录（条例第三十八条）" in shown
    assert "来源 market_penalties 9号：已完成信用修复" in shown
    assert "可提出异议" in shown


def test_the_subjects_text_is_short_and_without_jargon(decision: Decision) -> None:
    shown = text(decision, "subject", "en")
    assert len(shown.splitlines()) < 45
    for jargon in ("model", "bundle", "vector", "snapshot", "probability", "contribution"):
        assert jargon not in shown.lower()


def test_without_a_notice_the_subject_still_reads_its_rights(decision: Decision) -> None:
    plain = replace(decision, told=replace(decision.told, rights=None))
    assert WORDS["rights_default"].en in text(plain, "subject", "en")
    assert said(WORDS["rights_default"], "zh") in html(plain, "subject", "zh")


def test_a_clean_business_reads_that_nothing_counts_against_it(bundle: Bundle) -> None:
    clean = replace(decided(bundle, CLEAN), reasons=())
    assert "What counts against you\nNothing." in text(clean, "subject", "en")


# The regulator and the auditor


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_regulators_page_has_every_part(decision: Decision, language: Language) -> None:
    assert Outline(html(decision, "regulator", language)).parts() == [
        "result", "warnings", "reasons", "positives", "rules", "measures", "contributions",
        "completeness", "not-used", "provenance", "rights",
    ]  # fmt: skip


def test_reasons_stand_in_both_languages_the_readers_first(decision: Decision) -> None:
    shown = html(decision, "regulator", "en")
    first = decision.reasons[0].text
    assert shown.index(f'<span lang="en">{first.en}') < shown.index(f'class="other">{first.zh}')


def test_the_points_shown_in_the_table_add_up(decision: Decision) -> None:
    shown = html(decision, "regulator", "zh")
    table = shown[shown.index('data-part="contributions"') :].split("</table>")[0]
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
    by_feature = [row for row in rows if "<svg" in row]
    points = [read(re.findall(r'class="points">([^<]+)<', row)[0]) for row in by_feature]
    assert len(points) == len(decision.explanation.contributions)
    assert read(decision.explanation.base) + sum(points) == read(decision.score)


def test_the_score_stands_on_a_bar_with_the_cut_offs(decision: Decision) -> None:
    shown = html(decision, "regulator", "zh")
    marker = next(attrs for tag, attrs in Outline(shown).tags if attrs.get("class") == "marker")
    assert str(marker["d"]).startswith(f"M {decision.score} ")
    zones = [attrs for _, attrs in Outline(shown).tags if attrs.get("class") == "zone"]
    assert [zone["data-tier"] for zone in zones] == ["D", "C", "B", "A"]
    assert sum(float(str(zone["width"])) for zone in zones) == pytest.approx(1000)


def test_a_warning_carries_its_colour(decision: Decision) -> None:
    (warning,) = decision.warnings
    tags = Outline(html(decision, "regulator", "zh")).tags
    (row, *_) = [attrs for _, attrs in tags if attrs.get("data-outcome") == "complaint"]
    assert row["data-level"] == warning.level
    calm = replace(decision, warnings=(replace(warning, level=None),))
    assert 'data-level="none"' in html(calm, "regulator", "zh")
    assert "未达预警线" in text(calm, "regulator", "zh")


def test_a_warning_says_why_with_its_records(decision: Decision) -> None:
    (warning,) = decision.warnings
    first = warning.reasons[0]
    shown = text(decision, "regulator", "en")
    assert f"  1. {first.text.en} ({first.points} points)" in shown
    assert WORDS["warning_points"].en in shown
    page = html(decision, "regulator", "zh")
    assert f'data-outcome="complaint" data-code="{first.code}"' in page
    calm = replace(decision, warnings=(replace(warning, level=None, reasons=()),))
    assert WORDS["warning_points"].en not in text(calm, "regulator", "en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_interval_is_told_to_those_who_decide_and_to_nobody_else(
    decision: Decision, language: Language
) -> None:
    interval = decision.interval
    assert interval is not None
    ends = [f"{float(end):.2%}" for end in (interval.low, interval.high)]
    for view in VIEWS:
        shown = view in {"regulator", "auditor"}
        for told in (text(decision, view, language), html(decision, view, language)):
            assert all(end in told for end in ends) is shown
            assert (("90%区间" if language == "zh" else "90% interval") in told) is shown
        document = canonical.encode(seen(decision, view))
        assert (b'"interval"' in document) is shown
    # The other model says nothing of how surely its probability is known.
    assert decision.warnings[0].interval is None


def test_the_sector_of_the_reference_is_told(decision: Decision) -> None:
    sector = Phrase("住宿和餐饮业", "Accommodation and catering")
    told = decision.explanation
    against = replace(told.against, tier="B", n=64, sector=sector)
    own = replace(decision, explanation=replace(told, against=against))
    assert "刚进入B类的64户住宿和餐饮业经营主体" in text(own, "regulator", "zh")
    assert "64 businesses in Accommodation and catering" in text(own, "regulator", "en")


def test_the_regulator_reads_rules_measures_flags_and_hashes(decision: Decision) -> None:
    shown = text(decision, "regulator", "en")
    assert "- H04 On the abnormal list: no better than C (条例第三十八条)" in shown
    assert "Flags: Key sector" in shown
    assert f"Bundle: {decision.provenance.bundle}" in shown
    assert "9 of 10 features" in shown
    assert "Measured from 40 businesses just inside tier" in shown


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "no worse than B, flag (insufficient_history); H04 goes first: this sets no tier"),
        ("zh", "不劣于B类，加注（insufficient_history）；H04优先，本条不改变类别"),
    ],
)
def test_a_rule_that_gives_way_says_to_which(bundle: Bundle, language: Language, told: str) -> None:
    young = decided(bundle, CLEAN | {"business_age_days": 9.0, "abnormal_current_count": 1.0})
    for shown in (text, html):
        assert told in shown(young, "regulator", language)


def test_the_flag_of_no_rule_is_shown_as_it_is(decision: Decision) -> None:
    bare = replace(decision, rules=(), flags=("odd_flag",))
    assert "odd_flag" in text(bare, "regulator", "zh")
    assert "适用的规则\n没有。" in text(bare, "regulator", "zh")
    assert Outline(html(bare, "regulator", "en")).open == []


def test_an_absent_cap_and_snapshot_are_said(decision: Decision) -> None:
    uncapped = replace(decision, measures=replace(decision.measures, cap=None))
    assert "Most checks in a year: no cap" in text(uncapped, "regulator", "en")
    assert "no cap" in html(uncapped, "regulator", "en")
    named = replace(decision, provenance=replace(decision.provenance, snapshot="5" * 64))
    assert "5" * 64 in html(named, "regulator", "en")


def test_a_cut_score_shows_what_was_cut(decision: Decision) -> None:
    explanation = replace(decision.explanation, limit="−3.5")
    assert 'data-row="limit"' in html(replace(decision, explanation=explanation), "regulator", "en")


@pytest.mark.parametrize("view", VIEWS)
def test_only_the_auditor_sees_the_raw_vector(decision: Decision, view: View) -> None:
    raw = "complaint_count_12m_vs_peers = 3.5"
    assert (raw in text(decision, view, "en")) == (view == "auditor")
    assert ('data-part="vector"' in html(decision, view, "en")) == (view == "auditor")
    assert ("vector" in json.loads(canonical.encode(seen(decision, view)))) == (view == "auditor")


def test_more_records_than_are_named_are_counted(decision: Decision) -> None:
    many = replace(decision.reasons[0], record_ids=("a", "b"), record_count=80)
    shown = replace(decision, reasons=(many,))
    assert "80 in all; some are listed above" in text(shown, "regulator", "en")
    assert "共80条" in html(shown, "regulator", "zh")


# Safety of the fragment


@pytest.mark.parametrize(("view", "language"), EVERYTHING)
def test_nothing_a_record_says_becomes_markup(
    decision: Decision, view: View, language: Language
) -> None:
    nasty = '"><script>alert(1)</script>'
    reason = replace(decision.reasons[0], text=Phrase(nasty, nasty), record_ids=(nasty,))
    dressed = replace(
        decision,
        business=replace(decision.business, name=nasty),
        business_id=nasty,
        reasons=(reason,),
        flags=(nasty,),
        not_used=(NotUsed(nasty, nasty, "disputed"),),
    )
    shown = html(dressed, view, language)
    assert "<script" not in shown
    assert Outline(shown).tags[0][0] == "article"


@pytest.mark.parametrize(("view", "language"), EVERYTHING)
def test_the_fragment_holds_under_a_strict_content_security_policy(
    decision: Decision, view: View, language: Language
) -> None:
    shown = html(decision, view, language)
    assert " style=" not in shown
    assert not re.search(r"<(script|style|link|img|iframe)\b| on[a-z]+=|(src|href)=", shown)


def test_every_word_stands_in_both_languages() -> None:
    for name, phrase in WORDS.items():
        assert phrase.zh, name
        assert phrase.en, name
        slots = [sorted(re.findall(r"\{\w+\}", text)) for text in (phrase.zh, phrase.en)]
        assert slots[0] == slots[1], name

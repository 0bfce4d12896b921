"""Reason codes and what people read: one entry for each, in Chinese and English."""

from __future__ import annotations

from features.contracts import Phrase, Reason

# "Key data missing" is never one of the principal reasons; facts that are nobody's
# doing (weather, what a place is licensed for) name it, so that nobody is told them.
NOT_CITED = "R901"

_CORRECT = Phrase("完成整改并申请复查", "Correct the items and ask for a re-inspection")
_TRAIN = Phrase("按检查表自查并培训员工", "Check yourself by the sheet and train the staff")


def _reason(code: str, zh: str, en: str, advice: Phrase | None = None) -> Reason:
    return Reason(code, Phrase(zh, en), advice)


REASONS: tuple[Reason, ...] = (
    _reason("R101", "首次取得许可至今{value}", "Licence first issued {value} ago"),
    _reason("R301", "{window}检查发现严重问题{value}次",
            "Inspections with critical items, {window}: {value}", _TRAIN),
    _reason("R302", "{window}{value}的检查发现严重问题,{peer}",
            "Critical items in {value} of inspections, {window}; {peer}", _TRAIN),
    _reason("R303", "{window}较重问题{value}项,{peer}", "Serious items, {window}: {value}; {peer}",
            _TRAIN),
    _reason("R304", "{window}每次检查一般问题{value}项,{peer}",
            "Minor items an inspection, {window}: {value}; {peer}", _TRAIN),
    _reason("R305", "检查不合格{value}次", "Inspections failed: {value}", _CORRECT),
    _reason("R306", "{window}{value}的检查不合格,{peer}",
            "{value} of inspections failed, {window}; {peer}", _CORRECT),
    _reason("R307", "{window}当场整改后合格{value}次",
            "Passes after correction on the spot, {window}: {value}", _TRAIN),
    _reason("R308", "最近一次检查严重问题{value}项", "Critical items last time: {value}",
            _CORRECT),
    _reason("R309", "最近一次检查较重问题{value}项", "Serious items last time: {value}",
            _CORRECT),
    _reason("R310", "最近一次检查一般问题{value}项", "Minor items last time: {value}",
            _CORRECT),
    _reason("R311", "距最近一次例行检查{value}", "Last routine inspection {value} ago"),
    _reason("R312", "距最近一次发现严重问题{value}", "Last critical item {value} ago"),
    _reason("R313", "距最近一次检查不合格{value}", "Last failed inspection {value} ago"),
    _reason("R314", "{window}{value}的检查发现食品温度问题",
            "Food at a wrong temperature in {value} of inspections, {window}", _TRAIN),
    _reason("R315", "{window}{value}的检查发现洗手或消毒问题",
            "Hand washing or sanitising not in order in {value} of inspections, {window}", _TRAIN),
    _reason("R316", "{window}{value}的检查发现虫鼠害迹象",
            "Signs of pests in {value} of inspections, {window}", _TRAIN),
    _reason("R317", "{window}{value}的检查发现设备问题",
            "Equipment not in order in {value} of inspections, {window}", _TRAIN),
    _reason("R318", "{window}{value}的检查发现地面墙面或照明问题",
            "Floors, walls or lighting not in order in {value} of inspections, {window}", _TRAIN),
    _reason("R321", "{window}检查中严重问题比例{value},{peer}",
            "Critical items in {value} of inspections, {window}; {peer}"),
    _reason("R322", "{window}每次检查一般问题{value}项,{peer}",
            "Minor items an inspection, {window}: {value}; {peer}"),
    _reason("R401", "其他场所{window}{value}的检查发现严重问题",
            "Elsewhere: critical items in {value} of inspections, {window}", _TRAIN),
    _reason("R402", "其他场所{window}{value}的检查不合格",
            "Elsewhere: {value} of inspections failed, {window}", _CORRECT),
    _reason("R403", "其他场所{window}每次检查较重问题{value}项",
            "Elsewhere: serious items an inspection, {window}: {value}", _TRAIN),
    _reason("R404", "其他场所{window}每次检查一般问题{value}项,{peer}",
            "Elsewhere: minor items an inspection, {window}: {value}; {peer}", _TRAIN),
    _reason("R405", "其他场所{window}{value}的到访因投诉",
            "Elsewhere: {value} of visits after complaints, {window}"),
    _reason("R406", "其他场所{window}{value}的到访为复查",
            "Elsewhere: {value} of visits were re-inspections, {window}", _CORRECT),
    _reason("R421", "其他场所{window}每次检查一般问题{value}项,{peer}",
            "Elsewhere: minor items an inspection, {window}: {value}; {peer}"),
    _reason("R501", "{window}到访{value}次,{peer}", "Visits, {window}: {value}; {peer}"),
    _reason("R502", "{window}因投诉到访{value}次", "Visits after complaints, {window}: {value}"),
    _reason("R503", "{window}{value}的到访因投诉", "{value} of visits after complaints, {window}"),
    _reason("R504", "{window}投诉后复查{value}次",
            "Re-inspections after complaints, {window}: {value}", _CORRECT),
    _reason("R505", "{window}因疑似食物中毒到访{value}次",
            "Visits for suspected food poisoning, {window}: {value}"),
    _reason("R506", "距最近一次投诉到访{value}", "Last visit after a complaint {value} ago"),
    _reason("R507", "{window}例行检查后复查{value}次",
            "Re-inspections after routine inspections, {window}: {value}", _CORRECT),
    _reason("R508", "{window}{value}的到访为复查",
            "{value} of visits were re-inspections, {window}", _CORRECT),
    _reason("R509", "距最近一次例行复查{value}", "Last routine re-inspection {value} ago"),
    _reason("R510", "{window}许可复查{value}次", "Licence re-inspections, {window}: {value}",
            _CORRECT),
    _reason("R511", "{window}解除封存{value}次", "Tags removed, {window}: {value}"),
    _reason("R901", "关键数据缺失,结果参考性有限", "Key data missing; of limited use"),
    _reason("R902", "存在异议中的记录,暂按较轻结果使用",
            "Disputed record; the milder result is used"),
    _reason("R903", "依据直接判定规则:{value}", "Direct rule: {value}"),
)  # fmt: skip

"""A decision as an A4 PDF, in one language, by view: the lines of `render/lines`, laid out.

Equal decisions give equal bytes on every machine: no time of writing, no compression.
Chinese is set in STSong-Light (Adobe-GB1), which readers bring with them, so no font is
in the file and its text can be searched and copied. That font has the characters of
GBK; a rarer one is printed by its code point, as ``[U+20164]``, never left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from io import BytesIO
from itertools import groupby
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table

from serving.decision.decided import Decision
from serving.decision.points import MINUS
from serving.language import TAGS, Language
from serving.render.case_file import NOTHING_BESIDE, CaseFile
from serving.render.lines import Line, lines
from serving.render.views import View

_SONG, _LATIN, _SYMBOL = "STSong-Light", "Helvetica", "Symbol"
_SIZE, _MARGIN, _AMOUNT = 10.0, 20 * mm, 24 * mm
_PADDING = 6.0  # what ReportLab keeps free inside a page's frame
_RULE, _QUIET = HexColor("#adb5bd"), HexColor("#495057")


def pdf(
    decision: Decision, view: View, language: Language, file: CaseFile = NOTHING_BESIDE
) -> bytes:
    """What `view` may see of a decision, as a PDF with numbered pages."""
    told = tuple(lines(decision, view, language, file))
    _, pages = _laid_out(told, language, None)
    return _laid_out(told, language, pages)[0]


def _laid_out(told: tuple[Line, ...], language: Language, pages: int | None) -> tuple[bytes, int]:
    """The file and its number of pages; every page says of how many, once that is known."""
    pdfmetrics.registerFont(UnicodeCIDFont(_SONG))
    file = BytesIO()
    title = next((line.text for line in told if line.kind == "title"), "")
    document = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=_MARGIN - _PADDING, rightMargin=_MARGIN - _PADDING,
        topMargin=_MARGIN, bottomMargin=_MARGIN, invariant=1, pageCompression=0,
        lang=TAGS[language], title=title, author="Xinheng", creator="Xinheng",
    )  # fmt: skip
    foot = partial(_foot, title=title, language=language, pages=pages)
    document.build(
        list(_flow(told, language, A4[0] - 2 * _MARGIN)), onFirstPage=foot, onLaterPages=foot
    )
    return file.getvalue(), int(document.page)


def _foot(
    canvas: Canvas,
    document: SimpleDocTemplate,
    *,
    title: str,
    language: Language,
    pages: int | None,
) -> None:
    """Whose the page is and which of how many, at its foot."""
    width = document.width * 0.8
    name = Paragraph(_marked(title, language), _style(size=8.0, colour=_QUIET))
    _, height = name.wrap(width, _MARGIN)
    name.drawOn(canvas, _MARGIN, 16 * mm - height)
    canvas.setFont(_LATIN, 8)
    canvas.setFillColor(_QUIET)
    canvas.drawRightString(A4[0] - _MARGIN, 16 * mm - 9, f"{document.page} / {pages or '?'}")


def _flow(told: Iterable[Line], language: Language, width: float) -> Iterator[Flowable]:
    for is_row, group in groupby(told, lambda line: line.kind == "row"):
        if is_row:
            yield _table(tuple(group), language, width)
        else:
            yield from (_paragraph(line, language) for line in group)


def _paragraph(line: Line, language: Language) -> Flowable:
    if not line.text:
        return Spacer(0, _SIZE / 2)
    if line.kind == "title":
        return Paragraph(_marked(line.text, language), _style(size=15.0, after=6.0))
    if line.kind == "heading":
        return Paragraph(_marked(line.text, language), _heading_style())
    # What opens with a number or a dash hangs: its further lines stand under its first word.
    opening = re.match(r"(- |\d\. )", line.text)
    hang = _SIZE * 1.3 if opening else 0.0
    return Paragraph(
        _marked(line.text, language), _style(indent=_in_points(line.indent), hang=hang)
    )


def _table(rows: tuple[Line, ...], language: Language, width: float) -> Table:
    """Rows with their points set right, one under the other."""
    right = _style(align=TA_RIGHT)
    cells = [
        (
            Paragraph(_marked(row.text, language), _style(indent=_in_points(row.indent))),
            Paragraph(_marked(row.amount, language), right),
        )
        for row in rows
    ]
    return Table(
        cells, colWidths=[width - _AMOUNT, _AMOUNT],
        style=[
            ("LINEBELOW", (0, 0), (-1, -1), 0.25, _RULE), ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ],
    )  # fmt: skip


def _in_points(indent: int) -> float:
    """How far from the margin, in points of print, so many blanks of plain text are."""
    return indent * _SIZE * 0.45


def _heading_style() -> ParagraphStyle:
    style = _style(size=12.0, after=4.0)
    style.spaceBefore = 12.0
    style.keepWithNext = 1
    return style


def _style(
    *, size: float = _SIZE, indent: float = 0.0, hang: float = 0.0, after: float = 2.0,
    align: int = 0, colour: HexColor | None = None,
) -> ParagraphStyle:  # fmt: skip
    style = ParagraphStyle(
        "text", fontName=_SONG, fontSize=size, leading=size * 1.45, spaceAfter=after,
        leftIndent=indent + hang, firstLineIndent=-hang, alignment=align, wordWrap="CJK",
    )  # fmt: skip
    if colour is not None:
        style.textColor = colour
    return style


def _marked(text: str, language: Language) -> str:
    """The text as a paragraph's markup, every run of characters in a face that has them."""
    return "".join(
        f'<font name="{face}">{escape("".join(map(_printed, run)))}</font>'
        for face, run in groupby(text, partial(_face, language=language))
    )


def _face(one: str, language: Language) -> str:
    """The face of a character: in English Latin where it can be, in Chinese where it must."""
    if one == MINUS:
        return _SYMBOL
    latin = one.isascii() or (_has("cp1252", one) and (language == "en" or not _has("gbk", one)))
    return _LATIN if latin else _SONG


def _printed(one: str) -> str:
    """The character, or its code point where no face has it."""
    known = one == MINUS or _has("cp1252", one) or _has("gbk", one)
    return one if known else f"[U+{ord(one):X}]"


def _has(charset: str, one: str) -> bool:
    try:
        one.encode(charset)
    except UnicodeEncodeError:
        return False
    return True

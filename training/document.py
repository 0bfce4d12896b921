"""A short report of sections, written as Markdown and as one HTML file with its plots."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Table:
    """Headings, and rows as long as they."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """A title, then paragraphs and tables in order, then the plots of those file names."""

    title: str
    blocks: tuple[str | Table, ...]
    plots: tuple[str, ...] = ()


def markdown(title: str, sections: Sequence[Section]) -> str:
    """The report for review in a repository; plots are named beside it."""
    lines = [f"# {title}", ""]
    for section in sections:
        lines += [f"## {section.title}", ""]
        for block in section.blocks:
            if isinstance(block, str):
                lines += [block, ""]
                continue
            lines.append(f"| {' | '.join(block.headings)} |")
            lines.append("|" + "---|" * len(block.headings))
            lines += [f"| {' | '.join(row)} |" for row in block.rows]
            lines.append("")
        for plot in section.plots:
            lines += [f"![{plot.removesuffix('.png')}]({plot})", ""]
    return "\n".join(lines)


_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;"
    "color:#212529}table{border-collapse:collapse;margin:.6rem 0 1.2rem;font-size:13px}"
    "td,th{border:1px solid #ced4da;padding:.25rem .5rem;text-align:left;"
    "font-variant-numeric:tabular-nums;overflow-wrap:anywhere}th{background:#f1f3f5}"
    "img{max-width:100%;display:block;margin:.6rem 0}h2{margin-top:2rem}"
)


def as_html(title: str, sections: Sequence[Section], folder: Path) -> str:
    """The report as one file; plots are read from `folder`. Nothing is fetched."""
    parts = [
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}'
        f"</title><style>{_STYLE}</style></head><body><h1>{html.escape(title)}</h1>"
    ]
    for section in sections:
        parts.append(f"<h2>{html.escape(section.title)}</h2>")
        for block in section.blocks:
            if isinstance(block, str):
                parts.append(f"<p>{html.escape(block)}</p>")
                continue
            head = "".join(f"<th>{html.escape(text)}</th>" for text in block.headings)
            body = "".join(
                "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>"
                for row in block.rows
            )
            parts.append(f"<table><tr>{head}</tr>{body}</table>")
        for plot in section.plots:
            image = base64.b64encode((folder / plot).read_bytes()).decode()
            name = html.escape(plot.removesuffix(".png"))
            parts.append(f'<img alt="{name}" src="data:image/png;base64,{image}">')
    return "".join([*parts, "</body></html>\n"])

"""What the command line shows: progress on long work, tables, errors, next steps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from features.progress import Progress as Report

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """Show a bar on standard error while the block works, and its duration after.

    Where standard error is no terminal, only the closing line is printed.
    """
    started = time.monotonic()
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )
    task = bar.add_task(title, total=None)

    def report(stage: str, done: int, total: int) -> None:
        bar.update(task, description=f"{title}: {stage}", completed=done, total=total or None)

    with bar:
        yield report
    err.print(f"[green]✓[/] {title} [dim]({time.monotonic() - started:.1f} s)[/]")


def table(title: str, headings: list[str], rows: list[list[str]]) -> None:
    """Print `rows` under `headings`; columns of numbers are set right."""
    grid = Table(title=title, title_justify="left", header_style="bold", pad_edge=False)
    for i, heading in enumerate(headings):
        numeric = bool(rows) and all(_is_number(row[i]) for row in rows)
        grid.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        grid.add_row(*row)
    out.print(grid)


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").replace("%", "").strip("−+- ").isdigit() or (
        text in ("", "–")
    )

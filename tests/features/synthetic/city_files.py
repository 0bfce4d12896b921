"""Read a generated city back the way a stranger would: by file and heading."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv

from features.jurisdictions.ningbo.sources import SOURCES
from features.synthetic import City

ENCODINGS = ("utf-8", "gb18030")


def read(path: Path) -> pa.Table:
    """All cells of a delivered file as text, whatever its encoding."""
    data = path.read_bytes()
    for encoding in ENCODINGS:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        columns = text.split("\n", 1)[0].lstrip("\ufeff").split(",")
        return pa_csv.read_csv(
            pa.BufferReader(text.encode()),
            convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string())),
        )
    raise AssertionError(f"{path.name} is neither UTF-8 nor GB18030")


def table(city: City, source: str) -> pa.Table:
    """All versions of a source, both deliveries together, in canonical names."""
    declared = next(s for s in SOURCES if s.name == source)
    parts = [read(path) for d in city.deliveries for path in sorted(d.folder.glob(declared.files))]
    named = {h: c.name for c in reversed(declared.columns) for h in c.headers}
    return pa.concat_tables(parts).rename_columns([named[name] for name in parts[0].column_names])

"""The gate in front of the definition models: files without a mistake, loaded as written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from usage_warehouse.definitions.check import (
    WrongDefinitions,
    describe,
    read_definitions,
    require_good_definitions,
)
from usage_warehouse.definitions.finding import Finding
from usage_warehouse.definitions.read import Table


def definition_files(seeds_folder: Path, loaded: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per definition file: file (text), row_count, finding_count (both whole numbers).

    `loaded` maps the name of each seed to the rows of its table. Where all tables are empty
    nothing is compared: `dbt build --empty` loads no rows.

    Raises WrongDefinitions where a file holds a mistake, or where a table holds other rows than
    its file: it was edited after it was loaded, or its text was read in another way than written.
    """
    require_good_definitions(seeds_folder)
    tables, _ = read_definitions(seeds_folder)
    if any(len(frame) for frame in loaded.values()):
        findings = [
            finding for name, frame in loaded.items() for finding in _compare(tables[name], frame)
        ]
        if findings:
            raise WrongDefinitions(describe(findings))
    return pd.DataFrame(
        {
            "file": pd.Series([f"{name}.csv" for name in tables], dtype="string"),
            "row_count": pd.Series([len(t.records) for t in tables.values()], dtype="int64"),
            "finding_count": pd.Series([0] * len(tables), dtype="int64"),
        }
    )


def _compare(table: Table, frame: pd.DataFrame) -> list[Finding]:
    """A finding where rows of the file and of the table differ (order and outer spaces aside)."""
    columns = sorted(table.columns)
    cells = frame[columns].astype("object").where(frame[columns].notna(), "")
    held = Counter(
        tuple(str(cell).strip(" ") for cell in row) for row in cells.itertuples(index=False)
    )
    del held[("",) * len(columns)]  # an empty line of a file with one column
    for record in table.records:
        row = tuple(record.get(column) for column in columns)
        if not held[row]:
            return [Finding(table.file, record.row, "", _DIFFERS, _LOAD)]
        held[row] -= 1
    if held.total():
        return [
            Finding(table.file, 0, "", f"{held.total()} rows of its table are not in it", _LOAD)
        ]
    return []


_DIFFERS = "the loaded table does not hold this row as it is written"
_LOAD = "load the files again with dbt seed or dbt build; put texts between double quotes"

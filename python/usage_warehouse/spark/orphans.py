"""What a build that was killed has left: folders of tables that no catalogue knows."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any


def remove_orphans(session: Any, warehouse: Path) -> list[str]:
    """Remove the folders below `warehouse` that are no table's; returns the names they stood for.

    Spark writes the files of a new table before it names the table, and then refuses to create
    a table where files are. warehouse: a folder of the session's own catalogue alone, with a
    folder `<schema>.db` for each schema.
    """
    removed = []
    folders = sorted(warehouse.glob("*.db"))
    schemas = {row[0] for row in session.sql("show schemas").collect()} if folders else set()
    for schema in folders:
        known: set[str] = set()
        if schema.stem in schemas:
            rows = session.sql(f"show tables in {schema.stem}").collect()
            known = {row.tableName for row in rows}
        for folder in sorted(path for path in schema.iterdir() if path.name not in known):
            shutil.rmtree(folder, ignore_errors=True)
            removed.append(f"{schema.stem}.{folder.name}")
    return removed

"""A warehouse that lives on: files come, change and go, definitions and variables change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from usage_warehouse.replay.compare import Difference, compare, fingerprints
from usage_warehouse.replay.files import raw_table, write_files
from usage_warehouse.replay.pack import DEFINITIONS, write_definition, write_definitions
from usage_warehouse.replay.rows import MESSAGES
from usage_warehouse.replay.runner import Workplace, build, refresh


@dataclass
class LivingWarehouse:
    """A warehouse in `root`, built increment by increment; not built at first.

    `files` is what its raw folder holds (name → rows as a table of the raw contract),
    `is_built` whether the last build saw all of it.
    """

    root: Path
    files: dict[str, pa.Table] = field(default_factory=dict)
    is_built: bool = False

    def __post_init__(self) -> None:
        self.workplace = Workplace(self.root, self.root / "raw", self.root / "seeds")
        self.refreshed = self.root / "refreshed" / self.workplace.database.name
        write_definitions(self.workplace.seeds)

    def land(self, **files: Iterable[Mapping[str, object]] | None) -> None:
        """Put files into the raw folder, replace them, or (None) withdraw them."""
        for name, rows in files.items():
            if rows is None:
                del self.files[name]
            else:
                self.files[name] = raw_table(MESSAGES, rows)
        write_files(self.workplace.raw, MESSAGES, self.files)
        self.is_built = False

    def define(self, name: str, *added: str) -> None:
        """Make one seed what it was at first, with further rows (lines of CSV)."""
        write_definition(self.workplace.seeds, name, (*DEFINITIONS[name][1:], *added))
        self.is_built = False

    def set(self, **variables: object) -> None:
        """Use these variables, and no others, in the builds from now on."""
        self.workplace = replace(self.workplace, variables=variables)
        self.is_built = False

    def build(self) -> None:
        """Build the increment; raises BuildFailed."""
        build(self.workplace)
        self.is_built = True

    def against_refresh(self) -> list[Difference]:
        """How the build database differs from a full refresh, which stays in `refreshed`."""
        increments = self.workplace.put_aside("increments")
        try:
            refresh(self.workplace)
            self.refreshed = self.workplace.put_aside("refreshed")
        finally:
            self.workplace.bring_back(increments)
        return compare(self.workplace.database, self.refreshed)

    def catch_up(self) -> list[Difference]:
        """Build the increment and hold it against a full refresh."""
        self.build()
        return self.against_refresh()

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query on the build database."""
        with duckdb.connect(str(self.workplace.database), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def value(self, sql: str) -> Any:
        """The one value of a query on the build database."""
        return self.query(sql)[0][0]

    def execute(self, *statements: str) -> None:
        """Run statements on the build database; for planting faults."""
        with duckdb.connect(str(self.workplace.database)) as connection:
            for statement in statements:
                connection.execute(statement)

    def prints(self, *relations: str) -> list[str]:
        """The digests of relations (`schema.name`) of the build database."""
        found = fingerprints(self.workplace.database, relations)
        return [found[name].digest for name in relations]

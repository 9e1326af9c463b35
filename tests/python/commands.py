"""The project's own commands, run as a user runs them, in folders of a test's own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

PROJECT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Place:
    """Folders of one company: raw, build, releases, seeds and dbt's target."""

    root: Path
    seeds: Path = PROJECT / "seeds"

    @property
    def raw(self) -> Path:
        """The raw folder."""
        return self.root / "raw"

    def environment(self, **changes: str) -> dict[str, str]:
        """The environment of a command here; what the caller's shell set is not inherited."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("USAGE_", "DBT_"))}
        return kept | {
            "USAGE_RAW": str(self.raw),
            "USAGE_BUILD": str(self.root / "build"),
            "USAGE_RELEASES": str(self.root / "releases"),
            "USAGE_SEEDS": str(self.seeds),
            "DBT_TARGET_PATH": str(self.root / "target"),
            "DBT_LOG_PATH": str(self.root / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "0",
            **changes,
        }

    def run(self, command: str, *arguments: object, **changes: str) -> subprocess.CompletedProcess:
        """Run `usage` or `dbt` with arguments; output captured as text."""
        return subprocess.run(
            [str(BIN / command), *map(str, arguments)],
            cwd=PROJECT,
            env=self.environment(**changes),
            capture_output=True,
            text=True,
            check=False,
        )

    def release(self) -> duckdb.DuckDBPyConnection:
        """The current release, open for reading."""
        return duckdb.connect(str(self.root / "releases/current/usage.duckdb"), read_only=True)

    def warehouse(self) -> duckdb.DuckDBPyConnection:
        """The build database, open for reading."""
        return duckdb.connect(str(self.root / "build/warehouse.duckdb"), read_only=True)

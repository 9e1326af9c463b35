"""The raw contract as declared in dbt's source YAML, models/staging/*/_*__sources.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from usage_warehouse.settings import PROJECT_ROOT


@dataclass(frozen=True)
class RawColumn:
    """A column of the contract; `names` are its own name and then those it also comes under."""

    names: tuple[str, ...]
    data_type: str
    is_required: bool


@dataclass(frozen=True)
class RawContract:
    """A table of the contract.

    `key` names the columns that tell objects apart and `valid_at` the one that says since when a
    version is true; both are empty for a table whose rows are no versions.
    """

    source: str
    table: str
    is_required: bool
    columns: tuple[RawColumn, ...]
    key: tuple[str, ...] = ()
    valid_at: str = ""

    @property
    def name(self) -> str:
        """`source.table`."""
        return f"{self.source}.{self.table}"


def read_contract(project_root: Path = PROJECT_ROOT) -> list[RawContract]:
    """All raw tables of the project's source YAML, by file name and then as written there."""
    contracts = []
    for path in sorted((project_root / "models" / "staging").glob("*/_*__sources.yml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        for source in document.get("sources", []):
            for table in source["tables"]:
                contracts.append(
                    RawContract(
                        source=source["name"],
                        table=table["name"],
                        is_required=bool(_meta(table).get("required_table")),
                        columns=tuple(_column(column) for column in table["columns"]),
                        key=tuple(_meta(table).get("key", ())),
                        valid_at=_meta(table).get("valid_at", ""),
                    )
                )
    return contracts


def _column(node: Mapping) -> RawColumn:
    meta = _meta(node)
    names = (node["name"], *meta.get("aliases", ()))
    return RawColumn(
        names=tuple(name.lower() for name in names),
        data_type=node["data_type"].split("(")[0].lower(),
        is_required=bool(meta.get("required")),
    )


def _meta(node: Mapping) -> Mapping:
    """What a node's YAML says under config.meta."""
    return (node.get("config") or {}).get("meta") or {}

"""Two build databases, relation by relation: what differs, and whose history it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from usage_warehouse.fingerprint import Fingerprint, fingerprint, quoted

PUBLIC_SCHEMAS = ("core", "marts", "governance")
INCREMENTAL = (
    "staging.stg_events__messages",
    "staging.stg_events__texts",
    "intermediate.int_events__sessioned",
    "intermediate.int_events__sessions",
    "intermediate.int_events__daily",
)
SHOWN_ROWS = 5
# Gates judge a build; they are no part of what must be equal.
_GATES = "governance.gate_"
# `h007` of `h007-u1`; a shrunk variant of it is `h007v3`.
_PREFIX = re.compile(r"\bh\d{3}(?:v\d+)?(?=-)")


@dataclass(frozen=True)
class Difference:
    """A relation that two databases do not agree on.

    `only_left` and `only_right` are the first rows (with their multiplicity) that the other
    side lacks, as texts; `histories` are the prefixes of the histories these rows name.
    """

    relation: str
    left: Fingerprint | None
    right: Fingerprint | None
    only_left: tuple[str, ...] = ()
    only_right: tuple[str, ...] = ()
    histories: tuple[str, ...] = ()

    def __str__(self) -> str:
        """A few lines for a person: relation, row counts and the first rows."""
        rows = [f"    - {row}" for row in self.only_left] + [
            f"    + {row}" for row in self.only_right
        ]
        counts = f"{_rows(self.left)} against {_rows(self.right)} rows"
        whose = f", of {', '.join(self.histories)}" if self.histories else ""
        return "\n".join([f"  {self.relation}: {counts}{whose}", *rows])


def compare(
    left: Path, right: Path, *, incremental: bool = True, exclude: Sequence[str] = ()
) -> list[Difference]:
    """The relations of core, marts and governance that differ, upstream ones first.

    `incremental` also compares the incremental relations themselves. `exclude` names
    relations to leave out. A relation that only one side has is a difference.
    """
    prints = [_fingerprints(path, incremental, exclude) for path in (left, right)]
    names = [
        name for name in [*prints[0], *prints[1]] if prints[0].get(name) != prints[1].get(name)
    ]
    return [
        _explain(name, left, right, prints[0].get(name), prints[1].get(name))
        for name in dict.fromkeys(names)
    ]


def fingerprints(database: Path, relations: Sequence[str]) -> dict[str, Fingerprint]:
    """The fingerprint of each relation (`schema.name`) of a database."""
    with _open(database) as connection:
        return {name: fingerprint(connection, name) for name in relations}


def _fingerprints(
    database: Path, incremental: bool, exclude: Sequence[str]
) -> dict[str, Fingerprint]:
    with _open(database) as connection:
        found = connection.execute(
            """
            select table_schema || '.' || table_name from information_schema.tables
            where table_catalog = current_database()
            """
        ).fetchall()
        present = {row[0] for row in found}
        public = sorted(
            (name for name in present if name.split(".")[0] in PUBLIC_SCHEMAS),
            key=lambda name: (PUBLIC_SCHEMAS.index(name.split(".")[0]), name),
        )
        first = [name for name in INCREMENTAL if name in present] if incremental else []
        return {
            name: fingerprint(connection, name)
            for name in [*first, *public]
            if name not in exclude and not name.startswith(_GATES)
        }


def _open(database: Path) -> duckdb.DuckDBPyConnection:
    # No memory is shared with dbt's own connections, and the file stays as it is.
    connection = duckdb.connect(str(database), read_only=True)
    connection.execute("set TimeZone = 'UTC'")
    return connection


def _explain(
    name: str, left: Path, right: Path, before: Fingerprint | None, after: Fingerprint | None
) -> Difference:
    if before is None or after is None:
        return Difference(name, before, after)
    tables = {"left_rows": _rows_as_text(left, name), "right_rows": _rows_as_text(right, name)}
    with duckdb.connect() as connection:
        for alias, table in tables.items():
            connection.register(alias, table)
        lacking = {
            one: connection.execute(
                f"select content, histories from {one} except all"
                f" select content, histories from {other} order by 1"
            ).fetchall()
            for one, other in (("left_rows", "right_rows"), ("right_rows", "left_rows"))
        }
    histories = {
        prefix for rows in lacking.values() for row in rows for prefix in _PREFIX.findall(row[1])
    }
    return Difference(
        name,
        before,
        after,
        tuple(row[0] for row in lacking["left_rows"][:SHOWN_ROWS]),
        tuple(row[0] for row in lacking["right_rows"][:SHOWN_ROWS]),
        tuple(sorted(histories)),
    )


def _rows_as_text(database: Path, name: str) -> pa.Table:
    """Each row as a text `content`, and `histories`, the text in which prefixes are looked for.

    Relations that know a device only by its key get its id from int_devices__ids there.
    """
    with _open(database) as connection:
        described = connection.execute(f"describe select * from {name}").fetchall()
        columns = sorted(row[0] for row in described)
        texts = ", ".join(
            f"'{column}=' || coalesce(relation.{quoted(column)}::varchar, '~')"
            for column in columns
        )
        devices, whose = "", "content"
        if "device_key" in columns:
            devices = "left join intermediate.int_devices__ids as devices using (device_key)"
            whose = "content || ' ' || coalesce(devices.device_id, '')"
        return connection.execute(
            f"""
            with relation as (select * from {name})
            select content, {whose} as histories
            from (select concat_ws('  ', {texts}) as content, relation.* from relation)
            {devices}
            """
        ).to_arrow_table()


def _rows(found: Fingerprint | None) -> str:
    return "no relation, so no" if found is None else str(found.rows)

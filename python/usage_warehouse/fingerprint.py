"""One short value for the whole content of a relation, whatever the order of its rows.

Method. Each row is written as a canonical text, that text is hashed with MD5, and the hashes
of all rows are *added*, in two halves, each modulo 2^64. Addition commutes, so neither row
order, thread count nor file layout matters; and unlike XOR it notices a row that is present
twice (x xor x = 0, while x + x is not x). Two relations with equal row count and digest hold
the same rows; an accidental collision has a probability of about 2^-128 per pair.
(Bellare and Micciancio, "A new paradigm for collision-free hashing", 1997: AdHash. It guards
against faults and drift, not against a forger.)

Canonical text of a row, joined by `|`: first the values, in the order of the lower-case names
of their columns; then, in the same order, the length in characters of every value that is free
text. A null is `~`, as value and as length. Read from the right, the lengths tell where each
text ends, so two different rows never have the same text.

=====================  =====================================================================
type                   text
=====================  =====================================================================
timestamp (any kind)   microseconds since 1970-01-01 00:00 UTC, so no session time zone enters
double, float          shortest text that reads back as the same number; -0.0 counts as 0.0
boolean, number, date  `true`, `42`, `1.50`, `2026-01-31`
blob                   hexadecimal
everything else        free text; nested values as JSON
=====================  =====================================================================

The column names, lower-case, sorted and joined by `|`, are added like one more row. Column
order and the width of an integer are not part of the content. MD5 and 64-bit sums exist on
every engine, so the digest can be computed again elsewhere; DuckDB needs about 1 s for a
million rows of 16 columns on two cores.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

_HALF = 1 << 64
# Types whose text can hold neither `|` nor `~`.
_PLAIN_TYPES = (
    *("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"),
    *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"),
    *("DECIMAL", "DOUBLE", "FLOAT", "DATE", "TIME", "BLOB"),
)


@dataclass(frozen=True)
class Fingerprint:
    """`rows` counted and `digest` (32 hexadecimal digits) of one relation."""

    rows: int
    digest: str


def quoted(name: str) -> str:
    """An SQL identifier in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def _canonical_value(column: str, kind: str) -> str:
    """SQL of the text of one value; null stays null."""
    if kind.startswith("TIMESTAMP"):
        # Infinite timestamps have no microseconds: they keep their name.
        return f"coalesce(epoch_us({column})::varchar, {column}::varchar)"
    if kind in ("DOUBLE", "FLOAT"):
        return f"({column} + 0.0)::varchar"
    if kind == "BLOB":
        return f"hex({column})"
    if kind.startswith(("STRUCT", "MAP", "UNION")) or kind.endswith("]"):
        return f"to_json({column})::varchar"
    return f"{column}::varchar"


def _is_free_text(kind: str) -> bool:
    return kind.endswith("]") or not kind.startswith(_PLAIN_TYPES)


def _canonical_row(columns: list[tuple[str, str]]) -> str:
    """SQL of the text of one row; `columns` are (lower-case name, type), sorted."""
    values = [(_canonical_value(quoted(name), kind), kind) for name, kind in columns]
    parts = [f"coalesce({text}, '~')" for text, _ in values]
    parts += [f"coalesce(length({text})::varchar, '~')" for text, k in values if _is_free_text(k)]
    return f"concat_ws('|', {', '.join(parts)})"


def fingerprint(
    connection: duckdb.DuckDBPyConnection, relation: str, exclude: Iterable[str] = ()
) -> Fingerprint:
    """Fingerprint of all rows of `relation`.

    `relation` is anything that may follow FROM: `core.fct_events`, or
    `read_parquet('part-*.parquet')`, or a sub-query in brackets. `exclude` names columns that
    are not content. Raises duckdb.Error when the relation does not exist.
    """
    left_out = {name.lower() for name in exclude}
    described = connection.execute(f"describe select * from {relation}").fetchall()
    columns = sorted((row[0].lower(), row[1]) for row in described)
    columns = [column for column in columns if column[0] not in left_out]
    header = "|".join(name for name, _ in columns).replace("'", "''")
    content = _canonical_row(columns) if columns else "''"
    rows, lower, upper = connection.execute(
        f"""
        select
            count(*),
            coalesce(sum(md5_number_lower(content)), 0) + md5_number_lower('{header}'),
            coalesce(sum(md5_number_upper(content)), 0) + md5_number_upper('{header}')
        from (select {content} as content from {relation})
        """
    ).fetchall()[0]
    return Fingerprint(rows, f"{lower % _HALF:016x}{upper % _HALF:016x}")

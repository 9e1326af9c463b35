"""Families of physical types: what a contract type can be read from, and what mixes in a table.

Measured on DuckDB 1.5 with `read_parquet(..., union_by_name = true)` and the casts of
macros/raw/: what is refused here either fails there without naming the fix, or reads as null or
as garbled text without failing at all.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations

import pyarrow as pa

TEXT, NUMBER, TIME, BOOLEAN, NESTED, NULL, OTHER = (
    "text",
    "number",
    "time",
    "boolean",
    "nested",
    "null",
    "other",
)

# The families from which each contract type can be read; a column of nulls alone always can.
READABLE = {
    "string": {TEXT, NUMBER, TIME, BOOLEAN, NESTED},
    "timestamp": {TEXT, NUMBER, TIME},
    "date": {TEXT, TIME},
    "bigint": {TEXT, NUMBER, BOOLEAN},
    "double": {TEXT, NUMBER},
    "decimal": {TEXT, NUMBER},
    "boolean": {TEXT, NUMBER, BOOLEAN},
}

# Families that one column cannot hold in two files of a table, whatever it is read as.
_NEVER_TOGETHER = (
    {NUMBER, TIME},
    {BOOLEAN, TIME},
    *({NESTED, other} for other in (TEXT, NUMBER, TIME, BOOLEAN)),
)


def family(data_type: pa.DataType) -> str:
    """The family of an Arrow type.

    Bytes without a text annotation, durations and times of day are `other`: no contract type can
    be read from them.
    """
    if pa.types.is_dictionary(data_type):
        return family(data_type.value_type)
    if pa.types.is_nested(data_type):
        return NESTED
    for name, tests in _TESTS.items():
        if any(test(data_type) for test in tests):
            return name
    return OTHER


_TESTS = {
    NULL: (pa.types.is_null,),
    TEXT: (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view),
    BOOLEAN: (pa.types.is_boolean,),
    NUMBER: (pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal),
    TIME: (pa.types.is_timestamp, pa.types.is_date),
}


def can_be_read(kind: str, data_type: str) -> bool:
    """Whether a column of this family can be read as a contract type."""
    return kind == NULL or kind in READABLE[data_type]


def conflict(kinds: Collection[str], data_type: str) -> tuple[str, str] | None:
    """Two families among those of a column's files that cannot be read together, if any.

    A moment that is a number in one file and text in another would read as null: the engine
    makes both text, and a bare number is no moment.
    """
    for pair in combinations(kinds, 2):
        if set(pair) in _NEVER_TOGETHER:
            return pair
        if data_type == "timestamp" and set(pair) == {NUMBER, TEXT}:
            return pair
    return None

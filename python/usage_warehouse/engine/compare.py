"""Two builds of the same relations, compared value by value, whatever the order of their rows.

Rows are matched by the key that the project declares for the relation: its primary key, a
column tested to be unique, or a combination tested to be unique. Where there is none, or where
the key is one that each engine makes for itself, a row is matched by all its values but the
doubles; equal rows are then counted out one against one. Everything is exact but doubles, which
may differ by 1e-9 of their size: sums of doubles depend on the order of addition.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

TOLERANCE = 1e-9
EXAMPLES = 5
# Hashes that each engine makes its own way, to join by.
ENGINE_BOUND = re.compile(r".*_key")


@dataclass(frozen=True)
class Difference:
    """One value that is not the same, or a row or column that one side lacks."""

    relation: str
    key: str
    column: str
    left: str
    right: str


@dataclass(frozen=True)
class Comparison:
    """What was found in one relation; `count` differences, some of them as `examples`."""

    relation: str
    rows: int
    count: int
    examples: tuple[Difference, ...] = field(default=())


@dataclass(frozen=True)
class Side:
    """One build's relation: what stands after FROM, and its columns with their DuckDB types."""

    source: str
    columns: Mapping[str, str]


def describe(connection: duckdb.DuckDBPyConnection, source: str) -> Side:
    """The columns of `source`, anything that may follow FROM; names in lower case."""
    rows = connection.execute(f"describe select * from {source}").fetchall()
    return Side(source, {row[0].lower(): row[1] for row in rows})


def compare_relation(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    left: Side,
    right: Side,
    key: Sequence[str] = (),
    engine_bound: re.Pattern[str] | None = ENGINE_BOUND,
) -> Comparison:
    """Compare one relation of two builds; `key` names the columns that identify a row.

    Columns named like `engine_bound` are left out: builds by different engines differ in them.
    """
    shapes = _shape_differences(relation, left, right)
    columns = {
        name: _kind(kind)
        for name, kind in left.columns.items()
        if name in right.columns
        and _kind(kind) == _kind(right.columns[name])
        and not (engine_bound and engine_bound.fullmatch(name))
    }
    if not key or not set(key) <= set(columns):
        key = [name for name, kind in columns.items() if kind != "double"]
    values = [name for name in columns if name not in key]
    connection.execute(
        f"create or replace temp table compared as {_joined(left, right, columns, key, values)}"
    )
    count, examples = _missing_rows(connection, relation, key)
    differing = {name: _differs(name, columns[name]) for name in values}
    counts: Sequence[int] = ()
    if differing:
        sums = ", ".join(
            f"coalesce(count_if(in_left and in_right and {text}), 0)" for text in differing.values()
        )
        counts = connection.execute(f"select {sums} from compared").fetchall()[0]
    for (name, text), number in zip(differing.items(), counts, strict=True):
        count += number
        if number and len(examples) < EXAMPLES:
            examples += _examples(connection, relation, key, name, text)
    (rows,) = connection.execute("select count(*) from compared where in_left").fetchall()[0]
    connection.execute("drop table compared")
    return Comparison(relation, rows, count + len(shapes), tuple((shapes + examples)[:EXAMPLES]))


def missing_relation(relation: str, in_left: bool) -> Comparison:
    """What is found where only one of the builds has the relation."""
    sides = ("present", "(no relation)") if in_left else ("(no relation)", "present")
    return Comparison(relation, 0, 1, (Difference(relation, "(all rows)", "(relation)", *sides),))


def _shape_differences(relation: str, left: Side, right: Side) -> list[Difference]:
    """Columns that one side lacks or that are of another kind there."""
    found = []
    for name in [*left.columns, *(name for name in right.columns if name not in left.columns)]:
        one, other = left.columns.get(name), right.columns.get(name)
        if one is None or other is None or _kind(one) != _kind(other):
            found.append(Difference(relation, "(type)", name, one or "(none)", other or "(none)"))
    return found


def _kind(data_type: str) -> str:
    """The kind of a type within which values compare: the width of a number is not content."""
    name = data_type.upper()
    if name.endswith("INT") or name in ("INTEGER", "UINTEGER") or name.startswith("DECIMAL"):
        return "number"
    if name in ("DOUBLE", "FLOAT"):
        return "double"
    if name.startswith("TIMESTAMP"):
        return "timestamp"
    return name.lower() if name in ("BOOLEAN", "DATE", "BLOB") else "text"


def _value(name: str, kind: str) -> str:
    quoted = f'"{name}"'
    if kind == "timestamp":
        return f"cast({quoted} as timestamp)"
    return f"cast({quoted} as varchar)" if kind == "text" else quoted


def _joined(
    left: Side, right: Side, columns: Mapping[str, str], key: Sequence[str], values: Sequence[str]
) -> str:
    """SQL of all rows of both sides, matched: k0… the key, l0… and r0… the other values."""
    sides = {}
    for prefix, side in (("l", left), ("r", right)):
        keys = [f"{_value(name, columns[name])} as k{i}" for i, name in enumerate(key)]
        others = [f"{_value(name, columns[name])} as {prefix}_{name}" for name in values]
        place = f"row_number() over ({_window(key, [f'{prefix}_{name}' for name in values])})"
        inner = ", ".join([*keys, *others, "true as present"])
        sides[prefix] = f"(select *, {place} as place from (select {inner} from {side.source}))"
    on = [f"l.k{i} is not distinct from r.k{i}" for i in range(len(key))] + ["l.place = r.place"]
    shown = [f"coalesce(l.k{i}, r.k{i}) as k{i}" for i in range(len(key))]
    shown += [f"l.l_{name}, r.r_{name}" for name in values]
    return (
        f"select {', '.join([*shown, 'l.present is not null as in_left'])},"
        " r.present is not null as in_right"
        f" from {sides['l']} as l full outer join {sides['r']} as r on {' and '.join(on)}"
    )


def _window(key: Sequence[str], values: Sequence[str]) -> str:
    partition = f"partition by {', '.join(f'k{i}' for i in range(len(key)))}" if key else ""
    order = f"order by {', '.join(values)}" if values else ""
    return f"{partition} {order}"


def _differs(name: str, kind: str) -> str:
    one, other = f"l_{name}", f"r_{name}"
    if kind != "double":
        return f"{one} is distinct from {other}"
    near = f"abs({one} - {other}) <= {TOLERANCE} * greatest(1, abs({one}), abs({other}))"
    finite = f"isfinite({one}) and isfinite({other})"
    return f"({one} is distinct from {other} and not coalesce({finite} and {near}, false))"


def _key_text(key: Sequence[str]) -> str:
    parts = [f"'{name}=' || coalesce(cast(k{i} as varchar), 'null')" for i, name in enumerate(key)]
    return f"concat_ws(', ', {', '.join(parts)})" if parts else "'(all rows)'"


def _missing_rows(
    connection: duckdb.DuckDBPyConnection, relation: str, key: Sequence[str]
) -> tuple[int, list[Difference]]:
    missing = "from compared where not (in_left and in_right)"
    (count,) = connection.execute(f"select count(*) {missing}").fetchall()[0]
    shown = connection.execute(
        f"select {_key_text(key)}, in_left {missing} order by all limit {EXAMPLES}"
    ).fetchall()
    sides = {True: ("present", "(no row)"), False: ("(no row)", "present")}
    return count, [Difference(relation, text, "(row)", *sides[in_left]) for text, in_left in shown]


def _examples(
    connection: duckdb.DuckDBPyConnection, relation: str, key: Sequence[str], name: str, text: str
) -> list[Difference]:
    rows = connection.execute(
        f"select {_key_text(key)}, cast(l_{name} as varchar), cast(r_{name} as varchar)"
        f" from compared where in_left and in_right and {text} order by all limit {EXAMPLES}"
    ).fetchall()
    return [Difference(relation, key_text, name, *map(_shown, pair)) for key_text, *pair in rows]


def _shown(value: str | None) -> str:
    return "null" if value is None else value


def declared_keys(manifest: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The key of each model and seed by name, as its YAML declares it; none where it does not.

    manifest: what dbt writes to manifest.json.
    """
    nodes = manifest["nodes"].values()
    keys: dict[str, tuple[str, ...]] = {}
    for node in nodes:
        for column in node.get("columns", {}).values():
            kinds = [constraint["type"] for constraint in column.get("constraints", ())]
            if "primary_key" in kinds:
                keys[node["name"]] = (column["name"],)
    for node in nodes:
        if not node.get("test_metadata") or not node.get("attached_node"):
            continue
        test, attached = node["test_metadata"], node["attached_node"].rsplit(".", 1)[-1]
        if test["name"] == "unique_combination":
            keys.setdefault(attached, tuple(test["kwargs"]["columns"]))
        elif test["name"] == "unique":
            keys.setdefault(attached, (test["kwargs"]["column_name"],))
    return keys


def print_comparisons(compared: Iterable[Comparison], left: str, right: str) -> None:
    """Print a table of relations, with examples of their differences; the names of both sides."""
    compared = list(compared)
    width = max(len(comparison.relation) for comparison in compared)
    print(f"{'relation':{width}}  {'rows':>9}  differences")
    for comparison in compared:
        print(f"{comparison.relation:{width}}  {comparison.rows:>9,}  {comparison.count:>11,}")
        for example in comparison.examples:
            values = f"{left} {example.left} | {right} {example.right}"
            print(f"    {example.key}\n        {example.column}: {values}")

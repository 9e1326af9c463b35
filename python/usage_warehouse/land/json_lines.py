"""JSON lines in the shape of Segment's and RudderStack's messages.

Each whole line is validated once and turned into a struct once: ten extractions by path
would parse it ten times.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from usage_warehouse.land.blocks import (
    MessageSession,
    ParsedBlock,
    Reject,
    line_hash,
    line_texts,
    unreadable_lines,
)
from usage_warehouse.land.mapping import CONTRACT_KEYS, JSON_COLUMNS
from usage_warehouse.land.stream import LineBlock

_SHAPE = json.dumps(
    {
        key: "JSON" if column in JSON_COLUMNS else "VARCHAR"
        for column, camel in CONTRACT_KEYS.items()
        for key in dict.fromkeys((camel, column))
    }
)
BLANKS = r"e' \t\r\n'"

REASON_SQL = f"""
    select row, line, case
        when trim(line, {BLANKS}) = '' then 'blank'
        when not json_valid(line) then 'not_json'
        when not starts_with(ltrim(line, {BLANKS}), '{{') then 'not_an_object'
        when holds_not_a_number(line) then 'not_json'
    end as reason
    from lines
"""


@dataclass(frozen=True)
class LineShape:
    """How a line is read: CTEs over `lines` (row, line) that end in `fields`, and why it is not.

    `reason_sql` gives row, line and reason: null for a good line, `blank` for one without a word.
    `cut_reason` is what a last line that was cut off is refused for.
    """

    fields_sql: str
    reason_sql: str = REASON_SQL
    cut_reason: str = "not_json"


def _field(column: str, camel: str) -> str:
    """One contract column out of the struct, under either of its keys."""
    if column in JSON_COLUMNS:
        value = f'struct."{camel}"::varchar'
        # exports of a warehouse carry these as text: unwrap it where it holds an object
        return (
            f"case when starts_with({value}, '\"') and json_valid({value} ->> '$')"
            f" and starts_with({value} ->> '$', '{{') then {value} ->> '$'"
            f" else {value} end as {column}"
        )
    if camel == column:
        return f'struct."{column}" as "{column}"'
    return f'coalesce(struct."{camel}", struct."{column}") as {column}'


_FIELDS_SQL = f"""
structs as (
    select
        row,
        from_json(line, '{_SHAPE}') as struct,
        (not starts_with(line, '{{')) or holds_not_a_number(line) as is_suspect
    from lines
),
fields as (
    select row, is_suspect, {", ".join(_field(*item) for item in CONTRACT_KEYS.items())}
    from structs
)
"""


SEGMENT = LineShape(_FIELDS_SQL)


def parse_json_block(
    session: MessageSession,
    block: LineBlock,
    max_line_bytes: int,
    shape: LineShape = SEGMENT,
) -> ParsedBlock:
    """Turn the lines of a block into messages; refuse, with a reason, what is no such line.

    `shape` is Segment's or another vendor's. A block without a fault takes one query; only one
    with a fault is judged line by line.
    """
    if not len(block):
        return ParsedBlock()
    refused = unreadable_lines(block, max_line_bytes)
    lines = pa.table(
        {
            "row": pa.array(np.arange(len(block), dtype=np.int64) + block.first_line),
            "line": line_texts(block),
        }
    )
    if not refused:
        try:
            messages = session.messages(shape.fields_sql, lines)
        except duckdb.InvalidInputException:
            pass
        else:
            if not pc.any(messages["is_suspect"]).as_py():
                return ParsedBlock(messages)
    return _parse_with_reasons(session, block, lines, refused, shape)


def _parse_with_reasons(
    session: MessageSession,
    block: LineBlock,
    lines: pa.Table,
    refused: dict[int, str],
    shape: LineShape,
) -> ParsedBlock:
    """Judge each line, then parse those without a reason against them."""
    if refused:
        readable = np.ones(len(block), dtype=bool)
        readable[list(refused)] = False
        lines = lines.filter(pa.array(readable))
    judged = session.query(shape.reason_sql, lines)
    faulty = judged.filter(pc.is_valid(judged["reason"]))
    blank_count = 0
    for row, reason in zip(faulty["row"].to_pylist(), faulty["reason"].to_pylist(), strict=True):
        if reason == "blank":
            blank_count += 1
        else:
            refused[row - block.first_line] = reason
    last = len(block) - 1
    if block.is_open and refused.get(last) == shape.cut_reason:
        refused[last] = "truncated_line"
    rejects = [
        Reject(block.first_line + index, reason, line_hash(block.line(index)))
        for index, reason in sorted(refused.items())
    ]
    good = judged.filter(pc.is_null(judged["reason"])).drop_columns("reason")
    return ParsedBlock(session.messages(shape.fields_sql, good), rejects, blank_count)

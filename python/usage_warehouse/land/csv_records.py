"""CSV files: records under a header, with quoting and embedded line feeds as RFC 4180 has them.

A block in which every record has the header's width costs no work per record beyond the
parser's own (in C). In any other block records are read one by one, and when one is refused
reading resumes on the next physical line, so that a stray quote costs the line it stands on.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from usage_warehouse.errors import BadInvocation
from usage_warehouse.land.blocks import (
    MessageSession,
    ParsedBlock,
    Reject,
    line_hash,
    unreadable_lines,
)
from usage_warehouse.land.facts import FileFacts
from usage_warehouse.land.mapping import CONTRACT_KEYS, JSON_COLUMNS, CsvColumns, csv_columns
from usage_warehouse.land.stream import LineBlock, make_block

CSV_BLOCK_BYTES = 4 << 20
DELIMITERS = ",;\t|"
HEADER_LINES = 50


@dataclass
class _Records:
    """Records of one block, each with its first line; `carried` starts a record to be continued."""

    lines: list[int] = field(default_factory=list)
    rows: list[Sequence[str]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    other_lines: int = 0
    carried: bytes = b""


class _Lines(Iterator[str]):
    """Text lines from a movable position; unlike a generator it can go on after its end."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.position = 0

    def __next__(self) -> str:
        if self.position >= len(self.lines):
            raise StopIteration
        self.position += 1
        return self.lines[self.position - 1]


@dataclass(frozen=True)
class CsvHeader:
    """The header of a CSV: its cells, what they mean, and the lines it takes up."""

    cells: list[str]
    columns: CsvColumns
    delimiter: str
    line_count: int

    def mapping(self) -> dict[str, str]:
        """{contract column: column of the file}, as resolved."""
        return {
            target: self.cells[place].strip() for target, place in self.columns.contract.items()
        }


def read_header(block: LineBlock, file: str, mapping: Mapping[str, str]) -> CsvHeader | None:
    """Read and resolve the header in the first line that is not blank; None without one.

    Raises BadInvocation when it cannot be read or resolved.
    """
    first = next((i for i in range(len(block)) if block.line(i).strip()), None)
    if first is None:
        return None
    lines = [_text(block, i) for i in range(first, min(len(block), first + HEADER_LINES))]
    delimiter = max(DELIMITERS, key=lambda mark: lines[0].count(mark))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
        "".join(cells).encode()
    except (UnicodeEncodeError, csv.Error) as error:
        raise BadInvocation(
            f"{file}: the header in line {block.first_line + first} is not readable: {error}",
            "the first line of a CSV names its columns, in UTF-8",
        ) from error
    return CsvHeader(cells, csv_columns(file, cells, mapping), delimiter, first + reader.line_num)


class CsvParser:
    """Parses the blocks of one CSV file in order; the first one holds the header."""

    def __init__(
        self,
        session: MessageSession,
        facts: FileFacts,
        mapping: Mapping[str, str],
        max_line_bytes: int,
    ) -> None:
        self._session = session
        self._file = facts.name
        self._is_cut = facts.is_cut
        self._mapping = mapping
        self._max_line_bytes = max_line_bytes
        self._carried = b""
        self._carried_from = 1
        self._header: CsvHeader | None = None
        self._fields_sql = ""
        # the limit is one of the whole process: the parser has no other
        csv.field_size_limit(max(max_line_bytes, csv.field_size_limit()))

    def parse(self, block: LineBlock) -> ParsedBlock:
        """Messages, refused lines and the count of other lines of a block.

        Raises BadInvocation when the header cannot be read or resolved.
        """
        block = block.preceded_by(self._carried)
        self._carried = b""
        other_lines = 0
        if self._header is None:
            self._header = read_header(block, self._file, self._mapping)
            if self._header is None:
                return ParsedBlock(other_lines=len(block))
            self._fields_sql = _fields_sql(self._header.columns)
            other_lines = self._header.line_count
            block = block.after(other_lines)
        records = self._read(block)
        self._carried = records.carried
        self._carried_from = block.first_line + len(block) - records.carried.count(b"\n")
        other_lines += records.other_lines
        if not records.rows:
            return ParsedBlock(None, records.rejects, other_lines)
        columns = {"row": pa.array(records.lines, pa.int64())}
        for position, values in enumerate(zip(*records.rows, strict=True)):
            columns[f"c{position}"] = pa.array(values, pa.string())
        messages = self._session.messages(self._fields_sql, pa.table(columns))
        return ParsedBlock(messages, records.rejects, other_lines)

    def finish(self) -> ParsedBlock:
        """Parse what was carried when no more lines follow that could continue it."""
        carried, self._carried = self._carried, b""
        return self.parse(make_block(carried, self._carried_from, is_last=True))

    def _read(self, block: LineBlock) -> _Records:
        """Records of a block: all at once when it is clean, else one by one."""
        refused = unreadable_lines(block, self._max_line_bytes)
        assert self._header is not None
        if not refused and not block.is_open:
            try:
                rows = list(
                    csv.reader(
                        io.StringIO(block.data.decode(), newline="\n"),
                        delimiter=self._header.delimiter,
                        strict=True,
                    )
                )
            except csv.Error:
                rows = []
            is_clean = len(rows) == len(block) and set(map(len, rows)) == {len(self._header.cells)}
            if is_clean and self._header.cells not in rows:
                first = block.first_line
                return _Records(list(range(first, first + len(rows))), rows)
        return self._read_one_by_one(block, refused)

    def _read_one_by_one(self, block: LineBlock, refused: dict[int, str]) -> _Records:
        assert self._header is not None
        texts = [_text(block, i) for i in range(len(block))]
        feed = _Lines(texts)
        reader = csv.reader(feed, delimiter=self._header.delimiter, strict=True)
        found = _Records()
        while (start := feed.position) < len(texts):
            if not texts[start].strip(" \r\n"):
                found.other_lines += 1
                feed.position += 1
                continue
            reason = refused.get(start)
            cells: list[str] = []
            if reason is None:
                try:
                    cells = next(reader)
                except csv.Error:
                    is_at_end = feed.position == len(texts)
                    size = int(block.offsets[-1] - block.offsets[start])
                    if is_at_end and not block.is_last and size <= self._max_line_bytes:
                        found.carried = block.data[block.offsets[start] :]
                        return found
                    reason = "bad_quoting"
                else:
                    reason = self._reason(cells, range(start, feed.position), refused)
            is_open_line = block.is_open and feed.position >= len(texts)
            if reason is None and is_open_line and self._is_cut:
                reason = "truncated_line"
            if reason is None:
                found.lines.append(block.first_line + start)
                found.rows.append(cells)
                found.other_lines += feed.position - start - 1
                continue
            if (
                is_open_line
                and start == len(texts) - 1
                and reason in ("bad_quoting", "wrong_column_count")
            ):
                reason = "truncated_line"
            row = block.first_line + start
            found.rejects.append(Reject(row, reason, line_hash(block.line(start))))
            feed.position = start + 1
        return found

    def _reason(self, cells: list[str], lines: range, refused: Mapping[int, str]) -> str | None:
        """Why a record that the parser took is refused all the same, if it is."""
        assert self._header is not None
        if len(cells) != len(self._header.cells):
            return "wrong_column_count"
        if cells == self._header.cells:
            return "repeated_header"
        return next((refused[line] for line in lines if line in refused), None)


def _text(block: LineBlock, index: int) -> str:
    """A line as text; bytes that are not UTF-8 stand as surrogates in a line that is refused."""
    raw = block.data[block.offsets[index] : block.offsets[index + 1]]
    return raw.decode(errors="surrogateescape")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _fields_sql(columns: CsvColumns) -> str:
    """SQL from the relation `lines` (row, c0, c1, …) to `fields`; empty cells are null.

    A row without a type is a track message. Columns that are not of the contract become
    `properties` under their own names, as text; a key that the properties column holds
    already stays as it is there. JSON columns that hold other text hold it as a JSON string.
    """
    cells = {
        target: f"nullif(c{columns.contract[target]}, '')"
        if target in columns.contract
        else "null::varchar"
        for target in CONTRACT_KEYS
    }
    cells["type"] = f"coalesce({cells['type']}, 'track')"
    for target in JSON_COLUMNS:
        if target in columns.contract:
            cells[target] = f"json_text({cells[target]})"
    if columns.extra:
        pairs = ", ".join(
            f"{_literal(name)}, nullif(c{position}, '')" for name, position in columns.extra.items()
        )
        cells["properties"] = f"merged_properties({cells['properties']}, json_object({pairs}))"
    return f"""
    fields as (
        select
            row,
            false as is_suspect,
            {", ".join(f'{value} as "{target}"' for target, value in cells.items())}
        from lines
    )
    """

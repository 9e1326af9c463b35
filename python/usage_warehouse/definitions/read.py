"""Reading a definition file: its records with their places, and what is wrong with its shape."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from usage_warehouse.definitions.finding import Finding
from usage_warehouse.definitions.seeds import Seed

# A column this like a known one is a slip, not a column of someone's own.
NEAR_PRESENT = 0.85
NEAR_MISSING = 0.6
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class Record:
    """A record below the header.

    `row` is the line of the file on which it starts. `cells` maps each known column that the
    record has to its text without surrounding spaces. `is_sound` is false where the number of
    fields differs from the header's: what then stands under a column may belong elsewhere.
    """

    row: int
    cells: dict[str, str]
    is_sound: bool = True

    def get(self, column: str) -> str:
        """The text of a cell; empty where the record has no such cell."""
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """A definition file as read; `columns` are the known columns it has.

    `is_whole` is false where the file is absent or could not be read to its end: nothing may
    then be concluded from what it lacks.
    """

    file: str
    columns: frozenset[str] = frozenset()
    records: tuple[Record, ...] = ()
    is_whole: bool = False

    def has(self, *columns: str) -> bool:
        """Whether the file was read to its end and has these columns."""
        return self.is_whole and self.columns.issuperset(columns)


def read_table(folder: Path, seed: Seed) -> tuple[Table, list[Finding]]:
    """Read `<name>.csv`, which may stand anywhere below `folder`, as dbt finds it.

    UTF-8 with or without a byte order mark, commas, double quotes. Lines without any character
    are passed over. Columns that the project does not know are passed over too.
    """
    file = (folder / f"{seed.name}.csv").as_posix()
    places = sorted(path for path in folder.rglob(f"{seed.name}.csv") if path.is_file())
    if not places:
        fix = f"make it with the first line {seed.header} (a file of that line alone is fine)"
        return Table(file), [Finding(file, 0, "", "the file is missing", fix)]
    file = places[0].as_posix()
    if len(places) > 1:
        problem = f"there are {len(places)} files of this name, also {places[1].as_posix()}"
        return Table(file), [Finding(file, 0, "", problem, "keep one")]
    try:
        data = places[0].read_bytes()
    except OSError as error:
        problem = f"the file cannot be read: {error.strerror}"
        return Table(file), [Finding(file, 0, "", problem, "make it readable")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        problem = f"byte 0x{data[error.start]:02x} is not UTF-8"
        return Table(file), [Finding(file, row, "", problem, "save the file as UTF-8")]
    return parse_table(file, text, seed)


def parse_table(file: str, text: str, seed: Seed) -> tuple[Table, list[Finding]]:
    """Split the text of a definition file into records, and judge their shape."""
    findings: list[Finding] = []
    records: list[Record] = []
    header: list[str] | None = None
    lines = _Lines(text)
    try:
        for row, fields in lines:
            if header is None:
                header = fields
                findings += _judge_header(file, row, header, seed)
            else:
                record, found = _read_record(file, row, fields, header, seed)
                records += record
                findings += found
    except csv.Error as error:
        problem = f"the text is not CSV: {error}"
        fix = 'close each " and write a " inside a quoted field twice'
        findings.append(Finding(file, lines.row, "", problem, fix))
        return Table(file), findings
    if header is None:
        fix = f"give it the first line {seed.header}"
        return Table(file), [Finding(file, 1, "", "the file is empty", fix)]
    columns = frozenset(header) & frozenset(seed.column_names)
    return Table(file, columns, tuple(records), is_whole=True), findings


class _Lines:
    """The records of a text with the line on which each starts; `row` is the current one's."""

    def __init__(self, text: str) -> None:
        self.row = 1
        self._reader = csv.reader(io.StringIO(text, newline=""), strict=True)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        for fields in self._reader:
            if fields:
                yield self.row, fields
            self.row = self._reader.line_num + 1


def _judge_header(file: str, row: int, header: list[str], seed: Seed) -> list[Finding]:
    """Missing and duplicate columns, and those that look like a slip."""
    for separator, name in _SEPARATORS.items():
        if len(header) == 1 and separator in header[0]:
            problem = f"the columns are separated by {name}"
            return [Finding(file, row, "", problem, "save the file with commas")]
    findings = []
    for name, count in Counter(header).items():
        if name and count > 1:
            problem = f"the column stands {count} times in the header"
            findings.append(Finding(file, row, name, problem, "keep one of them"))
    unknown = [name for name in dict.fromkeys(header) if name and name not in seed.column_names]
    for column in seed.columns:
        if column.name in header:
            continue
        near = _nearest(column.name, unknown, NEAR_MISSING if column.is_needed else NEAR_PRESENT)
        if near:
            unknown.remove(near)
            fix = f"rename the column '{near}' to {column.name}"
        elif column.is_needed:
            fix = f"add it; the header is {seed.header}"
        else:
            continue
        findings.append(Finding(file, row, column.name, "the column is missing", fix))
    for name in unknown:
        near = _nearest(name, seed.column_names, NEAR_PRESENT)
        if near:
            problem = f"unknown column, much like {near}, which is there too"
            fix = "remove it, or give it a name that nobody takes for the other"
            findings.append(Finding(file, row, name, problem, fix))
    return findings


def _nearest(name: str, others: list[str] | tuple[str, ...], limit: float) -> str:
    """The most similar of `others`, at least `limit` of 1 alike, else an empty text."""

    def likeness(other: str) -> float:
        return SequenceMatcher(None, _plain(name), _plain(other)).ratio()

    best = max(others, key=likeness, default="")
    return best if best and likeness(best) >= limit else ""


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.lower())


def _read_record(
    file: str, row: int, fields: list[str], header: list[str], seed: Seed
) -> tuple[list[Record], list[Finding]]:
    """The record of a line, none where all its cells are empty, and what is wrong with it."""
    is_sound = len(fields) == len(header)
    if is_sound and not any(field.strip() for field in fields):
        return [], [Finding(file, row, "", "all cells are empty", "remove the row")]
    findings = []
    if not is_sound:
        problem = f"{len(fields)} fields, and the header has {len(header)}"
        fix = (
            'put a text with a comma in it between double quotes: "a, b"'
            if len(fields) > len(header)
            else "add the missing commas; an empty cell needs its comma too"
        )
        findings.append(Finding(file, row, "", problem, fix))
    cells: dict[str, str] = {}
    for name, field in zip(header, fields, strict=False):
        if name in seed.column_names:
            cells.setdefault(name, field.strip(" "))
    return [Record(row, cells, is_sound)], findings

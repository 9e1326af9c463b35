"""The raw contract, checked before a build: are the tables there, and can they be read?

The contract is what the source YAML declares: the columns of each table with their types, which of
them are required and under which other names they come, and which tables a source cannot do
without. The check opens the footers of the Parquet files and never their rows, so that a thousand
files take a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from usage_warehouse.errors import RawContractError
from usage_warehouse.raw.declared import RawColumn, RawContract, read_contract
from usage_warehouse.raw.families import can_be_read, conflict, family
from usage_warehouse.raw.load_units import raw_files
from usage_warehouse.settings import PROJECT_ROOT, Settings
from usage_warehouse.variables import check_variables, effective_variables

__all__ = ["RawSummary", "RawTable", "check_raw", "check_variables"]

MAX_SHOWN = 20
# The engine would read these characters of a folder's name as a pattern or as SQL.
SPECIAL_CHARACTERS = "*?[]{}'"


@dataclass(frozen=True)
class RawFile:
    """What a Parquet file's footer says: `types` maps lower-case column names to Arrow types."""

    path: Path
    row_count: int
    types: Mapping[str, pa.DataType]


@dataclass(frozen=True)
class RawTable:
    """How much there is of a raw table."""

    name: str
    file_count: int
    row_count: int


@dataclass(frozen=True)
class RawSummary:
    """How much there is to read: a row per table that has files, in the contract's order."""

    tables: tuple[RawTable, ...]

    @property
    def file_count(self) -> int:
        """Number of files of all tables."""
        return sum(table.file_count for table in self.tables)

    @property
    def row_count(self) -> int:
        """Number of rows of all tables."""
        return sum(table.row_count for table in self.tables)

    def __str__(self) -> str:
        return "\n".join(
            f"{table.name}: {_counted(table.row_count, 'row')}"
            f" in {_counted(table.file_count, 'file')}"
            for table in self.tables
        )


@dataclass(frozen=True)
class Problem:
    """A breach of the contract, with the files that have it (none: the table has it)."""

    where: str
    problem: str
    fix: str
    files: tuple[Path, ...] = ()

    def __str__(self) -> str:
        more = len(self.files) - 1
        others = f" and {_counted(more, 'other')}" if more > 0 else ""
        files = f", file {self.files[0].as_posix()}{others}" if self.files else ""
        return f"{self.where}{files}: {self.problem}"


def check_raw(settings: Settings, project_root: Path = PROJECT_ROOT) -> RawSummary:
    """Check the raw folder of a run against the contract of the sources that are on.

    Returns how many files and rows each table has.

    Raises RawContractError with up to 20 problems: the folder is missing or empty; a required
    table has no file; a file is not Parquet, lacks a required column or holds one in a type that
    cannot be read; files of one table hold a column in types that cannot be read together.
    Raises BadInvocation where a variable is unknown or impossible.
    """
    variables = effective_variables(settings.variables, project_root)
    _require_folder(settings)
    problems: list[Problem] = []
    tables: list[RawTable] = []
    for contract in read_contract(project_root):
        if not _is_on(settings.raw, contract.source, variables.get(f"using_{contract.source}")):
            continue
        files, found = _read_files(settings.raw, contract)
        problems += found
        if files:
            rows = sum(file.row_count for file in files)
            tables.append(RawTable(contract.name, len(files), rows))
            problems += _judge_columns(contract, files)
    if problems:
        raise _error(problems)
    return RawSummary(tuple(tables))


def _is_on(raw: Path, source: str, setting: object) -> bool:
    """Whether a source is read: as the variable says; null = where it has a file."""
    if setting is None:
        return next((raw / source).glob("*/**/*.parquet"), None) is not None
    return bool(setting)


def _require_folder(settings: Settings) -> None:
    """The raw folder exists, holds something and has a path that the engine can read."""
    raw = settings.raw
    named = "USAGE_RAW names" if settings.raw_is_named else "the default is"
    fix = "point USAGE_RAW at the folder that holds <source>/<table>/*.parquet"
    if not settings.raw_is_named:
        fix += ", or make the sample company: usage sample"
    if any(character in raw.as_posix() for character in SPECIAL_CHARACTERS):
        raise RawContractError(
            f"raw contract: the path '{raw}' holds one of {' '.join(SPECIAL_CHARACTERS)}",
            "give the raw folder a path without these characters",
        )
    try:
        if not raw.exists():
            problem = "does not exist"
        elif not raw.is_dir():
            problem = "is not a folder"
        elif next(raw.iterdir(), None) is None:
            problem = "is empty"
        else:
            return
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
    raise RawContractError(f"raw contract: {named} '{raw}', which {problem}", fix)


def _read_files(raw: Path, contract: RawContract) -> tuple[list[RawFile], list[Problem]]:
    """The footers of a table's files, and what is wrong with the files."""
    paths = [path for path in raw_files(raw, contract.source, contract.table) if path.is_file()]
    if not paths and contract.is_required:
        return [], [_absent(raw, contract)]
    with ThreadPoolExecutor(max_workers=4) as pool:
        read = list(pool.map(_read_footer, paths))
    files = [file for file in read if isinstance(file, RawFile)]
    bad = [
        Problem(
            f"table {contract.name}",
            f"not a readable Parquet file: {reason}",
            "write the file again, or take it out of the folder",
            (path,),
        )
        for path, reason in zip(paths, read, strict=True)
        if isinstance(reason, str)
    ]
    return files, bad


def _read_footer(path: Path) -> RawFile | str:
    """What the footer says, or why it cannot be read."""
    try:
        footer = pq.read_metadata(path)
        types = {field.name.lower(): field.type for field in footer.schema.to_arrow_schema()}
    except (pa.ArrowException, OSError) as error:
        return (str(error).splitlines() or ["unknown reason"])[0].rstrip(".")
    return RawFile(path, footer.num_rows, types)


def _absent(raw: Path, contract: RawContract) -> Problem:
    folder = raw / contract.source / contract.table
    others = sorted({path.suffix or path.name for path in folder.rglob("*") if path.is_file()})
    tables = sorted(path.relative_to(raw).as_posix() for path in raw.glob("*/*") if path.is_dir())
    if others:
        found = f"only files of the kind {', '.join(others)}"
    else:
        found = f"the tables found are {', '.join(tables[:MAX_SHOWN])}" if tables else "no table"
    return Problem(
        f"table {contract.name}",
        f"there is no Parquet file of it under '{folder.as_posix()}' ({found})",
        "land it (usage land --help), point USAGE_RAW at the folder that holds it, "
        f"or switch the source off: using_{contract.source}: false",
    )


def _judge_columns(contract: RawContract, files: Sequence[RawFile]) -> Iterator[Problem]:
    """Required columns that are missing, and types that cannot be read, alone or together."""
    held = {name for file in files for name in file.types}
    for column in contract.columns:
        # The engine reads all files under one name: the first that any of them has.
        used = next((name for name in column.names if name in held), column.names[0])
        yield from _judge_presence(contract, column, used, files)
        yield from _judge_types(contract, column, used, files)


def _judge_presence(
    contract: RawContract, column: RawColumn, used: str, files: Sequence[RawFile]
) -> Iterator[Problem]:
    where = f"table {contract.name}, column {column.names[0]}"
    renamed: dict[str, list[RawFile]] = defaultdict(list)
    absent: list[RawFile] = []
    for file in files:
        if used in file.types:
            continue
        other = next((name for name in column.names if name in file.types), None)
        if other:
            renamed[other].append(file)
        else:
            absent.append(file)
    for other, members in renamed.items():
        problem = f"it stands under {other} here and under {used} in other files"
        yield Problem(where, problem, "use one name in all files", _paths(members))
    if absent and column.is_required:
        found = ", ".join(sorted(absent[0].types)) or "no column"
        fix = (
            f"add it where the table is loaded, or rename the column that holds it; found: {found}"
        )
        yield Problem(where, "the required column is missing", fix, _paths(absent))


def _judge_types(
    contract: RawContract, column: RawColumn, used: str, files: Sequence[RawFile]
) -> Iterator[Problem]:
    where = f"table {contract.name}, column {column.names[0]}"
    readable: dict[str, RawFile] = {}
    unreadable: dict[str, list[RawFile]] = defaultdict(list)
    for file in files:
        if used not in file.types:
            continue
        kind = family(file.types[used])
        if can_be_read(kind, column.data_type):
            readable.setdefault(kind, file)
        else:
            unreadable[str(file.types[used])].append(file)
    for arrow_type, members in unreadable.items():
        problem = f"its type {arrow_type} cannot be read as {column.data_type}"
        yield Problem(where, problem, f"write it as {column.data_type} or as text", _paths(members))
    pair = conflict(readable, column.data_type)
    if pair:
        first, second = (readable[kind] for kind in pair)
        problem = (
            f"its type is {second.types[used]} here and {first.types[used]} in "
            f"{first.path.as_posix()}, which cannot be read together"
        )
        yield Problem(where, problem, "write it with one type in all files", (second.path,))


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def _paths(files: Sequence[RawFile]) -> tuple[Path, ...]:
    return tuple(file.path for file in files)


def _error(problems: Sequence[Problem]) -> RawContractError:
    if len(problems) == 1:
        return RawContractError(f"raw contract: {problems[0]}", problems[0].fix)
    lines = [f"{problem}; fix: {problem.fix}" for problem in problems[:MAX_SHOWN]]
    if len(problems) > MAX_SHOWN:
        lines.append(f"and {len(problems) - MAX_SHOWN} more")
    return RawContractError("\n  ".join([f"raw contract: {len(problems)} problems:", *lines]))

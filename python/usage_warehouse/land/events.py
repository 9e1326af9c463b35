"""Land files of product events: messages and refused lines as Parquet, every line accounted for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from usage_warehouse.errors import BadInvocation
from usage_warehouse.land import store
from usage_warehouse.land.account import Account
from usage_warehouse.land.blocks import (
    WORKERS,
    MessageEngines,
    MessageSession,
    ParsedBlock,
    Reject,
    line_hash,
)
from usage_warehouse.land.csv_records import CSV_BLOCK_BYTES, CsvParser, read_header
from usage_warehouse.land.facts import FileFacts, file_stamp, scan
from usage_warehouse.land.formats import detect_format
from usage_warehouse.land.json_lines import SEGMENT, parse_json_block
from usage_warehouse.land.parquet_rows import (
    is_parquet,
    parquet_blocks,
    parquet_columns,
    scan_parquet,
)
from usage_warehouse.land.stream import (
    BLOCK_BYTES,
    MAX_LINE_BYTES,
    LineBlock,
    LongLine,
    ahead,
    in_order,
    line_blocks,
    read_pieces,
)
from usage_warehouse.land.vendors import Vendor

Progress = Callable[[str, int, int], None]  # file, lines done, lines in all


@dataclass(frozen=True)
class LandResult:
    """What became of one file: lines = landed + the sum of rejected.

    `state` is `landed`, `already_landed` (this content was there; nothing changed) or `empty`
    (no line that is not blank; nothing was written). Lines are non-blank lines; for CSV
    they are records, without the header.
    """

    file: str
    content_hash: str
    format: str
    state: str
    lines: int = 0
    landed: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    messages_path: Path | None = None
    rejects_path: Path | None = None
    newest_received_at: datetime | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class LandOptions:
    """How to land: format, whose export it is, block size and longest line in bytes."""

    format: str = "auto"
    vendor: Vendor | None = None
    block_bytes: int = BLOCK_BYTES
    csv_block_bytes: int = CSV_BLOCK_BYTES
    max_line_bytes: int = MAX_LINE_BYTES


@dataclass(frozen=True)
class _Writers:
    """The two files that one input file becomes."""

    messages: store.PendingParquet
    rejects: store.PendingParquet


def land_events(
    files: Sequence[Path],
    raw: Path,
    mapping: Mapping[str, str],
    loaded_at: datetime,
    source: str = "events",
    options: LandOptions | None = None,
    on_progress: Progress | None = None,
) -> list[LandResult]:
    """Land files into `raw/events`, one load time for all of them; one result per file.

    `mapping` is {contract column: CSV column}; `loaded_at` has a time zone. All files are
    looked at before the first is written.

    Raises BadInvocation for a file, mapping or folder that cannot be used, GateError when the
    count of lines read differs from landed + rejected (then nothing of that file is written).
    """
    options = options or LandOptions()
    if loaded_at.tzinfo is None:
        raise BadInvocation(f"load time {loaded_at} has no time zone", "give it in UTC")
    loaded_at = loaded_at.astimezone(UTC)
    names = store.LandedNames(raw)
    jobs = [
        _FileLanding.plan(path, raw, mapping, loaded_at, source, options, names) for path in files
    ]
    if mapping and all(job.format == "json" for job in jobs):
        raise BadInvocation(
            "--map is for CSV and Parquet files and none is named",
            "JSON lines use the names of the contract",
        )
    with MessageEngines() as engines, store.disk_errors(raw):
        return [job.run(engines, on_progress) for job in jobs]


@dataclass(frozen=True)
class _FileLanding:
    """One file on its way into the raw folder."""

    facts: FileFacts
    format: str
    raw: Path
    mapping: Mapping[str, str]
    resolved: Mapping[str, str]
    loaded_at: datetime
    source: str
    options: LandOptions
    names: store.LandedNames

    @classmethod
    def plan(
        cls,
        path: Path,
        raw: Path,
        mapping: Mapping[str, str],
        loaded_at: datetime,
        source: str,
        options: LandOptions,
        names: store.LandedNames,
    ) -> _FileLanding:
        """Look at a file: content, format and, for CSV, the header.

        Raises BadInvocation for what cannot be landed, or was landed with other columns.
        """
        is_rows = is_parquet(path)
        facts = scan_parquet(path) if is_rows else scan(path)
        format_ = "parquet" if is_rows else detect_format(facts, options.format, options.vendor)
        resolved = options.vendor.settings() if options.vendor else {}
        if is_rows and not options.vendor:
            resolved = parquet_columns(path, mapping)[1]
        if format_ == "csv":
            head = next(line_blocks(read_pieces(path), options.csv_block_bytes))
            if isinstance(head, LineBlock) and (header := read_header(head, facts.name, mapping)):
                resolved = header.mapping()
        found = store.find_landed(raw, facts.content_hash)
        if found is not None and found[1] is not None and found[1].mapping != resolved:
            before = ",".join(f"{target}={name}" for target, name in found[1].mapping.items())
            raise BadInvocation(
                f"{path} was landed before with other columns: {before or 'none'}",
                f"to land it anew, remove {found[0]} first",
            )
        return cls(facts, format_, raw, mapping, resolved, loaded_at, source, options, names)

    def run(self, engines: MessageEngines, on_progress: Progress | None = None) -> LandResult:
        """Land the file unless its content is there already."""
        found = store.find_landed(self.raw, self.facts.content_hash)
        if found is not None:
            return self._already_landed(found[1])
        path = store.messages_path(self.raw, self.facts.content_hash, self.loaded_at)
        writers = _Writers(
            store.PendingParquet(path, store.MESSAGE_SCHEMA),
            store.PendingParquet(
                store.rejects_path(self.raw, self.facts.content_hash), store.REJECT_SCHEMA
            ),
        )
        try:
            stamp = {
                "hash_prefix": self.facts.content_hash[:16],
                "file": self.facts.name,
                "loaded_at": self.loaded_at.isoformat(),
                "source": self.source,
            }
            account = self._parse(engines, stamp, writers, on_progress)
            return self._finish(account, writers)
        finally:
            writers.messages.discard()
            writers.rejects.discard()

    def _already_landed(self, footer: store.Footer | None) -> LandResult:
        return LandResult(
            self.facts.name,
            self.facts.content_hash,
            self.format,
            "already_landed",
            lines=footer.lines if footer else 0,
            landed=footer.landed if footer else 0,
            rejected=footer.rejected if footer else {},
        )

    def _parse(
        self,
        engines: MessageEngines,
        stamp: Mapping[str, str],
        writers: _Writers,
        on_progress: Progress | None,
    ) -> Account:
        """Parse block by block; another thread writes the last block meanwhile."""
        account = Account()
        pending: Future[None] | None = None
        with ThreadPoolExecutor(1) as writing:
            for block in self._parsed_blocks(engines, stamp):
                account.add(block)
                if pending is not None:
                    pending.result()
                pending = writing.submit(self._write, writers, block)
                if on_progress is not None:
                    on_progress(self.facts.name, account.line_count, self.facts.line_count)
            if pending is not None:
                pending.result()
        return account

    def _parsed_blocks(
        self, engines: MessageEngines, stamp: Mapping[str, str]
    ) -> Iterator[ParsedBlock]:
        """The file as parsed blocks, in order."""
        if self.format == "csv":
            yield from self._csv_blocks(MessageSession(engines.reader, stamp))
        else:
            yield from self._json_blocks(engines, stamp)
        if self.facts.has_lost_line:
            lost = Reject(self.facts.line_count, "truncated_line", line_hash(b""))
            yield ParsedBlock(rejects=[lost])

    def _csv_blocks(self, session: MessageSession) -> Iterator[ParsedBlock]:
        """One after the other: a record may go on in the next block, which is read meanwhile."""
        limit = self.options.max_line_bytes
        parser = CsvParser(session, self.facts, self.mapping, limit)
        for block in ahead(self._line_blocks(self.options.csv_block_bytes)):
            if isinstance(block, LongLine):
                yield parser.finish()
                yield _too_long(block)
            else:
                yield parser.parse(block)

    def _json_blocks(
        self, engines: MessageEngines, stamp: Mapping[str, str]
    ) -> Iterator[ParsedBlock]:
        """JSON lines, or rows made into such, several blocks at one time."""
        limit = self.options.max_line_bytes
        vendor = self.options.vendor
        shape = vendor.shape(self.format) if vendor else SEGMENT
        if self.format == "parquet":
            columns = None if vendor else parquet_columns(self.facts.path, self.mapping)[0]
            blocks = parquet_blocks(engines.reader, self.facts.path, columns)
        else:
            blocks = self._line_blocks(self.options.block_bytes)

        def parse(block: LineBlock | LongLine) -> ParsedBlock:
            if isinstance(block, LongLine):
                return _too_long(block)
            with engines.worker() as engine:
                return parse_json_block(MessageSession(engine, stamp), block, limit, shape)

        yield from in_order(parse, blocks, WORKERS)

    def _line_blocks(self, block_bytes: int) -> Iterator[LineBlock | LongLine]:
        return line_blocks(read_pieces(self.facts.path), block_bytes, self.options.max_line_bytes)

    def _write(self, writers: _Writers, block: ParsedBlock) -> None:
        if block.messages is not None:
            writers.messages.write(block.messages)
        if block.rejects:
            table = store.rejects_table(block.rejects, self.facts.name, self.loaded_at, self.source)
            writers.rejects.write(table)

    def _finish(self, account: Account, writers: _Writers) -> LandResult:
        """Check the account against the first pass, then put the files in place."""
        facts = self.facts
        if file_stamp(facts.path) != facts.stamp:
            raise BadInvocation(
                f"{facts.path} changed while it was read; nothing of it was landed",
                "land it when its writer has finished",
            )
        account.check(facts)
        rejected = dict(sorted(account.reasons.items()))
        lines = account.landed + sum(rejected.values())
        result = LandResult(
            facts.name,
            facts.content_hash,
            self.format,
            "landed" if lines else "empty",
            lines,
            account.landed,
            rejected,
            newest_received_at=account.newest,
            warnings=tuple(account.warnings(facts, self.format, self.loaded_at, self.names)),
        )
        if not lines:
            return result
        footer = store.Footer(
            content_sha256=facts.content_hash,
            file=facts.name,
            format=self.format,
            mapping=dict(self.resolved),
            lines=lines,
            landed=account.landed,
            rejected=rejected,
        )
        # the file that proves the landing comes last
        rejects_path = writers.rejects.commit(footer)
        messages_path = writers.messages.commit(footer)
        if messages_path is not None:
            self.names.add(facts.name, messages_path)
        return replace(result, messages_path=messages_path, rejects_path=rejects_path)


def _too_long(line: LongLine) -> ParsedBlock:
    return ParsedBlock(rejects=[Reject(line.number, "line_too_long", line.sha256)])

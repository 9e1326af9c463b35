"""Bytes of one input file: decompressed, in UTF-8, cut into blocks of whole lines.

Memory stays bounded by the block size and the longest line that is accepted, whatever
the size of the file.
"""

from __future__ import annotations

import codecs
import hashlib
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

import numpy as np
import pyarrow as pa

BLOCK_BYTES = 32 << 20
MAX_LINE_BYTES = 16 << 20
Item = TypeVar("Item")
Result = TypeVar("Result")

READ_BYTES = 1 << 20
PIECE_BYTES = 4 << 20
# What an early end takes with it: small.
ZSTD_BYTES = 64 << 10
GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


class Damaged(Exception):
    """The compressed stream says something that it cannot mean; none of it can be trusted."""


class CutShort(Exception):
    """The compressed stream ends before its own end; what came before is good."""


@dataclass(frozen=True)
class LineBlock:
    """Whole lines, line feeds included; line i is `data[offsets[i]:offsets[i + 1]]`.

    `first_line` is the 1-based number of the first line. `is_last` marks the end of the
    file, where the last line may lack its line feed.
    """

    data: bytes
    first_line: int
    offsets: np.ndarray
    is_last: bool

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def is_open(self) -> bool:
        """Whether the last line lacks its line feed."""
        return bool(self.data) and not self.data.endswith(b"\n")

    def preceded_by(self, carried: bytes) -> LineBlock:
        """This block with the unfinished lines of the one before it put in front."""
        if not carried:
            return self
        first_line = self.first_line - carried.count(b"\n")
        return make_block(carried + self.data, first_line, self.is_last)

    def after(self, line_count: int) -> LineBlock:
        """This block without its first lines."""
        start = int(self.offsets[line_count])
        return make_block(self.data[start:], self.first_line + line_count, self.is_last)

    def line(self, index: int) -> bytes:
        """Bytes of one line, without its line feed and carriage return."""
        return chomp(self.data[self.offsets[index] : self.offsets[index + 1]])


@dataclass(frozen=True)
class LongLine:
    """A line over the limit: its number and hash; its bytes are never held."""

    number: int
    sha256: str


def chomp(line: bytes) -> bytes:
    """Remove one line feed and the carriage return before it."""
    return line.removesuffix(b"\n").removesuffix(b"\r")


def read_pieces(path: Path) -> Iterator[bytes]:
    """Decompressed bytes in UTF-8 without a byte-order mark, in pieces that are not empty.

    Raises CutShort after the last piece of a compressed stream that ends early, Damaged where
    one cannot be read.
    """
    with path.open("rb") as file:
        magic = file.read(4)
        file.seek(0)
        if magic == ZSTD_MAGIC:
            pieces = _unzstd(file)
        elif magic[:2] == GZIP_MAGIC:
            pieces = _gunzip(file)
        else:
            pieces = iter(lambda: file.read(READ_BYTES), b"")
        yield from _to_utf8(pieces)


def _gunzip(file: BinaryIO) -> Iterator[bytes]:
    """Decompress all members of a gzip file, at most `PIECE_BYTES` a piece.

    Raises CutShort at an early end, Damaged for bytes that cannot be trusted.
    """
    try:
        yield from _gzip_members(file)
    except zlib.error as error:
        raise Damaged(str(error)) from error


def _unzstd(file: BinaryIO) -> Iterator[bytes]:
    """Decompress all frames of a zstd file. Raises as _gunzip does."""
    stream = pa.CompressedInputStream(pa.PythonFile(file, mode="r"), "zstd")
    while True:
        try:
            piece = stream.read(ZSTD_BYTES)
        except OSError as error:
            if "Truncated" in str(error):
                raise CutShort("compressed stream ends early") from error
            raise Damaged(str(error)) from error
        if not piece:
            return
        yield piece


def _gzip_members(file: BinaryIO) -> Iterator[bytes]:
    decoder = zlib.decompressobj(wbits=31)
    data = file.read(READ_BYTES)
    while data:
        if piece := decoder.decompress(data, PIECE_BYTES):
            yield piece
        data = decoder.unconsumed_tail
        if decoder.eof:
            data = (decoder.unused_data or file.read(READ_BYTES)).lstrip(b"\0")
            if data:
                decoder = zlib.decompressobj(wbits=31)
        elif not data:
            data = file.read(READ_BYTES)
    while not decoder.eof and (piece := decoder.decompress(b"", PIECE_BYTES)):
        yield piece
    if not decoder.eof:
        raise CutShort("compressed stream ends early")


def _to_utf8(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Drop a UTF-8 byte-order mark; turn UTF-16 with a mark into UTF-8."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= 3:
            break
    encoding = UTF16_MARKS.get(head[:2])
    if encoding is None:
        if rest := head.removeprefix(codecs.BOM_UTF8):
            yield rest
        yield from pieces
        return
    # lone surrogates become bytes that are not UTF-8, so that only their line is refused
    decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
    if text := decoder.decode(head[2:]):
        yield text.encode("utf-8", "surrogatepass")
    for piece in pieces:
        if text := decoder.decode(piece):
            yield text.encode("utf-8", "surrogatepass")
    if decoder.getstate()[0]:
        yield b"\xff"


def line_blocks(
    pieces: Iterator[bytes],
    block_bytes: int = BLOCK_BYTES,
    max_line_bytes: int = MAX_LINE_BYTES,
) -> Iterator[LineBlock | LongLine]:
    """Cut a byte stream into blocks of whole lines, in file order.

    A line that outgrows `max_line_bytes` while it is collected comes as a LongLine. A
    stream that is cut short ends like a file whose last line lacks its line feed.
    """
    parts: list[bytes] = []
    held = 0
    number = 1
    skipped: _LineHash | None = None
    for piece in _slices(pieces, block_bytes):
        if skipped is not None:
            before, feed, piece = piece.partition(b"\n")
            skipped.update(before)
            if not feed:
                continue
            yield LongLine(number, skipped.hexdigest())
            number += 1
            skipped = None
        parts.append(piece)
        held += len(piece)
        if held < block_bytes:
            continue
        data = b"".join(parts)
        end = data.rfind(b"\n") + 1
        if end:
            block = make_block(data[:end], number, is_last=False)
            number += len(block)
            yield block
        parts = [data[end:]]
        held = len(parts[0])
        if held > max_line_bytes:
            skipped = _LineHash()
            skipped.update(parts[0])
            parts, held = [], 0
    if skipped is not None:
        yield LongLine(number, skipped.hexdigest())
    yield make_block(b"".join(parts), number, is_last=True)


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """The same items, each made by a second thread while the one before it is used."""
    end = object()
    with ThreadPoolExecutor(1) as pool:
        pending = pool.submit(next, items, end)
        while (item := pending.result()) is not end:
            pending = pool.submit(next, items, end)
            yield item


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], workers: int
) -> Iterator[Result]:
    """The result of each item, in order, while the next ones are worked on by other threads."""
    pending: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for item in items:
                pending.append(pool.submit(work, item))
                if len(pending) > workers:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()


def _slices(pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    """The same bytes in pieces of at most `most`, up to the end or an early end."""
    try:
        for piece in pieces:
            for start in range(0, len(piece), most):
                yield piece[start : start + most]
    except CutShort:
        return


def make_block(data: bytes, first_line: int, is_last: bool) -> LineBlock:
    """Find the line ends of `data` (vectorised)."""
    view = np.frombuffer(data, dtype=np.uint8)
    # in windows, whose masks stay in the processor's cache
    found = [
        np.flatnonzero(view[start : start + READ_BYTES] == np.uint8(10)) + start
        for start in range(0, len(view), READ_BYTES)
    ]
    feeds = np.concatenate(found) if found else np.empty(0, dtype=np.int64)
    is_open = bool(data) and not data.endswith(b"\n")
    offsets = np.zeros(len(feeds) + 1 + is_open, dtype=np.int32)
    offsets[1 : len(feeds) + 1] = feeds + 1
    if is_open:
        offsets[-1] = len(data)
    return LineBlock(data, first_line, offsets, is_last)


class _LineHash:
    """SHA-256 of a line that arrives in pieces, without a final carriage return."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._held = b""

    def update(self, piece: bytes) -> None:
        if piece:
            self._digest.update(self._held + piece[:-1])
            self._held = piece[-1:]

    def hexdigest(self) -> str:
        self._digest.update(self._held.removesuffix(b"\r"))
        return self._digest.hexdigest()

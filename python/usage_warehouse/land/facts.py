"""The first pass over an input file: what it is, before anything is parsed or written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from usage_warehouse.errors import BadInvocation
from usage_warehouse.land.stream import CutShort, Damaged, read_pieces


@dataclass(frozen=True)
class FileFacts:
    """What one pass over a file's bytes tells.

    `content_hash` is the SHA-256 of the decompressed bytes, so that a file and its
    compressed copy are the same content. `line_count` counts physical lines, an
    unterminated last one included. `is_cut` marks a compressed stream that ends early;
    when that falls on a line end, `has_lost_line`: the line that would follow is counted too.
    """

    path: Path
    content_hash: str
    line_count: int
    byte_count: int
    is_cut: bool
    has_lost_line: bool
    stamp: tuple[int, int]

    @property
    def name(self) -> str:
        """Base name as given, the `_file` of every row."""
        return self.path.name


def scan(path: Path) -> FileFacts:
    """First pass: content hash and line count.

    Raises BadInvocation for what is not a readable file of a known compression.
    """
    if path.is_dir():
        raise BadInvocation(f"{path} is a folder", f"name its files, for instance {path}/*.json.gz")
    if not path.is_file():
        raise BadInvocation(f"{path} does not exist", "check the path of the file to land")
    digest = hashlib.sha256()
    lines = size = 0
    last = b"\n"
    is_cut = False
    try:
        stamp = file_stamp(path)
        for piece in read_pieces(path):
            digest.update(piece)
            lines += piece.count(b"\n")
            size += len(piece)
            last = piece[-1:]
    except CutShort:
        is_cut = True
        digest.update(b"\0cut short")
    except Damaged as error:
        raise BadInvocation(
            f"{path} is damaged: {error}; nothing of it was landed",
            f"fetch it again; `gzip -t {path}` or `zstd -t {path}` must pass",
        ) from error
    except OSError as error:
        raise BadInvocation(f"{path} cannot be read: {error}", "check its permissions") from error
    has_lost_line = is_cut and last == b"\n"
    if last != b"\n" or has_lost_line:
        lines += 1
    return FileFacts(path, digest.hexdigest(), lines, size, is_cut, has_lost_line, stamp)


def hash_bytes(path: Path) -> tuple[str, int, tuple[int, int]]:
    """SHA-256 of a file's bytes as they stand, their number, and the file's stamp before."""
    stamp = file_stamp(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return digest, stamp[0], stamp


def file_stamp(path: Path) -> tuple[int, int]:
    """Size and modification time, to notice a file that is still being written."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns

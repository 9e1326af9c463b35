"""Raw files as load units: name and content hash."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

CHUNK_BYTES = 1 << 20


def raw_files(root: Path, source: str, table: str) -> list[Path]:
    """All Parquet files of a raw table, sorted by path."""
    return sorted((root / source / table).glob("**/*.parquet"))


def content_hash(path: Path) -> str:
    """BLAKE2b-128 of a file's bytes, hexadecimal."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def unit_id(load_unit: str, digest: str) -> int:
    """A number of 63 bits for a file's name and content hash: another of either is another unit."""
    text = f"{load_unit}|{digest}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") >> 1


def load_units(source: str, table: str, root: str | None = None) -> pd.DataFrame:
    """The load units of one raw table.

    Returns a frame with one row per file: load_unit (path below the table's folder),
    content_hash (of all bytes), unit_id (a 64-bit number for both), file_path (as the engine reads
    it). Empty without files or where the source is absent.
    """
    raw_root = (root or os.environ.get("USAGE_RAW") or "data/raw").rstrip("/")
    base = Path(raw_root) / source / table
    files = raw_files(Path(raw_root), source, table)
    with ThreadPoolExecutor(max_workers=2) as pool:
        hashes = list(pool.map(content_hash, files))
    names = [path.relative_to(base).as_posix() for path in files]
    return pd.DataFrame(
        {
            "load_unit": names,
            "content_hash": hashes,
            "unit_id": [unit_id(*unit) for unit in zip(names, hashes, strict=True)],
            "file_path": [f"{raw_root}/{path.relative_to(raw_root).as_posix()}" for path in files],
        },
        dtype="object",
    ).astype(
        {
            "load_unit": "string",
            "content_hash": "string",
            "unit_id": "int64",
            "file_path": "string",
        }
    )

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


def load_units(source: str, table: str, root: str | None = None) -> pd.DataFrame:
    """The load units of one raw table.

    Returns a frame with one row per file: load_unit (path below the table's folder),
    content_hash (of all bytes), file_path (as the engine reads it). Empty without files
    or where the source is absent.
    """
    raw_root = (root or os.environ.get("USAGE_RAW") or "data/raw").rstrip("/")
    base = Path(raw_root) / source / table
    files = raw_files(Path(raw_root), source, table)
    with ThreadPoolExecutor(max_workers=2) as pool:
        hashes = list(pool.map(content_hash, files))
    return pd.DataFrame(
        {
            "load_unit": [path.relative_to(base).as_posix() for path in files],
            "content_hash": hashes,
            "file_path": [f"{raw_root}/{path.relative_to(raw_root).as_posix()}" for path in files],
        },
        dtype="object",
    ).astype({"load_unit": "string", "content_hash": "string", "file_path": "string"})

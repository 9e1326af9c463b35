"""Which format a file is in: by its name, else by its first lines."""

from __future__ import annotations

from itertools import islice

from usage_warehouse.errors import BadInvocation
from usage_warehouse.land.facts import FileFacts
from usage_warehouse.land.stream import CutShort, read_pieces

FORMATS = ("auto", "json", "csv")
_COMPRESSIONS = (".gz", ".gzip")
_SUFFIXES = {
    "json": "json",
    "jsonl": "json",
    "ndjson": "json",
    "csv": "csv",
    "tsv": "csv",
}
_LOOKED_AT_LINES = 100


def detect_format(facts: FileFacts, wanted: str) -> str:
    """`json` (lines) or `csv`. Raises BadInvocation for a format that is not known."""
    if wanted not in FORMATS:
        raise BadInvocation(f"--format {wanted} is not known", f"use one of {', '.join(FORMATS)}")
    if wanted != "auto":
        return wanted
    name = facts.name.lower()
    for suffix in _COMPRESSIONS:
        name = name.removesuffix(suffix)
    return _SUFFIXES.get(name.rpartition(".")[2]) or _by_content(facts)


def _by_content(facts: FileFacts) -> str:
    """JSON when any of the first lines starts like an object, else CSV."""
    try:
        head = next(read_pieces(facts.path), b"")
    except CutShort:
        head = b""
    lines = islice(head.split(b"\n"), _LOOKED_AT_LINES)
    is_json = any(line.lstrip().startswith(b"{") for line in lines)
    return "json" if is_json or not head.strip() else "csv"

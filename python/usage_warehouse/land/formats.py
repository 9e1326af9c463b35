"""Which format a file is in: by its name, else by its first lines."""

from __future__ import annotations

from itertools import islice

from usage_warehouse.errors import BadInvocation
from usage_warehouse.land.facts import FileFacts
from usage_warehouse.land.stream import CutShort, read_pieces
from usage_warehouse.land.vendors import Vendor

FORMATS = ("auto", "json", "csv")
_COMPRESSIONS = (".gz", ".gzip", ".zst", ".zstd")
_SUFFIXES = {
    "json": "json",
    "jsonl": "json",
    "ndjson": "json",
    "csv": "csv",
    "tsv": "csv",
}
_LOOKED_AT_LINES = 100
FEW_TABS = 9


def detect_format(facts: FileFacts, wanted: str, vendor: Vendor | None = None) -> str:
    """`json` (lines), `csv`, or `tsv` where a vendor has lines of its own.

    Raises BadInvocation for a format that is not known.
    """
    if wanted not in FORMATS:
        raise BadInvocation(f"--format {wanted} is not known", f"use one of {', '.join(FORMATS)}")
    if vendor is not None:
        return "tsv" if vendor.has_tabs and _has_tabs(facts) else "json"
    if wanted != "auto":
        return wanted
    name = facts.name.lower()
    for suffix in _COMPRESSIONS:
        name = name.removesuffix(suffix)
    return _SUFFIXES.get(name.rpartition(".")[2]) or _by_content(facts)


def _by_content(facts: FileFacts) -> str:
    """JSON when any of the first lines starts like an object, else CSV."""
    lines = _first_lines(facts)
    is_json = any(line.lstrip().startswith(b"{") for line in lines)
    return "json" if is_json or not any(line.strip() for line in lines) else "csv"


def _has_tabs(facts: FileFacts) -> bool:
    """Whether the first lines are of many fields divided by tabs."""
    return any(line.count(b"\t") > FEW_TABS for line in _first_lines(facts))


def _first_lines(facts: FileFacts) -> list[bytes]:
    try:
        head = next(read_pieces(facts.path), b"")
    except CutShort:
        head = b""
    return list(islice(head.split(b"\n"), _LOOKED_AT_LINES))

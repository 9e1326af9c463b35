"""Judging the cells of a definition file one by one, and its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from usage_warehouse.definitions.finding import Finding
from usage_warehouse.definitions.read import Record, Table
from usage_warehouse.definitions.seeds import ACTOR_KINDS, Column, Seed
from usage_warehouse.definitions.values import is_domain

Key = tuple[str, ...]

# Width-less characters, which an editor does not show and str.strip() does not take away.
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"


def judge_cells(table: Table, seed: Seed) -> Iterator[Finding]:
    """Empty required cells, invisible characters around a text, and values out of the question."""
    for record in table.records:
        if not record.is_sound:
            continue
        for column in seed.columns:
            if column.name in record.cells:
                complaint = _judge_cell(record.cells[column.name], column)
                if complaint:
                    yield Finding(table.file, record.row, column.name, *complaint)


def _judge_cell(text: str, column: Column) -> tuple[str, str] | None:
    if not text:
        return ("the cell is empty", f"fill in {column.name}") if column.is_filled else None
    if not column.is_prose and text != text.strip().strip(_INVISIBLE):
        problem = "an invisible character (tab, line end, special space) stands around the text"
        return problem, "type the text anew"
    return column.rule(text) if column.rule else None


def judge_domains(table: Table) -> Iterator[Finding]:
    """E-mail domains among the internal actors that are none."""
    for record in table.records:
        if not record.is_sound or actor_kind(record) != "email_domain" or not record.get("value"):
            continue
        complaint = is_domain(record.get("value"))
        if complaint:
            yield Finding(table.file, record.row, "value", *complaint)


def actor_kind(record: Record) -> str:
    """The kind of an internal actor under its first name; unknown kinds as they are."""
    kind = record.get("kind").lower()
    return ACTOR_KINDS.get(kind, kind)


def event_key(record: Record) -> Key:
    """An event of the tracking plan."""
    return (record.get("event_name"),)


def criterion_key(record: Record) -> Key:
    """A criterion of an activation rule."""
    return (record.get("rule_id"), record.get("criterion_id"))


def funnel_key(record: Record) -> Key:
    """A funnel."""
    return (record.get("funnel_id"),)


def actor_key(record: Record) -> Key:
    """An internal actor; e-mail domains in any case are one."""
    kind, value = actor_kind(record), record.get("value")
    return (kind, value.lower() if kind == "email_domain" else value)


def match_key(record: Record) -> Key:
    """What names a decision: the party and the account that it is about."""
    return record.get("source").lower(), record.get("source_id"), record.get("account_id")


def rate_key(record: Record) -> Key:
    """What names a rate: its currency in any case, and its day."""
    return record.get("currency").lower(), record.get("rate_date")


# file → (the column to point at, the key, what a key names)
KEYS: dict[str, tuple[str, Callable[[Record], Key], str]] = {
    "tracking_plan": ("event_name", event_key, "event_name"),
    "activation_rules": ("criterion_id", criterion_key, "rule_id and criterion_id"),
    "funnels": ("funnel_id", funnel_key, "funnel_id"),
    "internal_actors": ("value", actor_key, "kind and value"),
    "fx_rates": ("rate_date", rate_key, "currency and rate_date"),
    "account_matches": ("source_id", match_key, "source, source_id and account_id"),
    "currencies": ("currency", lambda record: (record.get("currency").lower(),), "currency"),
    "segments": ("dimension", lambda record: (record.get("dimension").lower(),), "dimension"),
    "health_weights": ("component", lambda record: (record.get("component").lower(),), "component"),
}


def judge_keys(table: Table, seed_name: str) -> Iterator[Finding]:
    """Records whose key stands further up already."""
    if seed_name not in KEYS:
        return
    column, key_of, what = KEYS[seed_name]
    seen: dict[Key, int] = {}
    for record in table.records:
        key = key_of(record)
        if not all(key):
            continue
        if key in seen and record.is_sound:
            problem = f"'{' / '.join(key)}' stands in row {seen[key]} already"
            fix = f"keep one row per {what}"
            yield Finding(table.file, record.row, column, problem, fix)
        seen.setdefault(key, record.row)

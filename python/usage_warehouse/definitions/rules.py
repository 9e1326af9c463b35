"""Rules that join several records or several definition files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from usage_warehouse.definitions.finding import Finding
from usage_warehouse.definitions.read import Record, Table
from usage_warehouse.definitions.seeds import MAX_STEP_NUMBER, SEGMENT_RELATIONS, STEP_KINDS
from usage_warehouse.definitions.values import did_you_mean, iso_date, whole_number
from usage_warehouse.settings import PROJECT_ROOT

Tables = Mapping[str, Table]
# Rows of marts by dimension that are no dimension of this seed.
RESERVED_DIMENSIONS = ("all", "entry_week")


def judge_plan_dates(table: Table) -> Iterator[Finding]:
    """Events that are retired before they are introduced."""
    for record in table.records:
        introduced = iso_date(record.get("introduced_on"))
        retired = iso_date(record.get("retired_on"))
        if record.is_sound and introduced and retired and introduced > retired:
            problem = f"introduced on {introduced}, after it was retired on {retired}"
            fix = "correct one of the two dates, or leave retired_on empty"
            yield Finding(table.file, record.row, "introduced_on", problem, fix)


def judge_health_ends(table: Table) -> Iterator[Finding]:
    """Components that are worth nothing and everything at one measure."""
    for record in table.records:
        if not record.is_sound or not record.get("zero_at"):
            continue
        try:
            is_same = float(record.get("zero_at")) == float(record.get("full_at"))
        except ValueError:  # told as a cell already
            continue
        if is_same:
            problem = f"zero_at and full_at are both {record.get('full_at')}"
            fix = "give the measure at which the component is worth nothing, and another for all"
            yield Finding(table.file, record.row, "full_at", problem, fix)


def judge_segments(table: Table) -> Iterator[Finding]:
    """Dimensions whose column does not exist, or divides nothing."""
    for record in table.records:
        if record.get("dimension").lower() in RESERVED_DIMENSIONS:
            problem = (
                f"'{record.get('dimension')}' is what the marts call actors as a whole or by week"
            )
            yield Finding(table.file, record.row, "dimension", problem, "take another name")
        relation, column = record.get("relation").lower(), record.get("column_name").lower()
        if not record.is_sound or relation not in SEGMENT_RELATIONS or not column:
            continue
        columns = segment_columns(relation)
        if columns.get(column):
            continue
        usable = ", ".join(name for name, can_divide in columns.items() if can_divide)
        problem = f"dim_{relation} has no column '{column}'"
        if column in columns:
            problem = f"column '{column}' names a single account or person, or is a time"
        fix = did_you_mean(column, columns) if column not in columns else ""
        yield Finding(table.file, record.row, "column_name", problem, fix or f"use one of {usable}")


def segment_columns(relation: str, project: Path = PROJECT_ROOT) -> dict[str, bool]:
    """The columns of core.dim_accounts or core.dim_users, and whether each can divide a mart."""
    path = project / "models" / "core" / f"dim_{relation}.yml"
    (model,) = yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    return {
        column["name"]: column["data_type"] in ("string", "boolean", "bigint")
        and not ((column.get("config") or {}).get("meta") or {}).get("names_one")
        for column in model["columns"]
    }


def judge_matches(table: Table) -> Iterator[Finding]:
    """Parties that are said to belong to two accounts."""
    first: dict[tuple[str, str], tuple[str, int]] = {}
    for record in table.records:
        party = (record.get("source").lower(), record.get("source_id"))
        account_id = record.get("account_id")
        is_match = record.get("decision").lower() == "match"
        if not (record.is_sound and is_match and all(party) and account_id):
            continue
        told, row = first.setdefault(party, (account_id, record.row))
        if account_id != told:
            problem = f"'{' / '.join(party)}' is matched with '{told}' in row {row} already"
            fix = "keep one match per source and source_id; give the others the decision no_match"
            yield Finding(table.file, record.row, "account_id", problem, fix)


def judge_rule_grains(table: Table) -> Iterator[Finding]:
    """Activation rules with criteria of both grains."""
    first: dict[str, tuple[str, int]] = {}
    for record in table.records:
        rule_id, grain = record.get("rule_id"), record.get("grain").lower()
        if not (record.is_sound and rule_id and grain):
            continue
        expected, row = first.setdefault(rule_id, (grain, record.row))
        if grain != expected:
            problem = f"rule '{rule_id}' has the grain {expected} in row {row} and {grain} here"
            fix = "give all criteria of a rule one grain, or make it two rules"
            yield Finding(table.file, record.row, "grain", problem, fix)


def judge_known_events(tables: Tables) -> Iterator[Finding]:
    """Events that no row of the tracking plan names; an empty plan knows every event."""
    plan = tables["tracking_plan"]
    known = {record.get("event_name") for record in plan.records} - {""}
    if not plan.has("event_name") or not known:
        return
    for name in ("activation_rules", "funnel_steps"):
        for record in tables[name].records:
            event = record.get("event_name")
            if not record.is_sound or not event or event in known:
                continue
            nearest = did_you_mean(event, known)
            fix = f"{nearest}, or add" if nearest else "correct the name, or add"
            problem = f"the tracking plan has no event '{event}'"
            fix = f"{fix} '{event}' to {plan.file}"
            yield Finding(tables[name].file, record.row, "event_name", problem, fix)


def judge_funnels(tables: Tables) -> Iterator[Finding]:
    """Funnels without steps, steps without a funnel, and step numbers that make no sequence."""
    funnels, steps = tables["funnels"], tables["funnel_steps"]
    by_funnel: dict[str, list[Record]] = defaultdict(list)
    for record in steps.records:
        by_funnel[record.get("funnel_id")].append(record)
    known = {record.get("funnel_id") for record in funnels.records}
    if funnels.has("funnel_id") and steps.has("funnel_id"):
        yield from _judge_membership(funnels, steps, known, set(by_funnel))
    if not steps.has("funnel_id", "step_number", "kind"):
        return
    for funnel_id, records in by_funnel.items():
        if funnel_id:
            yield from _judge_sequence(steps.file, funnel_id, records)


def _judge_membership(
    funnels: Table, steps: Table, known: set[str], used: set[str]
) -> Iterator[Finding]:
    for record in funnels.records:
        funnel_id = record.get("funnel_id")
        if funnel_id and funnel_id not in used:
            fix = f"add its steps to {steps.file}, or remove the funnel"
            problem = f"funnel '{funnel_id}' has no steps"
            yield Finding(funnels.file, record.row, "funnel_id", problem, fix)
    for record in steps.records:
        funnel_id = record.get("funnel_id")
        if record.is_sound and funnel_id and funnel_id not in known:
            nearest = did_you_mean(funnel_id, known - {""}) or "correct the name"
            fix = f"{nearest}, or add the funnel to {funnels.file}"
            problem = f"there is no funnel '{funnel_id}'"
            yield Finding(steps.file, record.row, "funnel_id", problem, fix)


def step_kind(record: Record) -> str:
    """The kind of a step row; an empty cell means step."""
    return record.get("kind").lower() or "step"


def _judge_sequence(file: str, funnel_id: str, records: list[Record]) -> Iterator[Finding]:
    """Duplicate numbers, gaps, and exclusions that bar the way to no step.

    Judges nothing where a number or kind of the funnel cannot be read: that is found elsewhere,
    and a gap may be its mere consequence.
    """
    numbers = [whole_number(record.get("step_number")) for record in records]
    if any(number is None or not 1 <= number <= MAX_STEP_NUMBER for number in numbers):
        return
    if any(step_kind(record) not in STEP_KINDS for record in records):
        return
    rows: dict[int, Record] = {}
    for number, record in zip(numbers, records, strict=True):
        if step_kind(record) == "exclusion":
            continue
        if number in rows:
            problem = f"funnel '{funnel_id}' has step {number} in row {rows[number].row} already"
            fix = "number steps and optional steps 1, 2, 3 and so on, each number once"
            yield Finding(file, record.row, "step_number", problem, fix)
        rows.setdefault(number, record)
    yield from _judge_run(file, funnel_id, rows, records[0].row)
    mandatory = [
        number
        for number, record in zip(numbers, records, strict=True)
        if step_kind(record) == "step"
    ]
    for number, record in zip(numbers, records, strict=True):
        if step_kind(record) == "exclusion" and mandatory:
            yield from _judge_exclusion(file, funnel_id, record, number, max(mandatory))


def _judge_run(
    file: str, funnel_id: str, rows: Mapping[int, Record], first_row: int
) -> Iterator[Finding]:
    """Gaps among the numbers of steps and optional steps, and a first step that may be missed."""
    if not rows:
        problem = f"funnel '{funnel_id}' has exclusions and no steps"
        yield Finding(file, first_row, "kind", problem, "add its steps, step_number 1 first")
        return
    expected = 1
    for number in sorted(rows):
        if number > expected:
            missing = str(expected) if number == expected + 1 else f"{expected} to {number - 1}"
            problem = f"funnel '{funnel_id}' has a step {number} and no step {missing}"
            fix = "number steps and optional steps 1, 2, 3 and so on without a gap"
            yield Finding(file, rows[number].row, "step_number", problem, fix)
        expected = number + 1
    if 1 in rows and step_kind(rows[1]) != "step":
        problem = f"step 1 of funnel '{funnel_id}' is optional, and it is how one enters"
        yield Finding(file, rows[1].row, "kind", problem, "give step 1 the kind step")


def _judge_exclusion(
    file: str, funnel_id: str, record: Record, number: int, last: int
) -> Iterator[Finding]:
    """An exclusion of number k bars the way from step k-1 to step k."""
    if 2 <= number <= last:
        return
    problem = f"exclusion {number} of funnel '{funnel_id}' bars no way: " + (
        "nothing comes before step 1" if number < 2 else f"its last mandatory step is {last}"
    )
    fix = (
        f"use a number from 2 to {last}: k bars the way from step k-1 to step k"
        if last > 1
        else "remove it, or add a second step"
    )
    yield Finding(file, record.row, "step_number", problem, fix)


def judge_property_filters(table: Table) -> Iterator[Finding]:
    """Values that no property is compared with, and names that no path can hold."""
    for record in table.records:
        if record.is_sound and '"' in record.get("property_name"):
            problem = f"the property name {record.get('property_name')} holds a quotation mark"
            fix = "name the property without it"
            yield Finding(table.file, record.row, "property_name", problem, fix)
        if record.is_sound and record.get("property_value") and not record.get("property_name"):
            problem = f"the value '{record.get('property_value')}' has no property_name"
            fix = "name the property whose value it is, or empty property_value"
            yield Finding(table.file, record.row, "property_name", problem, fix)

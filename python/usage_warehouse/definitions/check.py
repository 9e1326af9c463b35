"""Every mistake in the definition files, each with its file, row, column and fix."""

from __future__ import annotations

from pathlib import Path

from usage_warehouse.definitions.cells import judge_cells, judge_domains, judge_keys
from usage_warehouse.definitions.defaults import seed_folder
from usage_warehouse.definitions.finding import Finding
from usage_warehouse.definitions.read import Table, read_table
from usage_warehouse.definitions.rules import (
    judge_funnels,
    judge_health_ends,
    judge_known_events,
    judge_matches,
    judge_plan_dates,
    judge_property_filters,
    judge_rule_grains,
    judge_segments,
)
from usage_warehouse.definitions.seeds import SEED_NAMES, SEEDS
from usage_warehouse.errors import BadInvocation

MAX_SHOWN = 20


class WrongDefinitions(BadInvocation):
    """The definition files hold mistakes.

    dbt shows an exception of a Python model as Python formats it. A user's mistake needs neither
    the calls that led to it nor the name of a module, so this class has none to show.
    """

    __module__ = "builtins"

    @property
    def __traceback__(self) -> None:
        return None

    @__traceback__.setter
    def __traceback__(self, value: object) -> None:
        del value


def read_definitions(seeds_folder: Path) -> tuple[dict[str, Table], list[Finding]]:
    """All definition files below a folder, by name, and what is wrong with their shape."""
    tables: dict[str, Table] = {}
    findings: list[Finding] = []
    for seed in SEEDS:
        folder = seed_folder(seeds_folder, seed.name)
        tables[seed.name], found = read_table(folder, seed)
        findings += found
    return tables, findings


def judge_definitions(tables: dict[str, Table]) -> list[Finding]:
    """What is wrong with the content of definition files that have been read."""
    findings: list[Finding] = []
    for seed in SEEDS:
        findings += judge_cells(tables[seed.name], seed)
        findings += judge_keys(tables[seed.name], seed.name)
    findings += judge_plan_dates(tables["tracking_plan"])
    findings += judge_rule_grains(tables["activation_rules"])
    findings += judge_funnels(tables)
    findings += judge_property_filters(tables["funnel_steps"])
    findings += judge_health_ends(tables["health_weights"])
    findings += judge_segments(tables["segments"])
    findings += judge_matches(tables["account_matches"])
    findings += judge_domains(tables["internal_actors"])
    findings += judge_known_events(tables)
    return findings


def check_definitions(seeds_folder: Path) -> list[Finding]:
    """Every mistake in the definition files below `seeds_folder`, by file, row and column.

    Reads the files of `seeds.SEEDS`; other files are passed over. A file of its header
    alone is fine. Names of events in activation rules and funnel steps are judged against the
    tracking plan only where that has a row.
    """
    if not seeds_folder.is_dir():
        problem = "the folder of the definitions does not exist"
        fix = "name the folder that holds them in USAGE_SEEDS; the project's own is seeds"
        return [Finding(seeds_folder.as_posix(), 0, "", problem, fix)]
    tables, findings = read_definitions(seeds_folder)
    findings += judge_definitions(tables)
    order = {tables[name].file: position for position, name in enumerate(SEED_NAMES)}
    columns = {tables[seed.name].file: seed.column_names for seed in SEEDS}

    def place(finding: Finding) -> tuple[int, int, int]:
        names = columns[finding.file]
        column = names.index(finding.column) if finding.column in names else -1
        return order[finding.file], finding.row, column

    return sorted(findings, key=place)


def require_good_definitions(seeds_folder: Path) -> None:
    """Raise WrongDefinitions (a BadInvocation) that lists up to 20 mistakes, one per line."""
    findings = check_definitions(seeds_folder)
    if findings:
        raise WrongDefinitions(describe(findings))


def describe(findings: list[Finding]) -> str:
    """Findings as the text of an error: a count, then a line for each of the first 20."""
    count = len(findings)
    title = "a mistake" if count == 1 else f"{count} mistakes"
    lines = [f"{title} in the definitions:", *(str(finding) for finding in findings[:MAX_SHOWN])]
    if count > MAX_SHOWN:
        lines.append(f"and {count - MAX_SHOWN} more")
    return "\n  ".join(lines)

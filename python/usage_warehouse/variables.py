"""The variables of a run: names and defaults from dbt_project.yml, and what each may be.

`assert_known_variables`, which guards plain dbt, says the same in Jinja; a test compares the two.
docs/variables.md describes them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

import yaml

from usage_warehouse.errors import BadInvocation
from usage_warehouse.settings import PROJECT_ROOT

CHOICES: Mapping[str, tuple[object, ...]] = {
    "identity_policy": ("intervals", "last_touch"),
    "consent_default": ("granted", "refused"),
    "using_events": (True, False),
    "using_crm": (True, False, None),
    "using_billing": (True, False, None),
    "using_support": (True, False, None),
}
MOMENTS = ("as_of", "known_at")
POSITIVE_NUMBERS = ("session_timeout_minutes",)
CURRENCIES = ("reporting_currency",)
KEY_LISTS = ("account_id_keys",)

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?Z?)?")


def default_variables(project_root: Path = PROJECT_ROOT) -> dict[str, object]:
    """The variables that the project has, with their defaults: `vars` of dbt_project.yml."""
    text = (project_root / "dbt_project.yml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text)["vars"])


def check_variables(variables: Mapping[str, object], project_root: Path = PROJECT_ROOT) -> None:
    """Raise BadInvocation where a variable is unknown or has a value that it cannot mean."""
    known = default_variables(project_root)
    problems = [
        problem
        for name, value in variables.items()
        if (problem := _unknown(name, known) if name not in known else _impossible(name, value))
    ]
    if len(problems) == 1:
        raise BadInvocation(*problems[0])
    if problems:
        lines = [f"{problem}; fix: {fix}" for problem, fix in problems]
        raise BadInvocation("\n  ".join([f"{len(lines)} variables are wrong:", *lines]))


def effective_variables(
    variables: Mapping[str, object], project_root: Path = PROJECT_ROOT
) -> dict[str, object]:
    """All variables of a run: the defaults, and over them what was given.

    Raises BadInvocation as `check_variables` does.
    """
    check_variables(variables, project_root)
    return {**default_variables(project_root), **variables}


def _unknown(name: str, known: Mapping[str, object]) -> tuple[str, str]:
    near = get_close_matches(str(name), known, n=1)
    guess = f"write {near[0]}; " if near else ""
    return f"unknown variable '{name}'", f"{guess}the variables are {', '.join(sorted(known))}"


def _impossible(name: str, value: object) -> tuple[str, str] | None:
    for names, rule in RULES:
        if name in names:
            return rule(name, value)
    return None


def _judge_choice(name: str, value: object) -> tuple[str, str] | None:
    choices = CHOICES[name]
    if value in choices:
        return None
    written = ("null" if choice is None else str(choice).lower() for choice in choices)
    return f"variable {name}: '{value}' is not a choice", f"use one of {', '.join(written)}"


def _judge_positive_number(name: str, value: object) -> tuple[str, str] | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and math.isfinite(value) and value > 0:
        return None
    return f"variable {name}: '{value}' is not a positive number", "write a number such as 30"


def _judge_moment(name: str, value: object) -> tuple[str, str] | None:
    if value is None:
        return None
    fix = "write 2026-01-31 or 2026-01-31T12:00:00Z, or null for the default"
    if not _MOMENT.fullmatch(str(value)):
        return f"variable {name}: '{value}' is not a UTC date or time", fix
    try:
        datetime.fromisoformat(str(value))
    except ValueError as error:
        return f"variable {name}: '{value}' is on no calendar or clock: {error}", fix
    return None


def _judge_currency(name: str, value: object) -> tuple[str, str] | None:
    if re.fullmatch("[A-Za-z]{3}", str(value)):
        return None
    return f"variable {name}: '{value}' is not a currency", "write its three letters, such as usd"


def _judge_keys(name: str, value: object) -> tuple[str, str] | None:
    keys = value if isinstance(value, list) else [value]
    wrong = [key for key in keys if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", str(key))]
    if isinstance(value, list) and value and not wrong:
        return None
    fix = 'write a list of names made of letters, digits and underscores: ["account_id"]'
    return f"variable {name}: '{wrong[0] if wrong else value}' is not a key", fix


RULES: tuple[tuple[tuple[str, ...], Callable[[str, object], tuple[str, str] | None]], ...] = (
    (tuple(CHOICES), _judge_choice),
    (MOMENTS, _judge_moment),
    (POSITIVE_NUMBERS, _judge_positive_number),
    (CURRENCIES, _judge_currency),
    (KEY_LISTS, _judge_keys),
)

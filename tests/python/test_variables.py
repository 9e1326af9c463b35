"""Variables: one list of names, the same verdicts in Python and in Jinja, all of them described."""

from __future__ import annotations

import re
from datetime import date
from itertools import chain
from pathlib import Path

import jinja2
import pytest
import yaml

from usage_warehouse.errors import BadInvocation
from usage_warehouse.variables import (
    RULES,
    check_variables,
    default_variables,
    effective_variables,
)

SOUND = [
    {},
    {"as_of": "2026-01-31"},
    {"as_of": "2026-01-31T12:00:00Z", "known_at": "2026-02-01 06:30"},
    {"as_of": "2026-01-31 12:00:00.123456Z"},
    {"as_of": date(2026, 1, 31)},
    {"as_of": None},
    {"session_timeout_minutes": 0.5},
    {"session_timeout_minutes": 45},
    {"identity_policy": "last_touch", "consent_default": "refused"},
    {"using_events": False, "using_crm": True, "using_billing": True, "using_support": True},
    {"using_crm": None, "using_billing": None, "using_support": None},
    {"reporting_currency": "EUR"},
    {"account_id_keys": ["_tenant", "workspace2"]},
]

# variables → what the message must name
WRONG = [
    ({"as_off": "2026-01-31"}, "unknown variable 'as_off'"),
    ({"USING_CRM": True}, "unknown variable 'USING_CRM'"),
    ({"as_of": "yesterday"}, "as_of: 'yesterday'"),
    ({"as_of": "31.01.2026"}, "as_of"),
    ({"as_of": "2026-01-31T12:00:00+02:00"}, "as_of"),
    ({"as_of": ""}, "as_of"),
    ({"known_at": 20260131}, "known_at"),
    ({"session_timeout_minutes": 0}, "session_timeout_minutes: '0'"),
    ({"session_timeout_minutes": -30}, "session_timeout_minutes"),
    ({"session_timeout_minutes": "30"}, "session_timeout_minutes"),
    ({"session_timeout_minutes": None}, "session_timeout_minutes"),
    ({"identity_policy": "first_touch"}, "identity_policy: 'first_touch' is not a choice"),
    ({"identity_policy": None}, "identity_policy"),
    ({"consent_default": "yes"}, "consent_default"),
    ({"using_events": "true"}, "using_events"),
    ({"using_crm": "off"}, "using_crm"),
    ({"using_events": None}, "using_events"),
    ({"using_billing": ""}, "using_billing"),
    ({"using_support": "no"}, "using_support"),
    ({"reporting_currency": None}, "reporting_currency: 'None' is not a currency"),
    ({"reporting_currency": "us"}, "reporting_currency"),
    ({"reporting_currency": "usd "}, "reporting_currency"),
    ({"account_id_keys": []}, "account_id_keys"),
    ({"account_id_keys": "account_id"}, "account_id_keys: 'account_id' is not a key"),
    ({"account_id_keys": ["account id"]}, "account_id_keys: 'account id' is not a key"),
    ({"account_id_keys": ["account_id", "a'b"]}, "account_id_keys"),
]

# What Jinja cannot tell or the engine would say later, in other words.
WRONG_IN_PYTHON_ONLY = [
    ({"as_of": "2026-02-30"}, "as_of: '2026-02-30' is on no calendar or clock"),
    ({"known_at": "2026-01-31T25:00:00Z"}, "known_at"),
    ({"session_timeout_minutes": True}, "session_timeout_minutes"),
    ({"session_timeout_minutes": float("inf")}, "session_timeout_minutes"),
    ({"session_timeout_minutes": float("nan")}, "session_timeout_minutes"),
]


class RefusedByJinja(Exception):
    """What the macro raises."""


def run_macro(root: Path, variables: dict[str, object]) -> None:
    """`assert_known_variables` as dbt would run it with these variables."""

    class Exceptions:
        @staticmethod
        def raise_compiler_error(message: str) -> None:
            raise RefusedByJinja(message)

    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    environment.globals |= {
        "execute": True,
        "exceptions": Exceptions,
        "modules": {"re": re},
        "invocation_args_dict": {"vars": variables},
        "var": lambda name: {**default_variables(), **variables}[name],
    }
    source = (root / "macros/definitions/assert_known_variables.sql").read_text(encoding="utf-8")
    environment.from_string(source).module.assert_known_variables()


@pytest.mark.parametrize("variables", SOUND)
def test_sound_variables_pass_in_python_and_in_jinja(project_root, variables):
    check_variables(variables)
    run_macro(project_root, variables)


@pytest.mark.parametrize(("variables", "named"), WRONG)
def test_wrong_variables_stop_the_run_in_python_and_in_jinja(project_root, variables, named):
    with pytest.raises(BadInvocation, match=re.escape(named)) as raised:
        check_variables(variables)
    assert raised.value.exit_code == 2
    assert raised.value.fix
    with pytest.raises(RefusedByJinja):
        run_macro(project_root, variables)


@pytest.mark.parametrize(("variables", "named"), WRONG_IN_PYTHON_ONLY)
def test_python_is_never_more_lenient_than_jinja(variables, named):
    with pytest.raises(BadInvocation, match=re.escape(named)):
        check_variables(variables)


@pytest.mark.parametrize("name", default_variables())
def test_the_macro_knows_exactly_the_variables_of_the_project(project_root, name):
    """Each is known, and each has a value that both refuse: none of them is merely let through."""
    run_macro(project_root, {name: default_variables()[name]})
    with pytest.raises(RefusedByJinja, match=name):
        run_macro(project_root, {name: "no such value"})
    with pytest.raises(BadInvocation, match=name):
        check_variables({name: "no such value"})


def test_the_macro_names_the_same_variables_as_the_project_file(project_root):
    with pytest.raises(RefusedByJinja) as raised:
        run_macro(project_root, {"no_such_variable": 1})
    listed = str(raised.value).split("fix: use one of ")[1].split(", ")
    assert listed == sorted(default_variables())


def test_every_variable_has_one_rule_and_every_rule_a_variable():
    assert sorted(chain.from_iterable(names for names, _ in RULES)) == sorted(default_variables())


def test_an_unknown_variable_is_told_the_known_names():
    with pytest.raises(BadInvocation) as raised:
        check_variables({"session_timeout": 30})
    assert "write session_timeout_minutes" in raised.value.fix
    assert all(name in raised.value.fix for name in default_variables())


def test_all_wrong_variables_are_named_at_once():
    with pytest.raises(BadInvocation, match="2 variables are wrong") as raised:
        check_variables({"as_off": 1, "using_crm": "on"})
    assert "as_off" in str(raised.value)
    assert "using_crm" in str(raised.value)


def test_what_is_given_goes_over_the_defaults():
    variables = effective_variables({"using_crm": True})
    assert variables == {**default_variables(), "using_crm": True}


def described(root: Path) -> dict[str, list[str]]:
    """The table rows of docs/variables.md, by name: the cells after the name."""
    rows = {}
    for line in (root / "docs/variables.md").read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(r"\| `(\w+)` \|(.*)\|", line)
        if match:
            rows[match[1]] = [cell.strip() for cell in match[2].split(" | ")]
    return rows


@pytest.mark.parametrize(("name", "default"), default_variables().items())
def test_every_variable_is_described_with_its_default_and_an_example_that_works(
    project_root, name, default
):
    written_default, meaning, example = described(project_root)[name]
    assert yaml.safe_load(written_default.strip("`")) == default
    assert len(meaning) > 20
    value = yaml.safe_load(example.strip("`"))
    assert value != default
    check_variables({name: value})


def test_nothing_is_described_that_does_not_exist(project_root):
    names = {name for name in described(project_root) if not name.startswith("USAGE_")}
    assert names == set(default_variables())


def test_every_environment_variable_that_is_read_is_described(project_root):
    read = re.compile(r"""(?:env_var\(|environ\.get\(|environ\[|env\.get\()\s*["'](USAGE_\w+)""")
    files = [project_root / "dbt_project.yml", project_root / "profiles.yml"]
    for folder in ("python", "macros", "models"):
        files += [
            path
            for path in (project_root / folder).rglob("*")
            if path.suffix in (".py", ".sql", ".yml")
        ]
    found = set(chain.from_iterable(read.findall(path.read_text("utf-8")) for path in files))
    assert {"USAGE_RAW", "USAGE_VARS", "USAGE_BUILD"} <= found
    assert found == {name for name in described(project_root) if name.startswith("USAGE_")}

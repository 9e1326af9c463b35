"""The ready-made linters with this project's settings: each is seen to refuse a planted fault."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlfluff.core import FluffConfig, Linter

BIN = Path(sys.executable).parent

SQL = """with

events as (
    select * from fct_events
),

final as (
    select
        events.user_id,
        count(*) as event_count
    from events
    inner join users on events.user_id = users.user_id
    where events.event_name <> 'a'
    group by events.user_id
)

select * from final
"""

SQL_FAULTS = [
    ("CP01", "group by", "GROUP BY"),
    ("CP03", "count(*)", "COUNT(*)"),
    ("CP02", "event_count", "Event_Count"),
    ("CV03", "as event_count", "as event_count,"),
    ("CV01", "<>", "!="),
    ("AL02", "count(*) as event_count", "count(*) event_count"),
    ("AL03", "count(*) as event_count", "count(*)"),
    ("AM05", "inner join", "join"),
    ("AM06", "group by events.user_id", "group by 1"),
    ("RF02", "        events.user_id,", "        user_id,"),
    ("LT04", "events.user_id,\n        count", "events.user_id\n        , count"),
    ("LT02", "        count(*)", "      count(*)"),
    ("LT05", "'a'", "'" + "a" * 88 + "'"),
    ("ST03", "    from events\n", "    from others as events\n"),
    ("ST05", "from events\n", "from (select * from fct_events) as events\n"),
]

PYTHON_FAULTS = [
    ("F401", "import os\n"),
    ("E501", f"a = '{'a' * 100}'\n"),
    ("ANN001", 'def double(a) -> int:\n    """Twice."""\n    return 2 * a\n'),
    ("D103", "def double(a: int) -> int:\n    return 2 * a\n"),
    ("DTZ005", "from datetime import datetime\n\nNOW = datetime.now()\n"),
    ("NPY002", "import numpy as np\n\nA = np.random.rand(3)\n"),
    ("S311", "import random\n\nA = random.random()\n"),
    ("B006", 'def add(a: list = []) -> list:\n    """A list."""\n    return a\n'),
]

# What breaks each rule of dbt-bouncer.yml: model → SQL, YAML beside the name, the rule's name.
MODELS = {
    "staging/events/stg_events__messages": "select 1 as id",
    "staging/other/stg_other__rows": "select 1 as id",
    "staging/events/messages": "select 1 as id",
    "staging/events/stg_events__down": "select * from {{ ref('fct_events') }}",
    "intermediate/events/events_cleaned": "select 1 as id",
    "intermediate/events/int_events__down": "select * from {{ ref('funnel__steps') }}",
    "intermediate/events/int_events__seeded": "select * from {{ ref('plan') }}",
    "intermediate/events/int_events__open": "select 1 as id",
    "core/fct_events": "select * from {{ ref('stg_events__messages') }}",
    "core/events": "select 1 as id",
    "core/fct_long": "select 1 as id\n" + "-- and so on\n" * 150,
    "core/fct_hard": "select * from core.fct_events",
    "marts/funnel/funnel__steps": "select 1 as id",
    "marts/funnel/steps": "select 1 as id",
    "governance/stg_totals": "select 1 as id",
    "governance/gates/raw": "select 1 as id",
}
CONFIGS = {
    "intermediate/events/int_events__open": {"access": "public"},
    "marts/funnel/funnel__steps": {"access": "public", "contract": {"enforced": True}},
    "core/fct_events": {"access": "public"},
}
BROKEN = [
    ("check_model_directories", "stg_other__rows"),
    ("check_model_names", "messages"),
    ("check_model_names", "events_cleaned"),
    ("check_model_names", "events"),
    ("check_model_names", "steps"),
    ("check_model_names", "stg_totals"),
    ("check_model_names", "raw"),
    ("check_lineage_permitted_upstream_models", "stg_events__down"),
    ("check_lineage_permitted_upstream_models", "int_events__down"),
    ("check_lineage_permitted_upstream_models", "fct_events"),
    ("check_lineage_seed_cannot_be_used", "int_events__seeded"),
    ("check_model_access", "int_events__open"),
    ("check_model_access", "steps"),
    ("check_model_has_contracts_enforced", "fct_events"),
    ("check_model_max_number_of_lines", "fct_long"),
    ("check_model_hard_coded_references", "fct_hard"),
    ("check_model_property_file_location", "int_events__seeded"),
    ("check_model_description_contains_regexp_pattern", "steps"),
    ("check_model_column_description_populated", "funnel__steps"),
]


@pytest.fixture(scope="module")
def sql_linter(project_root):
    config = FluffConfig.from_path(str(project_root), overrides={"templater": "raw"})
    return Linter(config=config)


def test_sound_sql_passes(sql_linter):
    assert sql_linter.lint_string(SQL).get_violations() == []


@pytest.mark.parametrize(("rule", "right", "wrong"), SQL_FAULTS)
def test_sqlfluff_refuses(sql_linter, rule, right, wrong):
    assert right in SQL
    found = sql_linter.lint_string(SQL.replace(right, wrong, 1)).get_violations()
    assert rule in {violation.rule_code() for violation in found}


@pytest.mark.parametrize(("rule", "text"), PYTHON_FAULTS)
def test_ruff_refuses(project_root, rule, text):
    command = [BIN / "ruff", "check", "--output-format", "concise", "-"]
    command += ["--stdin-filename", "python/usage_warehouse/planted.py"]
    done = subprocess.run(
        command, cwd=project_root, input=f'"""Planted."""\n\n{text}', capture_output=True, text=True
    )
    assert done.returncode == 1
    assert f" {rule} " in done.stdout


def _write_project(folder: Path, root: Path) -> None:
    """A small dbt project with this one's flags, selectors and profile, and sound files."""
    for name in ("profiles.yml", "selectors.yml", "dbt-bouncer.yml"):
        shutil.copy(root / name, folder / name)
    own = (root / "dbt_project.yml").read_text(encoding="utf-8")
    flags = own[own.index("flags:") : own.index("\n\n", own.index("flags:"))]
    (folder / "dbt_project.yml").write_text(
        f"name: planted\nprofile: usage_warehouse\n{flags}\n", encoding="utf-8"
    )
    (folder / "models").mkdir()
    (folder / "seeds").mkdir()


def _dbt(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "dbt", "--quiet", "--no-use-colors", *arguments, "--target", "memory"],
        cwd=folder,
        env={**os.environ, "DBT_TARGET_PATH": "target/lint"},
        capture_output=True,
        text=True,
    )


def test_dbt_parse_takes_warnings_for_errors(tmp_path, project_root):
    _write_project(tmp_path, project_root)
    (tmp_path / "models" / "a.sql").write_text("select 1 as id", encoding="utf-8")
    sound = _dbt(tmp_path, "parse")
    assert sound.returncode == 0, sound.stdout
    patch = "models: [{name: no_such_model}]"
    (tmp_path / "models" / "a.yml").write_text(patch, encoding="utf-8")
    planted = _dbt(tmp_path, "parse")
    assert planted.returncode != 0
    assert "no_such_model" in planted.stdout


def test_plain_dbt_build_leaves_unit_tests_out_and_data_tests_in(tmp_path, project_root):
    _write_project(tmp_path, project_root)
    (tmp_path / "models" / "a.sql").write_text("select 1 as id", encoding="utf-8")
    (tmp_path / "models" / "a.yml").write_text(
        "models: [{name: a, columns: [{name: id, data_tests: [not_null]}]}]\n"
        "unit_tests: [{name: is_one, model: a, given: [], expect: {rows: [{id: 1}]}}]\n",
        encoding="utf-8",
    )
    by_default = _dbt(tmp_path, "list").stdout.split()
    assert by_default == ["planted.a", "planted.not_null_a_id"]
    named = _dbt(tmp_path, "list", "--select", "test_type:unit").stdout.split()
    assert named == ["unit_test:planted.is_one"]


@pytest.fixture(scope="module")
def broken_rules(tmp_path_factory, project_root):
    """(rule, model) of everything that dbt-bouncer refuses in a project of planted faults."""
    folder = tmp_path_factory.mktemp("planted")
    _write_project(folder, project_root)
    (folder / "seeds" / "plan.csv").write_text("id\n1\n", encoding="utf-8")
    for path, sql in MODELS.items():
        file = folder / "models" / f"{path}.sql"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(sql, encoding="utf-8")
        model = {
            "name": file.stem,
            "description": "All the steps" if file.stem == "steps" else "One row per id.",
            "config": CONFIGS.get(path, {}),
            "columns": [{"name": "id", "data_type": "integer"}],
        }
        # One YAML too many lines away: the name of the file is not the model's.
        name = "_all.yml" if file.stem == "int_events__seeded" else f"{file.stem}.yml"
        file.with_name(name).write_text(json.dumps({"models": [model]}), encoding="utf-8")
    parsed = _dbt(folder, "parse")
    assert parsed.returncode == 0, parsed.stdout
    done = subprocess.run(
        [BIN / "dbt-bouncer", "run", "--output-file", "found.json", "--output-only-failures"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stdout
    found = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    ids = [row["check_run_id"].split(":") for row in found]
    return {(run[0], run[-1]) for run in ids}


@pytest.mark.parametrize(("rule", "model"), BROKEN)
def test_dbt_bouncer_refuses(broken_rules, rule, model):
    assert (rule, model) in broken_rules


def test_dbt_bouncer_lets_the_sound_model_pass(broken_rules):
    assert [rule for rule, model in broken_rules if model == "stg_events__messages"] == []

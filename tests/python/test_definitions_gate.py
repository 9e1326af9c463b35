"""The check of definitions stands before the models, and says what they say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from usage_warehouse.definitions import WrongDefinitions
from usage_warehouse.definitions.gate import definition_files
from usage_warehouse.definitions.seeds import (
    ACTOR_KINDS,
    GRAINS,
    ORDERINGS,
    SEEDS,
    STATUSES,
    STEP_KINDS,
)
from usage_warehouse.definitions.values import TRUE_WORDS


@pytest.fixture
def seeds(tmp_path, project_root) -> Path:
    """A copy of the project's own definitions."""
    return shutil.copytree(project_root / "seeds", tmp_path / "seeds")


@pytest.fixture
def loaded(seeds) -> dict[str, pd.DataFrame]:
    """The tables as dbt loads them: text, an empty cell as null, in any order."""
    return {
        seed.name: pd.read_csv(
            seeds / f"{seed.name}.csv", dtype="string", keep_default_na=False, na_values=[""]
        ).iloc[::-1]
        for seed in SEEDS
    }


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_gate_has_a_row_per_file(seeds, loaded):
    frame = definition_files(seeds, loaded)
    assert frame["file"].tolist() == [f"{seed.name}.csv" for seed in SEEDS]
    assert frame["row_count"].tolist() == [len(loaded[seed.name]) for seed in SEEDS]
    assert frame["finding_count"].eq(0).all()


def test_the_gate_raises_at_a_mistake(seeds, loaded):
    (seeds / "internal_actors.csv").unlink()
    with pytest.raises(WrongDefinitions, match="the file is missing"):
        definition_files(seeds, loaded)


def test_the_gate_raises_where_a_table_is_older_than_its_file(seeds, loaded):
    edit(seeds / "funnels.csv", "604800", "86400")
    with pytest.raises(WrongDefinitions, match=r"funnels\.csv, row 2: the loaded table.*dbt seed"):
        definition_files(seeds, loaded)


def test_the_gate_raises_where_a_table_has_more_than_its_file(seeds, loaded):
    loaded["junk_ids"] = pd.concat([loaded["junk_ids"]] * 2)
    rows = len(loaded["junk_ids"]) // 2
    with pytest.raises(WrongDefinitions, match=f"{rows} rows of its table are not in it"):
        definition_files(seeds, loaded)


def test_a_build_that_loads_no_rows_is_not_compared(seeds, loaded):
    frame = definition_files(seeds, {name: rows.iloc[:0] for name, rows in loaded.items()})
    assert len(frame) == len(SEEDS)
    loaded["funnels"] = loaded["funnels"].iloc[:0]
    with pytest.raises(WrongDefinitions, match="loaded table"):
        definition_files(seeds, loaded)


def test_spaces_and_blank_lines_are_no_difference(seeds, loaded):
    edit(seeds / "junk_ids.csv", "null\n", "  null \n\n")
    loaded["junk_ids"].loc[99] = [pd.NA]
    assert definition_files(seeds, loaded)["finding_count"].eq(0).all()


def test_plain_dbt_build_shows_the_mistakes_and_builds_nothing_on_them(
    project_root, seeds, tmp_path
):
    edit(seeds / "funnels.csv", "user,ordered", "user,orderd")
    edit(seeds / "junk_ids.csv", "null", "undefined\tnull\t")
    (tmp_path / "build").mkdir()
    folders = {
        "USAGE_SEEDS": seeds,
        "USAGE_BUILD": tmp_path / "build",
        "DBT_TARGET_PATH": tmp_path / "target",
        "DBT_LOG_PATH": tmp_path / "logs",
    }
    models = [f"stg_definitions__{seed.name}" for seed in SEEDS]
    command = [Path(sys.executable).parent / "dbt", "--no-use-colors", "build", "--select"]
    command += ["+gate_definitions", *models, "--exclude-resource-type", "test"]
    environment = os.environ | {name: str(folder) for name, folder in folders.items()}
    ran = subprocess.run(
        command, cwd=project_root, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 1, ran.stdout
    assert "WrongDefinitions: 2 mistakes in the definitions:\n" in ran.stdout
    assert "funnels.csv, row 2, column ordering: unknown ordering 'orderd'; fix: " in ran.stdout
    assert "junk_ids.csv, row 3, column value: an invisible character" in ran.stdout
    assert "Traceback" not in ran.stdout + ran.stderr
    assert len(re.findall(r"SKIP relation staging\.stg_definitions__", ran.stdout)) == len(models)


def yaml_of(root: Path, name: str) -> dict:
    return yaml.safe_load((root / "models/staging/definitions" / name).read_text("utf-8"))


def test_the_columns_are_those_that_dbt_is_told(project_root):
    declared = {
        seed["name"]: tuple(seed["config"]["column_types"])
        for seed in yaml_of(project_root, "_definitions__seeds.yml")["seeds"]
    }
    assert {seed.name: seed.column_names for seed in SEEDS}.items() <= declared.items()


@pytest.mark.parametrize(
    ("model", "column", "words"),
    [
        ("activation_rules", "grain", GRAINS),
        ("funnels", "grain", GRAINS),
        ("funnels", "ordering", ORDERINGS),
        ("funnel_steps", "kind", STEP_KINDS),
        ("tracking_plan", "status", STATUSES),
        ("internal_actors", "kind", tuple(dict.fromkeys(ACTOR_KINDS.values()))),
    ],
)
def test_the_words_are_those_that_the_models_accept(project_root, model, column, words):
    (document,) = yaml_of(project_root, f"stg_definitions__{model}.yml")["models"]
    (tests,) = [c["data_tests"] for c in document["columns"] if c["name"] == column]
    (accepted,) = [test["accepted_values"] for test in tests if "accepted_values" in test]
    assert tuple(accepted["arguments"]["values"]) == words


def test_synonyms_and_booleans_are_those_of_the_models(project_root):
    folder = project_root / "models/staging/definitions"
    actors = (folder / "stg_definitions__internal_actors.sql").read_text("utf-8")
    synonyms = {name: kind for name, kind in ACTOR_KINDS.items() if name != kind}
    assert dict(re.findall(r"when '(\w+)' then '(\w+)'", actors)) == synonyms
    plan = (folder / "stg_definitions__tracking_plan.sql").read_text("utf-8")
    (words,) = re.findall(r"is_active_signal\)\) in \(([^)]*)\)", plan)
    assert tuple(re.findall(r"'(\w+)'", words)) == TRUE_WORDS

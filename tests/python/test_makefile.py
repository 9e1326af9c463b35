"""The Makefile: its list of targets is whole, and what it hands to dbt arrives unharmed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

EMPTY = "{}"
SHOW_VARS = "show: ; @printf '%s\\n' $(vars)"


def _make(root: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )


def _targets(root: Path) -> set[str]:
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^\.PHONY: ([a-z-]+)$", makefile, re.MULTILINE))


def test_help_lists_every_target_with_a_sentence(project_root):
    shown = _make(project_root, "help").stdout
    listed = re.findall(r"^  make ([a-z-]+) +\S+ \S+", shown, re.MULTILINE)
    assert set(listed) == _targets(project_root)
    assert {"build", "test", "lint", "unit", "dbt", "python"} <= set(listed)


@pytest.mark.parametrize(
    "value",
    ['{"as_of": "2026-01-01"}', '{"a": {"b": "it\'s $HOME, $(date) and \\"c\\""}}', EMPTY],
)
def test_usage_vars_arrive_unharmed(project_root, value):
    shown = _make(project_root, "--eval", SHOW_VARS, "show", USAGE_VARS=value)
    assert shown.stdout.splitlines() == ["--vars", value]


def test_no_usage_vars_are_an_empty_object(project_root):
    for environment in ({}, {"USAGE_VARS": ""}):
        shown = _make(project_root, "--eval", SHOW_VARS, "show", **environment)
        assert shown.stdout.splitlines() == ["--vars", EMPTY]


def test_recipes_see_no_telemetry_and_no_foreign_project(project_root):
    shown = _make(
        project_root,
        "--eval",
        "show: ; @env",
        "show",
        PYTHONDONTWRITEBYTECODE="1",
        DBT_PROFILES_DIR="elsewhere",
        DBT_SEND_ANONYMOUS_USAGE_STATS="1",
    ).stdout.splitlines()
    assert not [line for line in shown if line.startswith("PYTHONDONTWRITEBYTECODE")]
    assert f"DBT_PROFILES_DIR={project_root}" in shown
    assert "DBT_SEND_ANONYMOUS_USAGE_STATS=0" in shown


def test_a_python_that_will_not_do_is_refused_with_the_way_out(tmp_path, project_root):
    shutil.copy(project_root / "Makefile", tmp_path)
    shutil.copytree(project_root / "requirements", tmp_path / "requirements")
    shutil.copy(project_root / "pyproject.toml", tmp_path)
    old = tmp_path / "old"
    old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo Python 3.9.1\nexit 1\n', encoding="utf-8")
    bare = tmp_path / "bare"
    bare.write_text('#!/bin/sh\ncase "$*" in *ensurepip*) exit 1 ;; esac\n', encoding="utf-8")
    for script in (old, bare):
        script.chmod(0o755)
    for python, words in (
        ("none", "'none' not found: install Python 3.11"),
        (str(old), "is Python 3.9.1, and 3.11 or newer is needed"),
        (str(bare), "apt-get install python3-venv"),
    ):
        refused = _make(tmp_path, "lint", f"PYTHON={python}")
        assert refused.returncode == 2
        assert words in refused.stderr
        assert not (tmp_path / ".venv").exists()


def test_ci_calls_make_and_nothing_else(project_root):
    workflow = yaml.safe_load((project_root / ".github/workflows/ci.yml").read_text("utf-8"))
    commands = [
        step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step
    ]
    called = {command.removeprefix("make ") for command in commands}
    assert called <= _targets(project_root)
    assert {"lint", "unit", "dbt", "python", "build", "spark-test", "ducklake"} <= called
    script = (project_root / ".ci/run").read_text(encoding="utf-8")
    # Everything by make, and only what needs a system package may be left out.
    calls = re.findall(r"^( *)make ([a-z-]+)$", script, re.MULTILINE)
    assert calls == [("", "test"), ("  ", "ducklake"), ("  ", "spark-test")]
    assert len(re.findall(r"left out, there is no", script)) == 2

"""The project's own rules: each is seen to find a planted fault and to pass sound text.

Faults are put together from pieces, so that this file does not break the rules itself.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from usage_warehouse.lint.__main__ import find_all, read_project
from usage_warehouse.lint.project_rules import (
    MAX_PYTHON_LINES,
    MAX_SQL_LINES,
    check_project,
)

ROOT, HOME = Path("/srv/checkout/warehouse"), Path("/srv/people/ada")

FAULTS = [
    ("engine-branch", "models/core/a.sql", "{% if target.type == 'spark' %}"),
    ("engine-branch", "macros/raw/a.sql", "{% if adapter.type() == 'duckdb' %}"),
    ("wall-clock", "models/core/a.sql", "select now() as at"),
    ("wall-clock", "models/core/a.sql", "where day < CURRENT_DATE"),
    ("wall-clock", "macros/a.sql", "current_timestamp"),
    ("wall-clock", "macros/a.sql", "'{{ run_started_at }}'"),
    ("wall-clock", "models/core/a.py", "seen = datetime.now(tz=UTC)"),
    ("randomness", "models/core/a.sql", "order by random()"),
    ("randomness", "macros/a.sql", "select uuid() as id"),
    ("randomness", "models/core/a.sql", "from events using sample 10%"),
    ("raw-reader", "models/staging/events/a.sql", "from {{ source('events', 'messages') }}"),
    ("unfinished", "docs/a.md", "TO" + "DO: later"),
    ("unfinished", "models/a.sql", "-- FIX" + "ME"),
    ("skipped-test", "tests/python/test_a.py", "@pytest." + "mark.skip"),
    ("skipped-test", "tests/python/test_a.py", "pytest." + "importorskip('x')"),
    ("registry-host", "requirements/a.txt", "--extra-index-" + "url https://example.org"),
    ("registry-host", "Makefile", "https://py" + "pi.org/project/x"),
    ("registry-host", "pip.conf", "find = https://mirror.example.org/simp" + "le"),
    ("machine-path", "README.md", "cd /srv/checkout/warehouse/models"),
    ("machine-path", "README.md", "see /srv/people/ada/notes"),
    ("machine-path", "docs/a.md", "in /ho" + "me/ada/warehouse"),
    ("machine-path", "docs/a.md", "in /Us" + "ers/ada"),
    ("length", "macros/a.sql", "select 1\n" * (MAX_SQL_LINES + 1)),
    ("length", "python/a.py", "pass\n" * (MAX_PYTHON_LINES + 1)),
    ("paired-yaml", "models/core/dim_a.sql", "select 1 as a"),
    ("paired-yaml", "models/core/dim_a.py", "pass"),
    ("paired-yaml", "models/core/dim_a.yml", "models: []"),
]

SOUND = {
    "macros/engine/a.sql": "{% if target.type == 'spark' %}",
    "macros/a.sql": "-- never now()\n{# nor random() #}\nselect a.now_count, randomness",
    "macros/raw/raw_rows.sql": "{{ source('events', 'messages') }}",
    "models/core/dim_a.sql": "select updated_at\n" * MAX_SQL_LINES,
    "models/core/dim_a.yml": "models: [{name: dim_a}]",
    "models/core/_core__docs.yml": "models: []",
    "python/a.py": "pass\n" * MAX_PYTHON_LINES,
    "tests/python/test_a.py": "def test_it_never_skips_lines(): ...",
    "docs/a.md": "https://example.org/home/page and ${HOME}/data, see https://example.org/simpler",
}


@pytest.mark.parametrize(("rule", "path", "text"), FAULTS)
def test_a_planted_fault_is_found_by_its_rule(rule, path, text):
    found = check_project({path: text}, ROOT, HOME)
    assert rule in {finding.rule for finding in found}
    assert {finding.path for finding in found} == {path}


def test_sound_files_pass():
    assert check_project(SOUND, ROOT, HOME) == []


def test_a_finding_names_the_line():
    text = "select 1 as a\n/* a\nlong comment */\nunion all\nselect random() as a\n"
    (finding,) = check_project({"macros/a.sql": text}, ROOT, HOME)
    assert finding.line == 5
    assert str(finding).startswith("macros/a.sql:5: randomness: 'random('")


def test_a_root_of_one_step_is_not_taken_for_a_word():
    text = {"docs/a.md": "the /app and the / of a container"}
    assert check_project(text, Path("/app"), Path("/")) == []


def test_the_project_follows_its_rules(project_root):
    files = read_project(project_root)
    assert "dbt_project.yml" in files
    assert find_all(files, None, project_root) == []


def test_an_unpacked_archive_is_read_without_git(tmp_path):
    for name in ("models/a.sql", "build/old.sql", ".venv/b.py"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("select 1", encoding="utf-8")
    (tmp_path / ".gitignore").write_text("# made here\n.venv/\n/build/*\n", encoding="utf-8")
    assert set(read_project(tmp_path)) == {".gitignore", "models/a.sql"}

"""The same models on Spark: every value, every test, and a difference that is found."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from usage_warehouse.errors import EXIT_GATE
from usage_warehouse.settings import PROJECT_ROOT


@pytest.fixture
def copy(tmp_path_factory):
    """A copy of the project, to add to and to break."""
    copy = tmp_path_factory.mktemp("copy")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (PROJECT_ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT_ROOT / name, copy / name)
    return copy


def test_a_company_is_the_same_on_both_engines(spark, copy, tmp_path):
    # With the model that CONTRIBUTING adds: nothing in it is special to an engine.
    text = (copy / "CONTRIBUTING.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:sql|yaml)\n(?:--|#) (models/\S+)\n(.*?)^```", text, re.M | re.S)
    assert [name.rsplit(".", 1)[-1] for name, _ in blocks] == ["sql", "yml"]
    for name, content in blocks:
        (copy / name).write_text(content, encoding="utf-8")
    # From a raw folder as people spell it: counted from the project's, with detours.
    folder = os.path.relpath(tmp_path, copy)
    outcome = spark("compare", "--accounts", 12, "--folder", folder, project=copy)
    assert outcome.returncode == 0, outcome.stdout[-4000:] + outcome.stderr[-4000:]
    assert re.search(r"\n0 differences in \d+ relations, 0 in \d+ values of macros", outcome.stdout)
    # Everything ran, with its tests and gates, on two executors.
    assert "2 executor processes beside the driver" in outcome.stdout
    assert re.search(r" (\d+) of \1  ", outcome.stdout)
    rows = dict(re.findall(r"^(\S+\.\S+) +([\d,]+) +0$", outcome.stdout, re.MULTILINE))
    schemas = {relation.split(".")[0] for relation in rows}
    assert schemas == {"definitions", "staging", "core", "marts", "governance"}
    assert int(rows["core.fct_events"].replace(",", "")) > 4000
    assert int(rows["marts.engagement__page_days"]) > 30
    # Nothing of Spark's own noise reaches the terminal, and its executors' files are gone.
    assert "Exception" not in outcome.stdout + outcome.stderr
    assert "org.apache" not in outcome.stdout + outcome.stderr
    assert (tmp_path / "spark/spark/spark.log").is_file()
    assert not (tmp_path / "spark/spark/work").exists()


def test_increments_on_spark_equal_a_full_refresh(spark, tmp_path):
    outcome = spark("replay", "--histories", 6, "--steps", 2, "--folder", tmp_path)
    assert outcome.returncode == 0, outcome.stdout[-4000:] + outcome.stderr[-4000:]
    assert "\n0 differences in " in outcome.stdout
    rows = re.findall(r"^\w+\.\w+ +(\d) +(\d+) +(\d+) +(\d+)$", outcome.stdout, re.MULTILINE)
    second = [tuple(map(int, row[1:])) for row in rows if row[0] == "2"]
    unchanged = [tuple(map(int, row[1:])) for row in rows if row[0] == "3"]
    assert len(second) == len(unchanged) == 4
    # An increment leaves partitions as they are, writes some, and drops what became empty.
    kept, written, dropped = map(sum, zip(*second, strict=True))
    assert kept > 0
    assert written > 0
    assert dropped > 0
    # Nothing new writes nothing.
    assert all(row[0] > 0 and row[1:] == (0, 0) for row in unchanged)


def test_a_macro_broken_for_one_engine_is_found_and_named(spark, copy, tmp_path):
    path = copy / "macros/engine/time_arithmetic.sql"
    text = path.read_text(encoding="utf-8")
    assert text.count("timestampdiff(microsecond, ") == 1
    path.write_text(
        text.replace("timestampdiff(microsecond, ", "timestampdiff(second, "), encoding="utf-8"
    )
    outcome = spark(
        *("compare", "--accounts", 3, "--days", 7, "--folder", tmp_path),
        *("--select", "stg_events__messages"),
        project=copy,
    )
    assert outcome.returncode == EXIT_GATE, outcome.stdout[-4000:] + outcome.stderr[-4000:]
    # The relation, a key, the column and both values; and the macro itself.
    assert re.search(
        r"^staging\.stg_events__messages .*\n +unit_id=\d+, file_row=\d+\n"
        r" +(outcome|defects|reasons): DuckDB .* \| Spark ",
        outcome.stdout,
        re.MULTILINE,
    )
    assert re.search(
        r"^macro microseconds_between: .*\n    must be .*, is ", outcome.stdout, re.MULTILINE
    )

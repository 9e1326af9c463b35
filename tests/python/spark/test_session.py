"""Without Java or PySpark there is one message with the remedy, and no traceback."""

from __future__ import annotations

import importlib.util
import os

import pytest
from commands import Place

from usage_warehouse.errors import EXIT_USAGE, BadInvocation
from usage_warehouse.spark.session import environment, output_to, require_engine, require_java

INSTALL = "apt-get install openjdk-17-jre-headless"


def _java(folder, says):
    folder.mkdir(parents=True)
    java = folder / "java"
    java.write_text(f"#!/bin/sh\necho '{says}' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    return str(folder)


def test_no_java(tmp_path):
    with pytest.raises(BadInvocation, match="PATH has no java command") as caught:
        require_java({"PATH": str(tmp_path)})
    assert INSTALL in str(caught.value)
    with pytest.raises(BadInvocation, match=r"JAVA_HOME \(.*\) has no java"):
        require_java({"PATH": _java(tmp_path / "bin", "x"), "JAVA_HOME": str(tmp_path / "no")})


@pytest.mark.parametrize("says", ['openjdk version "11.0.2" 2019', 'java version "1.8.0_402"', "?"])
def test_a_java_that_is_too_old(tmp_path, says):
    with pytest.raises(BadInvocation, match="needs Java 17 or newer") as caught:
        require_java({"PATH": _java(tmp_path / "bin", says)})
    assert INSTALL in str(caught.value)


def test_a_java_that_will_do(tmp_path):
    require_java({"PATH": _java(tmp_path / "bin", 'openjdk version "17.0.15" 2025')})
    home = tmp_path / "home"
    _java(home / "bin", 'openjdk version "21" 2023')
    require_java({"PATH": str(tmp_path), "JAVA_HOME": str(home)})


def test_no_pyspark(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(BadInvocation, match="pyspark and dbt-spark: not installed") as caught:
        require_engine()
    assert "make spark-env" in str(caught.value)


@pytest.mark.parametrize(
    "arguments", [["usage", "build"], ["python", "-m", "usage_warehouse.spark", "replay"]]
)
def test_without_spark_there_is_one_message_and_its_exit_code(tmp_path, arguments):
    place = Place(tmp_path)
    outcome = place.run(*arguments, USAGE_TARGET="spark", PATH="")
    assert outcome.returncode == EXIT_USAGE
    assert "fix: " in outcome.stderr
    assert "make spark-env" in outcome.stderr or INSTALL in outcome.stderr
    assert "Traceback" not in outcome.stdout + outcome.stderr


def test_output_goes_to_the_log_and_comes_back(tmp_path, capfd):
    log = tmp_path / "spark.log"
    print("before")
    with output_to(log):
        os.system("echo child")
        os.write(2, b"inside")
    print("after")
    assert sorted(log.read_text(encoding="utf-8").split()) == ["child", "inside"]
    assert capfd.readouterr().out.split() == ["before", "after"]


def test_the_environment_is_put_back(monkeypatch):
    monkeypatch.setenv("USAGE_A", "before")
    monkeypatch.delenv("USAGE_B", raising=False)
    with environment({"USAGE_A": "1", "USAGE_B": "2"}):
        assert (os.environ["USAGE_A"], os.environ["USAGE_B"]) == ("1", "2")
    assert os.environ["USAGE_A"] == "before"
    assert "USAGE_B" not in os.environ

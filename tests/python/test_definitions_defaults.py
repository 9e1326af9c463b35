"""Definition files that a folder of one's own may leave out."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from usage_warehouse.definitions import check_definitions
from usage_warehouse.definitions.defaults import (
    DEFAULT_SEEDS,
    OPTIONAL_SEEDS,
    OWN_SEEDS,
    complete_definitions,
)
from usage_warehouse.settings import Settings


@pytest.mark.parametrize("name", OPTIONAL_SEEDS)
def test_a_default_may_be_left_out(tmp_path: Path, name: str) -> None:
    """The project's own file is then read, and dbt is given a folder that holds it."""
    seeds = tmp_path / "seeds"
    shutil.copytree(DEFAULT_SEEDS, seeds)
    (seeds / f"{name}.csv").unlink()
    assert check_definitions(seeds) == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("USAGE_SEEDS", str(seeds))
        complete_definitions(Settings(build=tmp_path / "build", seeds=seeds))
        whole = Path(os.environ["USAGE_SEEDS"])
    assert {file.name for file in whole.iterdir()} == {f.name for f in DEFAULT_SEEDS.glob("*.csv")}
    # What only the company itself knows is then nothing, not what the sample company says.
    lines = (whole / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    assert (len(lines) == 1) is (name in OWN_SEEDS)


def test_no_other_file_may_be_left_out(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    shutil.copytree(DEFAULT_SEEDS, seeds)
    (seeds / "funnels.csv").unlink()
    assert any(finding.problem == "the file is missing" for finding in check_definitions(seeds))

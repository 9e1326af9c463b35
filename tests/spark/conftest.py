"""What the tests on Spark share: the command, run as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from usage_warehouse.settings import PROJECT_ROOT

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def spark() -> Run:
    """`python -m usage_warehouse.spark …`; `project` is another copy of the project."""

    def run(*arguments: object, project: Path = PROJECT_ROOT) -> subprocess.CompletedProcess[str]:
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("USAGE_", "DBT_", "SPARK_"))
        }
        return subprocess.run(
            [sys.executable, "-m", "usage_warehouse.spark", *map(str, arguments)],
            cwd=project,
            env=kept | {"PYTHONPATH": str(project / "python")},
            capture_output=True,
            text=True,
            check=False,
        )

    return run

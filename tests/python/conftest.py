"""What every test shares: an environment that is the same on every machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from usage_warehouse.settings import PROJECT_ROOT


def pytest_configure() -> None:
    """Forget what the caller's shell holds: no test reads a person's own data or variables."""
    for name in [*os.environ]:
        # MAKE…: a test that calls make must not join the make that runs the tests.
        if name.startswith(("USAGE_", "DBT_", "MAKE", "MFLAGS")):
            del os.environ[name]
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "0"
    os.environ["DO_NOT_TRACK"] = "1"
    # The same examples in every run; a counterexample becomes a test of its own.
    settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
    settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The folder of dbt_project.yml."""
    return PROJECT_ROOT

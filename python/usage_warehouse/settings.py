"""The environment of one run, read once, in one place."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from usage_warehouse.errors import BadInvocation

PROJECT_ROOT = Path(__file__).resolve().parents[2]
DEFAULT_RAW = "data/raw"
DEFAULT_TARGET = "duckdb"


@dataclass(frozen=True)
class Settings:
    """Folders and variables of a run; relative folders count from the working folder.

    `raw_is_named` is true when the user set `USAGE_RAW`: then a missing or empty folder
    is an error, never an invitation to make the sample company. `target` is the target of
    profiles.yml.
    """

    raw: Path = Path(DEFAULT_RAW)
    build: Path = Path("build")
    releases: Path = Path("releases")
    seeds: Path = Path("seeds")
    raw_is_named: bool = False
    target: str = DEFAULT_TARGET
    variables: Mapping[str, object] = field(default_factory=dict)

    @property
    def warehouse(self) -> Path:
        """The build database, written by dbt alone."""
        return self.build / "warehouse.duckdb"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read `USAGE_*` from the environment.

    Raises BadInvocation when `USAGE_VARS` is not a JSON object.
    """
    env = os.environ if environ is None else environ
    text = env.get("USAGE_VARS", "").strip()
    try:
        variables = json.loads(text) if text else {}
    except json.JSONDecodeError as error:
        raise BadInvocation(
            f"USAGE_VARS is not JSON: {error}",
            """write it like USAGE_VARS='{"as_of": "2026-01-01"}'""",
        ) from error
    if not isinstance(variables, dict):
        raise BadInvocation("USAGE_VARS must be a JSON object", 'write {"name": value}')
    return Settings(
        raw=Path(env.get("USAGE_RAW") or DEFAULT_RAW),
        build=Path(env.get("USAGE_BUILD") or "build"),
        releases=Path(env.get("USAGE_RELEASES") or "releases"),
        seeds=Path(env.get("USAGE_SEEDS") or "seeds"),
        raw_is_named=bool(env.get("USAGE_RAW")),
        target=env.get("USAGE_TARGET") or DEFAULT_TARGET,
        variables=variables,
    )

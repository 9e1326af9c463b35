"""The tables of versions: one list in the macro, one in the contract, one of base models."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from usage_warehouse.raw.declared import read_contract


@pytest.mark.parametrize("source", ["billing", "crm", "support"])
def test_the_macro_the_contract_and_the_models_name_the_same_tables(
    project_root: Path, source: str
) -> None:
    text = (project_root / "macros/raw/version_tables.sql").read_text(encoding="utf-8")
    returned: list[list[str]] = []
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)
    environment.globals["return"] = returned.append
    environment.from_string(text).module.version_tables(source)
    declared = sorted(c.table for c in read_contract() if c.source == source)
    folder = project_root / "models/staging" / source / "base"
    models = sorted(p.stem.removeprefix(f"base_{source}__") for p in folder.glob("*.sql"))
    assert returned == [declared] == [models]

"""The project's macros as SQL of one engine, without dbt: for tests of single expressions."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, StrictUndefined

from usage_warehouse.settings import PROJECT_ROOT

ENGINES = ("duckdb", "spark")
# What a macro may be that needs neither a relation nor a run of dbt.
FOLDERS = ("macros/engine", "macros/definitions")


def macro_renderer(engine: str, project_root: Path = PROJECT_ROOT) -> Callable[[str], str]:
    """A function from a text with macro calls to the SQL that `engine` runs.

    Like dbt, every macro sees every other and `adapter.dispatch` picks the one whose name
    begins with the engine's; `ref`, `var` and what asks a database are not there.
    """
    jinja = Environment(extensions=["jinja2.ext.do"], undefined=StrictUndefined)
    files = [path for folder in FOLDERS for path in sorted((project_root / folder).glob("*.sql"))]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    macros: dict[str, Any] = {}
    jinja.globals |= {
        "adapter": SimpleNamespace(dispatch=lambda name, _package="": macros[f"{engine}__{name}"]),
        "env_var": lambda name, default="": os.environ.get(name, default),
        # It hands over a value; here all values are text.
        "return": lambda value: value,
    }
    # In one text, so that each macro sees those that stand after it.
    macros |= vars(jinja.from_string(text).make_module())
    jinja.globals |= {name: value for name, value in macros.items() if callable(value)}
    return lambda template: jinja.from_string(template).render()

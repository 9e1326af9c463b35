"""dbt's YAML files and model configurations against the JSON schemas that dbt itself carries.

dbt only uses those schemas with the adapters of four vendors; with DuckDB and Spark a misspelt
key passes silently. Source of the schemas: `dbt/jsonschemas/` in the installed dbt-core.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from jsonschema import Draft7Validator, ValidationError
from jsonschema.validators import extend

from usage_warehouse.lint.finding import Finding
from usage_warehouse.lint.yaml_lines import duplicate_keys, read_yaml

PROJECT_FILE = "dbt_project.yml"
RULE = "dbt-schema"

# What the DuckDB and Spark adapters read and the schemas, made for four other adapters, lack.
# A list and not a pattern: a new name belongs here only when an adapter reads it.
ADAPTER_CONFIGS = (
    "delimiter",
    "format",
    "merge_clauses",
    "merge_on_using_columns",
    "options",
    "parquet_read_options",
    "partition_columns",
    "partitioned_by",
    "sorted_by",
)


def check_yaml(path: str, text: str) -> list[Finding]:
    """Findings in one YAML file of the dbt project (`path` decides between the two schemas)."""
    try:
        document = read_yaml(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return [Finding(path, mark.line + 1 if mark else 1, RULE, f"not YAML: {error}")]
    found = [
        Finding(path, line, RULE, f"key '{key}' stands twice; only the last would count")
        for line, key in duplicate_keys(document.root)
    ]
    if document.data is None:
        return found
    is_project = path.rsplit("/", 1)[-1] == PROJECT_FILE
    validator = _validator("project" if is_project else "resources")
    for step, message in _problems(validator.iter_errors(document.data)):
        found.append(Finding(path, document.line_of(step), RULE, f"{_dotted(step)}: {message}"))
    if is_project and isinstance(document.data, dict):
        for flag, message in _unknown_flags(document.data.get("flags") or {}):
            found.append(Finding(path, document.line_of(["flags", flag]), RULE, message))
    return sorted(set(found))


def check_model_configs(manifest: Mapping[str, Any]) -> list[Finding]:
    """Findings in the models' final configurations, `config(...)` calls included.

    `manifest` is dbt's manifest.json.
    """
    validator = _validator("model_config")
    # A strategy of the project's own is a macro of this name, and dbt finds it by that.
    macros = {macro["name"] for macro in manifest["macros"].values()}
    found = []
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model":
            continue
        # dbt's manifest writes the hooks with a hyphen and adds these keys to Python models.
        config = {
            key.replace("-", "_"): value
            for key, value in node["config"].items()
            if not re.fullmatch(r"(config|meta)_keys_(used|defaults)", key)
        }
        if f"get_incremental_{config.get('incremental_strategy')}_sql" in macros:
            del config["incremental_strategy"]
        for step, message in _problems(validator.iter_errors(config)):
            path = node["original_file_path"]
            found.append(Finding(path, 1, RULE, f"config({_dotted(step)}): {message}"))
    return sorted(found)


@cache
def _validator(kind: str) -> Draft7Validator:
    source = "project" if kind == "project" else "resources"
    schema = json.loads(files("dbt.jsonschemas").joinpath(source, "latest.json").read_text())
    for name, prefix in (("ModelConfig", ""), ("SeedConfig", ""), ("ProjectModelConfig", "+")):
        if name in schema["definitions"]:
            known = schema["definitions"][name]["properties"]
            known.update({prefix + key: True for key in ADAPTER_CONFIGS})
    if kind != "model_config":
        # Strategies of the project's own are judged in the manifest, where macros are known.
        schema["definitions"]["DbtIncrementalStrategy"] = True
    else:
        schema = {"$ref": "#/definitions/ModelConfig", "definitions": schema["definitions"]}
    return extend(
        Draft7Validator,
        validators={
            name: _unless_rendered(Draft7Validator.VALIDATORS[name])
            for name in ("type", "enum", "pattern", "format")
        },
    )(schema)


def _unless_rendered(rule: Callable[..., Iterator[ValidationError]]) -> Callable[..., object]:
    """The same rule, quiet about Jinja (known only when rendered) and about dates as strings."""

    def checked(
        validator: Any, expected: Any, value: object, schema: object
    ) -> Iterator[ValidationError]:
        if isinstance(value, str) and "{{" in value:
            return
        if isinstance(value, date) and "string" in str(expected):
            return
        yield from rule(validator, expected, value, schema)

    return checked


def _problems(errors: Iterable[ValidationError]) -> Iterator[tuple[list[str | int], str]]:
    """Path and message of every fault, with alternatives narrowed to the one that was meant."""
    for error in errors:
        path = list(error.absolute_path)
        if error.validator in ("anyOf", "oneOf") and error.context:
            yield from _problems(_meant_branch(error.context))
        elif error.validator == "additionalProperties":
            known = error.schema.get("properties", {})
            for key in error.instance:
                if key not in known:
                    yield [*path, key], f"unknown key{_did_you_mean(str(key), known)}"
        else:
            yield path, error.message[:200]


def _meant_branch(context: Sequence[ValidationError]) -> list[ValidationError]:
    """The errors of the alternative that fits best: of the right type, with the fewest faults."""
    branches: dict[object, list[ValidationError]] = {}
    for error in context:
        branches.setdefault(error.relative_schema_path[0], []).append(error)

    def misfit(branch: list[ValidationError]) -> tuple[bool, int]:
        other_type = any(e.validator == "type" and not e.relative_path for e in branch)
        return other_type, len(branch)

    return min(branches.values(), key=misfit)


def _unknown_flags(flags: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Flags that dbt does not know: the schema accepts any, and dbt ignores them."""
    from dbt.contracts.project import ProjectFlags

    known = [field.name for field in fields(ProjectFlags)]
    for flag in flags:
        if flag not in known:
            yield flag, f"flags.{flag}: unknown flag{_did_you_mean(flag, known)}"


def _did_you_mean(key: str, known: Iterable[str]) -> str:
    close = get_close_matches(key, list(known), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


def _dotted(path: Sequence[str | int]) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return text.lstrip(".") or "file"

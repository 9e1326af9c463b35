"""YAML and configurations against dbt's own schemas: a misspelt key never passes."""

from __future__ import annotations

import pytest

from usage_warehouse.lint.dbt_schema import check_model_configs, check_yaml

SOUND = """
version: 2
models:
  - name: fct_events
    description: One row per event.
    config:
      materialized: external
      format: parquet
      options: {partition_by: day}
      incremental_strategy: overwrite_days
      contract: {enforced: true}
      enabled: "{{ var('using_events') }}"
      meta: {anything: {goes: here}}
    columns:
      - name: event_at
        data_type: timestamp
        config: {meta: {pii: none}}
        constraints: [{type: not_null}]
        data_tests:
          - not_null
          - accepted_values: {arguments: {values: [a]}, config: {severity: error}}
          - own_test: {name: its_name, arguments: {threshold: 0.5}}
unit_tests:
  - name: a_rule
    model: fct_events
    given: [{input: ref('a'), rows: [{day: 2024-01-01}]}, {input: this, rows: select 1}]
    expect: {rows: [{day: 2024-01-01}]}
    overrides: {vars: {as_of: 2024-01-02}, macros: {is_incremental: true}}
sources:
  - name: events
    config: {meta: {external_location: "{{ raw_root() }}/*.parquet"}}
    tables: [{name: messages, columns: [{name: message_id}]}]
"""

FAULTS = [
    ("description: One row", "descripton: One row", "models[0].descripton", 5),
    ("materialized:", "materialised:", "models[0].config.materialised", 7),
    ("format: parquet", "fromat: parquet", "models[0].config.fromat", 8),
    ("{enforced: true}", "{enforce: true}", "models[0].config.contract.enforce", 11),
    ("data_type:", "datatype:", "columns[0].datatype", 16),
    ("constraints:", "constraint:", "columns[0].constraint", 18),
    ("{type: not_null}", "{type: notnull}", "columns[0].constraints[0].type", 18),
    ("data_tests:", "data_test:", "columns[0].data_test", 19),
    ("{arguments: {values", "{argument: {values", "accepted_values.argument", 21),
    ("severity:", "severty:", "accepted_values.config.severty", 21),
    ("given:", "givn:", "unit_tests[0].givn", 26),
    ("expect: {rows", "expect: {row", "unit_tests[0].expect.row", 27),
    ("overrides:", "override:", "unit_tests[0].override", 28),
    ("tables:", "table:", "sources[0].table", 32),
    ("unit_tests:", "unit_test:", "unit_test", 23),
    ("model: fct_events", "model: [fct_events]", "unit_tests[0].model", 25),
]

PROJECT = """
name: p
profile: p
flags:
  warn_error_options: {error: all}
models:
  p:
    +materialized: table
    core:
      +contract: {enforced: true}
target-path: "{{ env_var('DBT_TARGET_PATH', 'target') }}"
"""

PROJECT_FAULTS = [
    ("warn_error_options", "warn_error_option", "flags.warn_error_option"),
    ("+materialized", "+materialised", "models.p.+materialised"),
    ("+contract", "contract", "models.p.core.contract"),
    ("target-path", "target-paths", "target-paths"),
]


def test_sound_yaml_passes():
    assert check_yaml("models/fct_events.yml", SOUND) == []
    assert check_yaml("dbt_project.yml", PROJECT) == []
    assert check_yaml("models/empty.yml", "# nothing yet\n") == []


@pytest.mark.parametrize(("right", "wrong", "where", "line"), FAULTS)
def test_a_misspelt_key_is_found_at_its_line(right, wrong, where, line):
    text = SOUND.replace(right, wrong, 1)
    found = check_yaml("models/fct_events.yml", text)
    assert any(where in finding.message and finding.line == line for finding in found), found


@pytest.mark.parametrize(("right", "wrong", "where"), PROJECT_FAULTS)
def test_a_misspelt_key_of_the_project_file_is_found(right, wrong, where):
    found = check_yaml("dbt_project.yml", PROJECT.replace(right, wrong, 1))
    assert any(where in finding.message for finding in found), found


def test_the_likely_key_is_named():
    (finding,) = check_yaml("models/a.yml", "models:\n  - name: a\n    descripton: b\n")
    assert str(finding) == (
        "models/a.yml:3: dbt-schema: models[0].descripton: unknown key; did you mean 'description'?"
    )


def test_a_key_that_stands_twice_is_found():
    (finding,) = check_yaml("models/a.yml", "models:\n  - name: a\n    name: b\n")
    assert (finding.line, "twice" in finding.message) == (3, True)


def test_text_that_is_no_yaml_is_found_at_its_line():
    (finding,) = check_yaml("models/a.yml", "models:\n  - name: [a\n")
    assert "not YAML" in finding.message
    assert finding.line == 3


def _manifest(config, macros=()):
    node = {
        "resource_type": "model",
        "original_file_path": "models/a.sql",
        "config": {"materialized": "table", "post-hook": [], **config},
    }
    return {
        "nodes": {"model.p.a": node, "test.p.b": {"resource_type": "test"}},
        "macros": {name: {"name": name} for name in macros},
    }


def test_a_config_call_is_checked():
    assert check_model_configs(_manifest({})) == []
    (finding,) = check_model_configs(_manifest({"materialised": "view"}))
    assert "config(materialised): unknown key; did you mean 'materialized'?" in str(finding)


def test_an_incremental_strategy_must_be_known_or_written():
    config = {"incremental_strategy": "overwrite_days"}
    (finding,) = check_model_configs(_manifest(config))
    assert "overwrite_days" in finding.message
    assert check_model_configs(_manifest(config, ["get_incremental_overwrite_days_sql"])) == []

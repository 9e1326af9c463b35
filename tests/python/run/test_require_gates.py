"""A gate that nobody looked at is an error."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from usage_warehouse.errors import GateError
from usage_warehouse.run.dbt_build import all_gates, require_gates


def _test(model, status="pass", name="gate_is_open"):
    node = SimpleNamespace(
        name=f"{name}_{model}_", resource_type="test", attached_node=f"model.x.{model}"
    )
    return SimpleNamespace(node=node, status=status)


def test_gates_with_their_tests_are_fine():
    model = SimpleNamespace(name="gate_core", unique_id="model.x.gate_core", resource_type="model")
    results = [SimpleNamespace(node=model, status="success"), _test("gate_core"), _test("gate_raw")]
    require_gates(results, ["gate_core", "gate_raw"])


@pytest.mark.parametrize(
    "tests", [[], [_test("gate_core", "skipped")], [_test("gate_core", name="not_null")]]
)
def test_a_gate_whose_test_did_not_run_is_named(tests):
    with pytest.raises(GateError, match=r"did not run: gate_core\n"):
        require_gates([_test("gate_raw"), *tests], ["gate_core", "gate_raw"])


def test_the_project_has_a_gate_for_each_layer():
    assert all_gates() == {"gate_raw", "gate_staging", "gate_core", "gate_marts"}

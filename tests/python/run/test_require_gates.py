"""A gate that nobody looked at is an error."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from usage_warehouse.errors import GateError
from usage_warehouse.run.dbt_build import require_gates


def _model(name, status="success"):
    node = SimpleNamespace(name=name, unique_id=f"model.x.{name}", resource_type="model")
    return SimpleNamespace(node=node, status=status)


def _test(model, status="pass"):
    node = SimpleNamespace(
        name=f"gate_is_open_{model}_", resource_type="test", attached_node=f"model.x.{model}"
    )
    return SimpleNamespace(node=node, status=status)


def test_a_gate_with_its_test_is_fine():
    require_gates([_model("gate_core"), _test("gate_core"), _model("fct_events")])
    require_gates([])


@pytest.mark.parametrize("tests", [[], [_test("gate_raw")], [_test("gate_core", "skipped")]])
def test_a_gate_whose_test_did_not_run_is_named(tests):
    built = [_model("gate_core"), _model("gate_raw"), _test("gate_raw")]
    with pytest.raises(GateError, match=r"did not run: gate_core\n"):
        require_gates([*built, *tests])

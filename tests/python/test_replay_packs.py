"""Three more packs than test_replay.py replays: increments equal a full refresh on each."""

from __future__ import annotations

from pathlib import Path

import pytest

from usage_warehouse.replay.replay import draw_companies, replay_pack

# dbt leaves its own log file and event loop to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.mark.parametrize(("seed", "empty_plan"), [(2, False), (3, False), (4, True)])
def test_increments_equal_a_full_refresh(tmp_path: Path, seed: int, empty_plan: bool) -> None:
    outcome = replay_pack(draw_companies(50, 3, seed), tmp_path, empty_plan=empty_plan)
    assert [str(difference) for difference in outcome.differences] == []

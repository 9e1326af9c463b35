"""Funnel matching: how far did each actor get, in which attempt, and when.

Read in this order: `definitions` (what a funnel is), `log` (events as sorted arrays and tie
groups), `matching` (which events of a tie can take which steps), `ordered` and `unordered` (the
walks), `optional` (steps that are never needed), `match` (the public function).
"""

from usage_warehouse.funnels.match import FunnelMatches, match_funnels

__all__ = ["FunnelMatches", "match_funnels"]

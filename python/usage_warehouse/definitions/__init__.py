"""The definitions that people edit as CSV files: what a file must hold, checked before use.

`check_definitions` finds every mistake, `require_good_definitions` stops at any.
"""

from usage_warehouse.definitions.check import (
    WrongDefinitions,
    check_definitions,
    require_good_definitions,
)
from usage_warehouse.definitions.finding import Finding

__all__ = ["Finding", "WrongDefinitions", "check_definitions", "require_good_definitions"]

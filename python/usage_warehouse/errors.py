"""Errors that a user can act on, each with the exit code that the command line promises."""

from __future__ import annotations

import sys
from collections.abc import Callable

EXIT_USAGE = 2
EXIT_RAW_CONTRACT = 3
EXIT_GATE = 4
EXIT_PUBLISH = 5
EXIT_BUSY = 75


class UsageWarehouseError(Exception):
    """A mistake or a state that the user can mend; printed without a traceback.

    `message` says what is wrong and where (file, row, column); `fix` says what to do.
    """

    exit_code = EXIT_USAGE

    def __init__(self, message: str, fix: str = "") -> None:
        super().__init__(message if not fix else f"{message}\n  fix: {fix}")
        self.message = message
        self.fix = fix


class BadInvocation(UsageWarehouseError):
    """Wrong option, variable, seed row or environment."""

    exit_code = EXIT_USAGE


class RawContractError(UsageWarehouseError):
    """The raw folder is missing, empty, unreadable or breaks the raw contract."""

    exit_code = EXIT_RAW_CONTRACT


class GateError(UsageWarehouseError):
    """A data test, unit test or expectation failed; nothing was published."""

    exit_code = EXIT_GATE


class PublishError(UsageWarehouseError):
    """The release could not be written, audited or swapped in."""

    exit_code = EXIT_PUBLISH


class Busy(UsageWarehouseError):
    """Another build or publish holds the lock."""

    exit_code = EXIT_BUSY


def run_command(app: Callable[[], object]) -> None:
    """Run a command line; a user's mistake ends in one message and its exit code."""
    try:
        app()
    except UsageWarehouseError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)

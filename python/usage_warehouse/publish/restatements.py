"""Month ends that were published and are another number today.

A late or corrected version, a match of accounts found out later or a new definition restates
months that are over. The marts show the newest numbers; this compares them with an earlier
release, or with any build database, and lists what changed, so that no change goes unseen.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import duckdb
import pandas as pd
import typer
from rich.console import Console
from rich.table import Table

from usage_warehouse.errors import BadInvocation
from usage_warehouse.publish.release_folder import DATABASE, ReleaseFolder
from usage_warehouse.settings import load_settings

KEY = ["account_id", "currency", "month"]
SHOWN = 20
QUERY = """
    select account_id, currency, month, mrr_minor
    from marts.revenue__account_months
    where not is_open
"""


def month_ends(database: Path) -> pd.DataFrame:
    """MRR of the months that are over, of a release or build: KEY and mrr_minor.

    Raises BadInvocation where the file is no database with revenue in it.
    """
    if not database.is_file():
        raise BadInvocation(f"there is no file {database}", "name a release or a DuckDB file")
    try:
        with duckdb.connect(str(database), read_only=True) as connection:
            return connection.execute(QUERY).fetch_df()
    except duckdb.Error as error:
        problem = f"{database} has no marts.revenue__account_months that can be read: {error}"
        raise BadInvocation(problem, "name a release or a build of this project") from error


def restatements(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """What changed between two frames of `month_ends`, in the months that both have over.

    One row per KEY with then_minor, now_minor and restated_minor (int64), by month, currency and
    account. An account that one of them lacks counts as nothing there. Months that one of the two
    has not reached are no restatements.
    """
    joined = then.merge(now, on=KEY, how="outer", suffixes=("_then", "_now"))
    # Where nobody pays at all there is no month: then nothing was said, now all of it is gone.
    reached = then["month"].max() if now.empty else min(then["month"].max(), now["month"].max())
    joined = joined.iloc[:0] if then.empty else joined[joined["month"] <= reached]
    amounts = joined[["mrr_minor_then", "mrr_minor_now"]].fillna(0).astype("int64")
    found = joined[KEY].assign(
        then_minor=amounts["mrr_minor_then"],
        now_minor=amounts["mrr_minor_now"],
        restated_minor=amounts["mrr_minor_now"] - amounts["mrr_minor_then"],
    )
    changed = found[found["restated_minor"] != 0]
    return changed.sort_values(["month", "currency", "account_id"], ignore_index=True)


def restatements_command(
    then: Annotated[
        str | None,
        typer.Option(
            "--then", metavar="RUN|FILE", help="Release or DuckDB file (default: release before)."
        ),
    ] = None,
    now: Annotated[
        str | None,
        typer.Option("--now", metavar="RUN|FILE", help="The same (default: current release)."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write all of them to a CSV file.")
    ] = None,
) -> None:
    """List month ends of MRR that were published and are another number today.

    Compares marts.revenue__account_months of two releases, or of DuckDB files such as a build
    with `as_of` and `known_at` in the past. Only months that are over in both count.
    """
    releases = ReleaseFolder(load_settings().releases)
    found = restatements(
        month_ends(_database(releases, then, is_now=False)),
        month_ends(_database(releases, now, is_now=True)),
    )
    if out is not None:
        found.assign(month=found["month"].astype(str).str[:10]).to_csv(out, index=False)
    _show(found, out)


def _database(releases: ReleaseFolder, named: str | None, is_now: bool) -> Path:
    """The database of a release by its name, or the file itself."""
    if named and named not in releases.run_ids():
        return Path(named)
    current = releases.current()
    if named is None and is_now and current is None:
        raise BadInvocation(f"nothing is published in {releases.path}", "run `make build`")
    run_id = current if named is None and is_now else releases.rollback_target(named)
    return releases.path / str(run_id) / DATABASE


def _show(found: pd.DataFrame, out: Path | None) -> None:
    console = Console()
    if found.empty:
        console.print("no month that was over is another number today")
        return
    table = Table(box=None, pad_edge=False)
    for name in ("month", "currency"):
        table.add_column(name)
    for name in ("accounts", "then_minor", "now_minor", "restated_minor"):
        table.add_column(name, justify="right")
    grouped = found.groupby(["month", "currency"], sort=True)
    for (month, currency), rows in list(grouped)[-SHOWN:]:
        sums = rows[["then_minor", "now_minor", "restated_minor"]].sum()
        counts = [f"{value:,}" for value in (len(rows), *sums)]
        table.add_row(f"{month:%Y-%m}", str(currency), *counts)
    console.print(table)
    hidden = grouped.ngroups - SHOWN
    if hidden > 0:
        console.print(f"and {hidden} earlier rows of month and currency")
    ending = f"all of them: {out}" if out else "each of them: --out FILE.csv"
    console.print(f"{len(found):,} month ends of accounts are another number; {ending}")

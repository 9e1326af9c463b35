"""The `usage` command. Each subcommand lives beside the code it runs."""

from __future__ import annotations

import typer

from usage_warehouse.bench.command import bench_command
from usage_warehouse.errors import run_command
from usage_warehouse.land.command import land_app
from usage_warehouse.publish.command import publish_command, report_command, rollback_command
from usage_warehouse.publish.restatements import restatements_command
from usage_warehouse.run.command import build_command, check_command
from usage_warehouse.sample.command import sample_command

app = typer.Typer(
    help="Raw product events, CRM, billing and support in; tested marts out.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("sample")(sample_command)
app.add_typer(land_app, name="land")
app.command("check")(check_command)
app.command("build")(build_command)
app.command("publish")(publish_command)
app.command("rollback")(rollback_command)
app.command("report")(report_command)
app.command("restatements")(restatements_command)
app.command("bench")(bench_command)


def main() -> None:
    """Run the command line; a user's mistake ends in one message and its exit code."""
    run_command(app)


if __name__ == "__main__":
    main()

"""Tables that people read: a release just published, and its run report on one page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from usage_warehouse.publish.build_record import RELEASE_SCHEMAS
from usage_warehouse.publish.release_folder import DATABASE
from usage_warehouse.publish.write_audit_publish import Release

# Characters shown of a fingerprint, and of an instant to the minute or the day.
SHORT, MINUTE, DAY = 8, 16, 10


def render_release(release: Release, releases: Path) -> RenderableType:
    """The marts and their rows, where they are, and what to do next."""
    report = release.report
    table = _table("mart", "rows")
    for model in report["models"]:
        if model["relation"].startswith("marts."):
            table.add_row(model["relation"], _count(model["rows"]))
    database = releases / "current" / DATABASE
    lines = [f"published {release.run_id} ({report['status']}, {report['label']} data)"]
    lines += [f"  degraded: {reason}" for reason in report["reasons"]]
    if release.pruned:
        lines.append(f"removed {', '.join(release.pruned)}")
    following = [f"read it      duckdb -readonly {database}", "see more     usage report"]
    if release.previous:
        following.append("go back      usage rollback")
    return Group(table, *(_line(text) for text in (*lines, *following)))


def render_report(report: Mapping[str, Any]) -> RenderableType:
    """The whole run report on one page; relations that are not released are left out."""
    tools = " · ".join(f"{name} {version}" for name, version in report["tools"].items())
    head = [
        f"release {report['release_id']}: {report['status']}, {report['label']} data",
        *(f"  {reason}" for reason in report["reasons"]),
        f"published {report['published_at']} · as of {report['as_of']} · "
        f"known at {report['known_at'] or 'all that is loaded'}",
        f"{report['project']['name']} {report['project']['version']} · {tools}",
        _checks(report),
        "",
    ]
    parts: list[RenderableType] = [_sources(report), Text("")]
    if report.get("tracking_plan"):
        parts += [_tracking_plan(report), Text("")]
    return Group(*(_line(text) for text in head), *parts, _models(report))


def _line(text: str) -> Text:
    """A line that is never folded: a path must stay one word that can be copied."""
    return Text(text, no_wrap=True, overflow="ignore")


def _checks(report: Mapping[str, Any]) -> str:
    parts = []
    for kind, by_severity in report["tests"].items():
        parts.append(f"{kind.replace('_', ' ')} {_outcomes(by_severity)}")
    parts.append(f"expectations {_outcomes(report['expectations'])}")
    return " · ".join(parts)


def _outcomes(by_severity: Mapping[str, Mapping[str, int]]) -> str:
    passed = sum(counts["passed"] for counts in by_severity.values())
    total = passed + sum(counts["failed"] for counts in by_severity.values())
    return f"{passed:,} of {total:,} passed" if total else "none ran"


def _sources(report: Mapping[str, Any]) -> RenderableType:
    table = _table("source", "lines", "accepted", "duplicates", "quarantined", "excluded")
    table.add_column("newest load", no_wrap=True)
    reasons = []
    for source in report["sources"]:
        table.add_row(
            source["name"],
            _count(source["lines"]),
            _count(source["accepted"]),
            _count(source["duplicates"]),
            _count(sum(source["quarantined"].values())),
            _count(sum(source["excluded"].values())),
            (source["watermark"] or "")[:MINUTE].replace("T", " "),
        )
        for kind in ("quarantined", "excluded"):
            counts = sorted(source[kind].items())
            if counts:
                listed = ", ".join(f"{reason} {rows:,}" for reason, rows in counts)
                reasons.append(Text(f"  {source['name']}, {kind}: {listed}"))
    return Group(table, *reasons)


def _tracking_plan(report: Mapping[str, Any]) -> RenderableType:
    """What to do about the tracking plan; governance.tracking_plan_events says more."""
    table = _table("tracking plan", "messages", "invalid")
    table.add_column("last seen", no_wrap=True)
    table.add_column("owner", overflow="fold")
    table.add_column("findings", overflow="fold")
    for event in report["tracking_plan"]:
        invalid = f"{event['invalid']:,} of {event['checked']:,}" if event["invalid"] else ""
        last_seen = (event["last_seen"] or "never")[:DAY]
        findings = ", ".join(event["findings"]).replace("_", " ")
        table.add_row(
            *(event["event"], _count(event["messages"]), invalid, last_seen),
            *(event["owner"] or "", findings),
        )
    return table


def _models(report: Mapping[str, Any]) -> Table:
    table = _table("relation", "rows", "seconds")
    table.add_column("fingerprint", no_wrap=True)
    for schema in RELEASE_SCHEMAS:
        for model in report["models"]:
            if model["relation"].startswith(f"{schema}."):
                seconds = "" if model["seconds"] is None else f"{model['seconds']:.2f}"
                short = (model["fingerprint"] or "")[:SHORT]
                table.add_row(model["relation"], _count(model["rows"]), seconds, short)
    return table


def _table(first: str, *numbers: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first, overflow="fold")
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _count(rows: int | None) -> str:
    return "" if rows is None else f"{rows:,}"

"""What other trackers export, and which column of the raw contract each of their fields is.

A vendor is the fields that are read of a line (a JSON object) and, per contract column, SQL on
them (DuckDB, the fields as columns). Everything else, from bad lines to odd times, is the work of
landing and the same for all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import available_timezones

from usage_warehouse.errors import BadInvocation
from usage_warehouse.land.json_lines import BLANKS, LineShape
from usage_warehouse.land.mapping import CONTRACT_KEYS
from usage_warehouse.land.vendors import amplitude, mixpanel, posthog, snowplow

VENDORS = {
    "amplitude": (amplitude.SHAPE, amplitude.COLUMNS),
    "mixpanel": (mixpanel.SHAPE, mixpanel.COLUMNS),
    "posthog": (posthog.SHAPE, posthog.COLUMNS),
    "snowplow": (snowplow.SHAPE, snowplow.COLUMNS),
}
_SPLIT = r"string_split(rtrim(line, e'\r\n'), chr(9))"


@dataclass(frozen=True)
class Vendor:
    """One vendor's export, as it is to be read.

    `group` names the kind of group that is the account (a group type, for Mixpanel a property);
    `time_zone` is that of times without one (Mixpanel: the project's).
    """

    name: str
    group: str = ""
    time_zone: str = "UTC"

    def settings(self) -> dict[str, str]:
        """What was chosen, for the account of a landing: the same file read otherwise differs."""
        chosen = {"--from": self.name, "--group": self.group, "--time-zone": self.time_zone}
        return {name: value for name, value in chosen.items() if value and value != "UTC"}

    @property
    def has_tabs(self) -> bool:
        """Whether its files may be lines of fields divided by tabs."""
        return self.name == "snowplow"

    def shape(self, format_: str) -> LineShape:
        """How its lines are read: `tsv`, else JSON."""
        fields, columns = VENDORS[self.name]
        if format_ != "tsv":
            return LineShape(_json_fields(fields) + _contract(columns, self))
        return LineShape(
            _tab_fields(fields) + _contract(columns, self),
            f"""
            select row, line, case
                when trim(line, {BLANKS}) = '' then 'blank'
                when len({_SPLIT}) <> {len(snowplow.FIELDS)} then 'wrong_field_count'
            end as reason
            from lines
            """,
            "wrong_field_count",
        )


def find_vendor(name: str, group: str, time_zone: str) -> Vendor | None:
    """The vendor of that name, None for no name. Raises BadInvocation for an unknown one."""
    if not name:
        if group or time_zone != "UTC":
            raise BadInvocation(
                "--group and --time-zone belong to a vendor's export", "name the vendor: --from"
            )
        return None
    if name not in VENDORS:
        raise BadInvocation(f"--from {name} is not known", f"use one of {', '.join(VENDORS)}")
    if group and name == "snowplow":
        raise BadInvocation("--group: Snowplow's events name no groups", "leave it out")
    if time_zone not in available_timezones():
        raise BadInvocation(
            f"--time-zone {time_zone} is not known", "write it like America/Los_Angeles"
        )
    return Vendor(name, group, time_zone)


def _json_fields(fields: Mapping[str, str]) -> str:
    """CTEs that read the fields of a JSON object by name."""
    read = ", ".join(f'struct."{field}" as "{field}"' for field in fields)
    return f"""
structs as (
    select
        row,
        from_json(line, {_literal(json.dumps(fields))}) as struct,
        (not starts_with(line, '{{')) or holds_not_a_number(line) as is_suspect
    from lines
),
vendor_fields as (select row, is_suspect, {read} from structs),
"""


def _tab_fields(fields: Mapping[str, str]) -> str:
    """CTEs that read the fields of a line of Snowplow's by place."""
    read = ", ".join(
        f"nullif(parts[{snowplow.FIELDS.index(field) + 1}], '') as \"{field}\"" for field in fields
    )
    return f"""
split_lines as (select row, {_SPLIT} as parts from lines),
vendor_fields as (
    select row, len(parts) <> {len(snowplow.FIELDS)} as is_suspect, {read} from split_lines
),
"""


def _contract(columns: Mapping[str, str], vendor: Vendor) -> str:
    """The CTE `fields`: every column of the contract out of the vendor's fields."""
    quoted = {"group": _literal(vendor.group), "time_zone": _literal(vendor.time_zone)}
    named = ", ".join(
        f'cast({columns[column].format(**quoted)} as varchar) as "{column}"'
        if column in columns
        else f'cast(null as varchar) as "{column}"'
        for column in CONTRACT_KEYS
    )
    return f"fields as (select row, is_suspect, {named} from vendor_fields)\n"


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"

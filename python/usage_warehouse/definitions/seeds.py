"""What each definition file must hold: its columns and what stands in them.

The columns and their meaning are those of docs/architecture and of
models/staging/definitions/; the models there give the same defaults to empty cells.
"""

from __future__ import annotations

from dataclasses import dataclass

from usage_warehouse.definitions.values import (
    ValueRule,
    count_up_to,
    decimal_above_zero,
    decimal_from_zero,
    is_boolean,
    is_currency,
    is_date,
    is_domain,
    is_name,
    is_property_list,
    one_of,
)

GRAINS = ("user", "account")
ORDERINGS = ("ordered", "strict", "unordered")
STEP_KINDS = ("step", "optional", "exclusion")
STATUSES = ("live", "deprecated", "planned")
ACTOR_KINDS = {
    "email_domain": "email_domain",
    "domain": "email_domain",
    "user_id": "user_id",
    "user": "user_id",
    "account_id": "account_id",
    "account": "account_id",
    "group_id": "account_id",
    "device_id": "device_id",
    "device": "device_id",
    "anonymous_id": "device_id",
}
SEGMENT_RELATIONS = ("accounts", "users")
HEALTH_COMPONENTS = (
    "usage_trend",
    "active_seats",
    "breadth",
    "depth",
    "support",
    "payment",
    "renewal",
)
PARTY_SOURCES = ("billing", "crm", "support")
MATCH_DECISIONS = ("match", "no_match")
MINOR_UNITS = ("1", "10", "100", "1000", "10000")
MAX_STEP_NUMBER = 50
MAX_COUNT = 10**9
# Far beyond any use, and still safe when counted in microseconds.
MAX_WINDOW_SECONDS = 10**12
MAX_WINDOW_DAYS = 10**7


@dataclass(frozen=True)
class Column:
    """A column of a definition file.

    `is_filled`: an empty cell is a mistake. `is_needed`: a file without the column is a mistake.
    `is_prose`: free text, in which tabs and the like do no harm. `rule` judges what is not empty.
    """

    name: str
    rule: ValueRule | None = None
    is_filled: bool = False
    is_needed: bool = True
    is_prose: bool = False


@dataclass(frozen=True)
class Seed:
    """A definition file, `<name>.csv`."""

    name: str
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of all columns, in the order of the documented header."""
        return tuple(column.name for column in self.columns)

    @property
    def header(self) -> str:
        """The documented first line of the file."""
        return ",".join(self.column_names)


def _key(name: str, rule: ValueRule | None = None) -> Column:
    return Column(name, rule, is_filled=True)


def _prose(name: str, is_needed: bool = True) -> Column:
    return Column(name, is_prose=True, is_needed=is_needed)


SEEDS = (
    Seed(
        "tracking_plan",
        (
            _key("event_name"),
            Column("feature"),
            Column("is_active_signal", is_boolean),
            Column("status", one_of("status", STATUSES)),
            _prose("owner"),
            _prose("question"),
            Column("required_properties", is_property_list, is_prose=True),
            Column("introduced_on", is_date),
            Column("retired_on", is_date),
        ),
    ),
    Seed(
        "activation_rules",
        (
            _key("rule_id"),
            _key("grain", one_of("grain", GRAINS)),
            _key("criterion_id"),
            _key("event_name"),
            Column("min_count", count_up_to(MAX_COUNT, "once")),
            Column("window_days", count_up_to(MAX_WINDOW_DAYS, "no window")),
        ),
    ),
    Seed(
        "funnels",
        (
            _key("funnel_id"),
            _prose("name"),
            _key("grain", one_of("grain", GRAINS)),
            Column("ordering", one_of("ordering", ORDERINGS)),
            Column("window_seconds", count_up_to(MAX_WINDOW_SECONDS, "no window")),
        ),
    ),
    Seed(
        "funnel_steps",
        (
            _key("funnel_id"),
            _key("step_number", count_up_to(MAX_STEP_NUMBER)),
            _key("event_name"),
            Column("property_name"),
            Column("property_value"),
            Column("kind", one_of("kind", STEP_KINDS)),
        ),
    ),
    Seed(
        "internal_actors",
        (
            _key("kind", one_of("kind", tuple(ACTOR_KINDS))),
            _key("value"),
            _prose("reason", is_needed=False),
        ),
    ),
    Seed("bot_user_agents", (_key("pattern"), _prose("reason", is_needed=False))),
    Seed("junk_ids", (_key("value"),)),
    Seed(
        "fx_rates",
        (
            _key("currency", is_currency),
            _key("rate_date", is_date),
            _key("rate_to_reporting", decimal_above_zero),
        ),
    ),
    Seed(
        "currencies",
        (_key("currency", is_currency), _key("minor_units", one_of("size", MINOR_UNITS))),
    ),
    Seed("free_mail_domains", (_key("domain", is_domain),)),
    Seed("public_suffixes", (_key("suffix", is_domain),)),
    Seed(
        "account_matches",
        (
            _key("source", one_of("source", PARTY_SOURCES)),
            _key("source_id"),
            _key("account_id"),
            _key("decision", one_of("decision", MATCH_DECISIONS)),
            _prose("reason", is_needed=False),
        ),
    ),
    Seed(
        "health_weights",
        (
            _key("component", one_of("component", HEALTH_COMPONENTS)),
            _key("weight", decimal_above_zero),
            _key("zero_at", decimal_from_zero),
            _key("full_at", decimal_from_zero),
            _prose("measure", is_needed=False),
        ),
    ),
    Seed(
        "segments",
        (
            _key("dimension", is_name),
            _key("relation", one_of("relation", SEGMENT_RELATIONS)),
            _key("column_name"),
        ),
    ),
)
SEED_NAMES = tuple(seed.name for seed in SEEDS)

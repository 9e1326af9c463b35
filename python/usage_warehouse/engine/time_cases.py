"""What the macros of time mean at the edges; see macro_cases."""

from __future__ import annotations

from usage_warehouse.engine.case import Case, at, with_x

_PERIODS = [
    ("'day'", "2026-02-28", 1, "2026-03-01"),
    ("'week'", "2026-02-23", 2, "2026-03-09"),
    ("'month'", "2026-01-01", 1, "2026-02-01"),
    ("'month'", "2026-03-01", -4, "2025-11-01"),
    ("'day'", "2024-02-28", 2, "2024-03-01"),
]

TIME_CASES = [
    Case(
        "add_seconds",
        "{{ add_seconds('x', 'n') }}",
        at("2026-03-01 00:00:01.5"),
        {"x": at("2026-02-28 23:59:59.5"), "n": "cast(2 as bigint)"},
    ),
    Case(
        "add_seconds",
        "{{ add_seconds('x', 'n * 86400') }}",
        at("2025-12-31 00:00:00"),
        {"x": at("2026-01-01 00:00:00"), "n": "cast(-1 as bigint)"},
    ),
    Case(
        "add_seconds",
        "{{ add_seconds('x', 'n') }}",
        "cast(null as timestamp)",
        {"x": at("2026-01-01 00:00:00"), "n": "cast(null as bigint)"},
    ),
    *with_x(
        "add_days",
        "{{ add_days('x', 1) }}",
        [("date '2024-02-28'", "date '2024-02-29'"), ("date '2025-12-31'", "date '2026-01-01'")],
    ),
    *(
        Case(
            "add_periods",
            "{{ add_periods('d', 'p', 'n') }}",
            f"date '{after}'",
            {"d": f"date '{day}'", "p": period, "n": f"cast({count} as bigint)"},
        )
        for period, day, count, after in _PERIODS
    ),
    *(
        Case(
            "periods_between",
            "{{ periods_between('p', 'd', 'e') }}",
            str(count),
            {"d": f"date '{day}'", "p": period, "e": f"date '{after}'"},
        )
        for period, day, count, after in _PERIODS
        if count > 0
    ),
    Case(
        "microseconds_between",
        "{{ microseconds_between('x', 'y') }}",
        "86400000001",
        {"x": at("2026-01-01 00:00:00"), "y": at("2026-01-02 00:00:00.000001")},
    ),
    Case(
        "microseconds_between",
        "{{ microseconds_between('x', 'y') }}",
        "-1500000",
        {"x": at("2026-01-01 00:00:01.5"), "y": at("2026-01-01 00:00:00")},
    ),
    Case(
        "moved_by",
        "{{ moved_by('x', 'y', 'z') }}",
        at("2026-01-01 11:59:59.000001"),
        {
            "x": at("2026-01-01 12:00:00"),
            "y": at("2027-05-05 00:00:00"),
            "z": at("2027-05-04 23:59:59.000001"),
        },
    ),
    Case(
        "moved_by",
        "{{ moved_by('x', 'y', 'z') }}",
        at("1969-12-31 23:59:59"),
        {
            "x": at("1970-01-01 00:00:01"),
            "y": at("2026-01-01 00:00:02"),
            "z": at("2026-01-01 00:00:00"),
        },
    ),
    *(
        Case(
            "moved_by",
            "{{ moved_by('x', 'y', 'z') }}",
            "cast(null as timestamp)",
            {
                name: "cast(null as timestamp)" if name == absent else at("2026-01-01 00:00:00")
                for name in "xyz"
            },
        )
        for absent in "xyz"
    ),
]

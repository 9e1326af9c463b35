"""What the macros of money, prices and parties mean at the edges; see macro_cases."""

from __future__ import annotations

from usage_warehouse.engine.case import Case


def _quotients() -> list[Case]:
    """Sixths of whole numbers, rounded half away from zero, in both directions."""
    expected = {0: 0, 2: 0, 3: 1, 8: 1, 9: 2, -2: 0, -3: -1, -8: -1, -9: -2}
    return [
        Case(
            "whole_quotient",
            "{{ rounded_quotient('n', '6') }}",
            str(rounded),
            {"n": f"cast({number} as bigint)"},
        )
        for number, rounded in expected.items()
    ]


MONEY_CASES = [
    *_quotients(),
    Case(
        "picos",
        "{{ whole_quotient(picos('x') ~ ' * 1000000000', picos(1)) }}",
        "12",
        {"x": "cast(0.000000012 as decimal(24, 12))"},
    ),
    Case(
        "picos",
        "{{ rounded_quotient(picos('x') ~ ' * 365', picos(1) ~ ' * 12') }}",
        "30416666666667",
        {"x": "cast(1000000000000 as decimal(25, 12))"},
    ),
    Case("picos", "{{ picos('x') }} is null", "true", {"x": "cast(null as decimal(25, 12))"}),
    *(
        Case(
            "add_months",
            "{{ add_months('x', 'n') }}",
            f"timestamp '{after}'",
            {"x": f"timestamp '{before}'", "n": f"cast({count} as bigint)"},
        )
        for before, count, after in (
            ("2026-01-31 10:00:00", 1, "2026-02-28 10:00:00"),
            ("2024-01-31 10:00:00.5", 1, "2024-02-29 10:00:00.5"),
            ("2026-12-15 00:00:00", 13, "2028-01-15 00:00:00"),
            ("2024-02-29 00:00:00", 12, "2025-02-28 00:00:00"),
        )
    ),
    *(
        Case(
            "product_of_shares",
            f"(select {{{{ product_of_shares('share') }}}} from ({rows}) as shares)",
            f"cast({product} as decimal(13, 12))",
        )
        for rows, product in (
            (
                "select cast(0.9 as decimal(13, 12)) as share"
                " union all select cast(0.5 as decimal(13, 12))",
                "0.45",
            ),
            ("select cast(0.333 as decimal(13, 12)) as share", "0.333"),
            (
                "select cast(0.999999999999 as decimal(13, 12)) as share"
                " union all select cast(0.999999999999 as decimal(13, 12))"
                " union all select cast(0.5 as decimal(13, 12))",
                "0.5",
            ),
        )
    ),
    *(
        Case(
            "json_elements",
            '(select count(*) from (select {{ json_elements("x") }} as e'
            f" from (select {text} as x) as t) as elements)",
            str(count),
        )
        for text, count in (
            ("""'[{"up_to":5},{"up_to":null}]'""", 2),
            ("'[]'", 0),
            ("cast(null as {{ engine_type('string') }})", 0),
        )
    ),
    Case(
        "json_elements",
        '(select {{ json_text("e", "$.a") }} from (select {{ json_elements("x") }} as e'
        ' from (select \'[{"a":"inf"}]\' as x) as t) as elements)',
        "'inf'",
    ),
    *(
        Case(
            "split_words",
            '(select count(*) from (select {{ split_words("x") }} as word'
            f" from (select {text} as x) as t) as words where word like '%.%')",
            str(count),
        )
        for text, count in (
            ("""'["a.example","b.example"]'""", 2),
            ("'a.example, b.example c.example'", 3),
            ("'a-b.example'", 1),
            ("''", 0),
        )
    ),
    *(
        Case(
            "replace_all",
            "{{ replace_all('x', '[^a-z]+', ' ') }}",
            f"'{after}'",
            {"x": f"'{before}'"},
        )
        for before, after in (("a, b & c", "a b c"), ("abc", "abc"), ("1a2b3", " a b "))
    ),
    *(
        Case(
            "whole_number",
            f"{{{{ whole_number('x', {kind}) }}}}",
            expected,
            {"x": value},
        )
        for kind, value, expected in (
            ("engine_type('string')", "'2999'", "2999"),
            ("engine_type('string')", "'2999.0'", "2999"),
            ("engine_type('string')", "'2.5'", "3"),
            ("'double'", "cast(7.0 as double)", "7"),
            ("'double'", "cast(-2.5 as double)", "-3"),
            ("'bigint'", "cast(9007199254740993 as bigint)", "9007199254740993"),
            ("'boolean'", "true", "1"),
        )
    ),
]

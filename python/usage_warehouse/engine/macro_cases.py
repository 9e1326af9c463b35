"""What the macros of macros/engine/ mean, as values at the edges, the same on every engine.

A case is SQL with a macro call in it, the values it is given and the value it must have. The
SQL around the calls keeps to what both engines share, so that a case is evaluated as it stands
on DuckDB (in pytest) and on Spark (in the smoke): one broken macro is found by its name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from usage_warehouse.engine.case import Case, at, with_x
from usage_warehouse.engine.duckdb_plugin import pseudonym_key
from usage_warehouse.engine.money_cases import MONEY_CASES
from usage_warehouse.engine.time_cases import TIME_CASES

BATCH = 40
Query = Callable[[str], Sequence[Sequence[object]]]


@dataclass(frozen=True)
class Failure:
    """A case that has another value than it must; both as the engine writes them."""

    case: Case
    found: str


def failures(cases: Iterable[Case], render: Callable[[str], str], query: Query) -> list[Failure]:
    """The cases that do not hold on one engine.

    render: macro calls → the engine's SQL. query: runs SQL, returns its rows.
    """
    cases = list(cases)
    text = render("{{ engine_type('string') }}")
    rows = []
    for number, case in enumerate(cases):
        given = ", ".join(f"{value} as {name}" for name, value in case.given.items())
        found = f"({render(case.sql)})"
        rows.append(
            f"select {number} as number, {found} is not distinct from {case.expected} as holds,"
            f" cast({found} as {text}) as found from (select {given or '1 as one'}) as given"
        )
    result = {}
    for start in range(0, len(rows), BATCH):
        for number, holds, found in query("\nunion all\n".join(rows[start : start + BATCH])):
            result[number] = (holds, found)
    return [
        Failure(case, "null" if result[number][1] is None else str(result[number][1]))
        for number, case in enumerate(cases)
        if not result[number][0]
    ]


def _text(value: str) -> str:
    """A literal that both engines read alike: no backslash stands in it."""
    if "\\" in value:
        pieces = [f"'{piece}'" for piece in value.replace("'", "''").split("\\")]
        return f"({' || chr(92) || '.join(pieces)})"
    return "'" + value.replace("'", "''") + "'"


def _members(text: str) -> str:
    """SQL: the members of a JSON object with their types, sorted, as one text."""
    lists = "{{ json_member_names('x') }} as names, {{ json_member_types('x') }} as types"
    return (
        "select {{ sorted_list(\"property_name || ':' || \" ~ json_type_word('engine_type')) }}"
        f" from (select {{{{ unnest_members('names', 'types') }}}} from (select {lists}"
        f" from (select {text} as x) as texts) as lists) as members"
    )


NULL_TEXT = "cast(null as string)"
_PARSE_TEXT = "{{ parse_timestamp('x', engine_type('string')) }}"
_JSON_TEXTS = {
    "plain": '{"a":1,"b":{"c":"x y"},"d":null,"e":"","f":true,"g":1.10,"h":[1, 2],'
    '"i":"q\\"r\\u00e9"}',
    "odd": '{"a.b":"dot","it\'s":"apostrophe","*":"star","q\\"r":"quote","x/y":"slash",'
    '"~":"tilde"}',
}

_TIMES = [
    ("2026-01-31", at("2026-01-31 00:00:00")),
    ("2026-01-31T12:34:56", at("2026-01-31 12:34:56")),
    ("2026-01-31 12:34:56Z", at("2026-01-31 12:34:56")),
    ("2026-01-31T12:34:56.5Z", at("2026-01-31 12:34:56.5")),
    ("2026-01-31T12:34:56.123456789Z", at("2026-01-31 12:34:56.123456")),
    ("2026-01-31T12:34:56.9999999Z", at("2026-01-31 12:34:56.999999")),
    ("2026-01-31T12:34Z", at("2026-01-31 12:34:00")),
    ("2026-01-31T12:34", at("2026-01-31 12:34:00")),
    ("2026-01-31T12:34:56+02:00", at("2026-01-31 10:34:56")),
    ("2026-01-31T12:34:56-0530", at("2026-01-31 18:04:56")),
    ("2026-01-31T00:34+14", at("2026-01-30 10:34:00")),
    ("2026-01-31 12:34:56 UTC", at("2026-01-31 12:34:56")),
    ("2026-01-31 12:34 UTC", at("2026-01-31 12:34:00")),
    ("20260131T123456Z", at("2026-01-31 12:34:56")),
    ("20260131T123456+0200", at("2026-01-31 10:34:56")),
    ("20260131T123456", at("2026-01-31 12:34:56")),
    ("2024-02-29", at("2024-02-29 00:00:00")),
    *(
        (text, "cast(null as timestamp)")
        for text in (
            *("", " ", "yesterday", "2026", "2026-01", "12:30", "2026-1-1", "2026-02-30"),
            *("2026-13-01", "2026-01-31T24:00:00Z", "2026-01-31T12:34:60Z", "infinity", "epoch"),
            *("2026-01-31T12:34:56+25:00", "2026-01-31T12:34:56.Z", " 2026-01-31", "20260131"),
            *("2026-01-31T12", "1769817600", "2026-01-31\\n", "T12:30", "20260231T123456Z"),
        )
    ),
]

_JSON_MEMBERS = [
    (
        '{"b":1,"a":"x","c":null,"d":[1,"x"],"e":{"z":1},"f":-1.5,"g":true,"h":1e400,'
        '"i":12345678901234567890123}',
        "'a:string,b:number,c:null,d:array,e:object,f:number,g:boolean,h:number,i:number'",
    ),
    ('{"a":1,"a":"x"}', "'a:number,a:string'"),
    ('{"a.b":1,"x\\u0041":"[]","":false}', "':boolean,a.b:number,xA:string'"),
    ("{}", NULL_TEXT),
]

_JSON_OBJECTS = [
    ('{"a":1}', "true"),
    ('  {"a": [1, {"b": null}]} ', "true"),
    ("{}", "true"),
    ('{"a":"NaN, inf,}"}', "true"),
    ('{"a":"\\"NaN"}', "true"),
    ("[1]", "false"),
    ('"text"', "false"),
    ("12", "false"),
    ('{"a":1', "false"),
    ('{"a":1} behind', "false"),
    ('{"a":1},{"b":2}', "false"),
    ('{"a":1},null', "false"),
    ("{'a':1}", "false"),
    ('{"a":NaN}', "false"),
    ('{"a":-Infinity}', "false"),
    ('{"a":1,}', "false"),
    ('{"a":[1, ]}', "false"),
    ('{"a":01}', "false"),
    ("undefined", "false"),
    ("", "cast(null as boolean)"),
    ("  ", "cast(null as boolean)"),
    ("null", "cast(null as boolean)"),
]

# Pairs of JSON texts that are the same, and that are not.
_SAME_JSON = [
    ('{"a":1,"b":[1,2]}', '{ "b":[1, 2], "a":1 }', 1),
    ('{"a":{"x":1,"y":2}}', '{"a":{"y":2,"x":1}}', 1),
    ('{"a":1.50}', '{"a":1.5}', 1),
    ('{"a":[1.0,2.0]}', '{"a":[1.0, 2.00]}', 1),
    ('{"a":"é"}', '{"a":"\\u00e9"}', 1),
    ("", "null", 1),
    ('{"a":-0}', '{"a":0}', 1),
    ('{"a":[1,2]}', '{"a":[2,1]}', 2),
    ('{"a":1}', '{"a":"1"}', 2),
    ('{"a":1}', '{"a":1.0}', 2),
    ('{"a":null}', "{}", 2),
    ('{"a":true}', '{"a":false}', 2),
    ('{"a":{"b":1}}', '{"a":{"c":1}}', 2),
    ("{}", "null", 2),
    ("{}", "[]", 2),
]


def _canonical(one: str, other: str) -> str:
    documents = f"(select 1 as n, {_text(one)} as x union all select 2, {_text(other)}) as d"
    call = f"{{% set documents %}}{documents}{{% endset %}}"
    query = "{{ canonical_json(documents, ['n'], ['x']) }}"
    return f"{call}select count(distinct canonical_text) from ({query}) as canonical"


CASES: list[Case] = [
    *with_x("is_match", "{{ is_match('x', '[0-9]+') }}", [("'12'", "true"), ("'12a'", "false")]),
    *with_x(
        "is_match", "{{ is_match('x', 'a|b') }}", [("'a' || chr(10)", "false"), ("'bb'", "false")]
    ),
    *with_x("parse_timestamp", _PARSE_TEXT, [(_text(text), moment) for text, moment in _TIMES]),
    *with_x(
        "parse_timestamp",
        "{{ parse_timestamp('x', 'bigint') }}",
        [
            ("cast(1769817600 as bigint)", at("2026-01-31 00:00:00")),
            ("cast(1769817600123 as bigint)", at("2026-01-31 00:00:00.123")),
            ("cast(1769817600123456 as bigint)", at("2026-01-31 00:00:00.123456")),
            ("cast(1769817600123456789 as bigint)", at("2026-01-31 00:00:00.123456")),
            ("cast(-86400 as bigint)", at("1969-12-31 00:00:00")),
            ("cast(null as bigint)", "cast(null as timestamp)"),
        ],
    ),
    *with_x(
        "parse_timestamp",
        "{{ parse_timestamp('x', 'int') }}",
        [("cast(1769817600 as int)", at("2026-01-31 00:00:00"))],
    ),
    *with_x(
        "parse_timestamp",
        "{{ parse_timestamp('x', 'double') }}",
        [
            ("cast(1769817600.25 as double)", at("2026-01-31 00:00:00.25")),
            ("cast(1769817600123.4 as double)", at("2026-01-31 00:00:00.1234")),
            ("cast('NaN' as double)", "cast(null as timestamp)"),
            ("cast('Infinity' as double)", "cast(null as timestamp)"),
        ],
    ),
    *with_x(
        "parse_timestamp",
        "{{ parse_timestamp('x', 'date') }}",
        [("date '2026-01-31'", at("2026-01-31 00:00:00"))],
    ),
    *with_x(
        "is_json_object",
        "{{ is_json_object('x') }}",
        [(_text(text), is_one) for text, is_one in _JSON_OBJECTS],
    ),
    *(
        Case(
            "json_text",
            f"{{{{ json_text('x', '{path}') }}}}",
            expected,
            {"x": _text(_JSON_TEXTS["plain"])},
        )
        for path, expected in (
            ("$.a", "'1'"),
            ("$.b.c", "'x y'"),
            ("$.b", _text('{"c":"x y"}')),
            ("$.d", NULL_TEXT),
            ("$.e", "''"),
            ("$.f", "'true'"),
            ("$.g", "'1.1'"),
            ("$.h", "'[1,2]'"),
            ("$.i", _text('q"ré')),
            ("$.z", NULL_TEXT),
            ("$.b.z", NULL_TEXT),
        )
    ),
    *(
        Case("json_text_at", "{{ json_text_at('x', 'k') }}", expected, {"x": _text(text), "k": key})
        for text, key, expected in (
            *(
                (_JSON_TEXTS["odd"], _text(key), value)
                for key, value in (
                    ("a.b", "'dot'"),
                    ("it's", "'apostrophe'"),
                    ("*", "'star'"),
                    ('q"r', "'quote'"),
                    ("x/y", "'slash'"),
                    ("~", "'tilde'"),
                    ("a", NULL_TEXT),
                    ("", NULL_TEXT),
                )
            ),
            (_JSON_TEXTS["plain"], "'g'", "'1.1'"),
            (_JSON_TEXTS["plain"], "'d'", NULL_TEXT),
            (_JSON_TEXTS["plain"], "'b'", _text('{"c":"x y"}')),
            (_JSON_TEXTS["plain"], NULL_TEXT, NULL_TEXT),
        )
    ),
    *(
        Case(
            "split_list",
            "select {{ sorted_list(\"concat('<', part, '>')\") }} from"
            f" (select {{{{ split_list('x', ';') }}}} as part from (select {text} as x) as t) as p",
            expected,
        )
        for text, expected in (
            ("'b; a;;c.d|e'", "'< a>,<>,<b>,<c.d|e>'"),
            ("''", "'<>'"),
            (NULL_TEXT, NULL_TEXT),
        )
    ),
    *(
        Case(macro, _members(_text(text)), expected)
        for macro in ("json_member_names", "json_member_types", "unnest_members")
        for text, expected in _JSON_MEMBERS
    ),
    *(
        Case("canonical_json", _canonical(one, other), str(count))
        for one, other, count in _SAME_JSON
    ),
    *with_x(
        "hash_text",
        "{{ hash_text('x') }}",
        [
            ("'abc'", _text(hashlib.sha256(b"abc").hexdigest())),
            ("'é'", _text(hashlib.sha256("é".encode()).hexdigest())),
            (NULL_TEXT, NULL_TEXT),
        ],
    ),
    Case(
        "pseudonym_key",
        "{{ hash_text(pseudonym_key()) }}",
        _text(hashlib.sha256(pseudonym_key().encode()).hexdigest()),
    ),
    *with_x(
        "key64",
        "{{ key64('x') }} is null",
        [(NULL_TEXT, "true"), ("''", "false"), ("'a'", "false")],
    ),
    *with_x(
        "key64",
        "{{ key64('x') }} >= 0",
        [("'a'", "true"), ("'b'", "true"), ("'e'", "true"), ("'x'", "true")],
    ),
    *with_x(
        "key64",
        "{{ key64('x') }} = {{ key64(\"'a'\") }}",
        [("'a'", "true"), ("'A'", "false"), ("'a '", "false")],
    ),
    *with_x(
        "hash64",
        "{{ hash64('x') }} = {{ key64(\"'a'\") }}",
        [("'a'", "true"), ("'A'", "false"), ("'a '", "false")],
    ),
    Case("engine_type", "cast(12 as {{ engine_type('string') }})", "'12'"),
    *with_x("as_text", "{{ as_text('x', 'bigint') }}", [("cast(12 as bigint)", "'12'")]),
    *with_x("as_text", "{{ as_text('x', engine_type('string')) }}", [("'a'", "'a'")]),
    *with_x("as_text", "{{ as_text('x', 'boolean') }}", [("true", "'true'")]),
    *with_x(
        "as_text",
        "{{ as_text('x', 'double') }}",
        [
            ("cast(7.0 as double)", "'7'"),
            ("cast(12345678901 as double)", "'12345678901'"),
            ("cast(1.5 as double)", "'1.5'"),
            ("cast(null as double)", NULL_TEXT),
        ],
    ),
    Case(
        "sorted_list",
        "select {{ sorted_list('v') }} from (values ('b'), (null), ('a'), ('B'), ('a')) as t(v)",
        "'B,a,a,b'",
    ),
    Case(
        "last_known",
        "select {{ sorted_list(\"concat_ws(':', n, known)\") }} from (select n, {{ last_known('v',"
        " 'order by n rows between unbounded preceding and 1 preceding') }} as known"
        " from (values (1, 'a'), (2, null), (3, 'b'), (4, null)) as t(n, v)) as s",
        "'1,2:a,3:a,4:b'",
    ),
    *(
        Case(
            "number_series",
            f"select concat_ws(':', count(*), min(number), max(number)) from"
            f' ({{{{ number_series("select {limit}") }}}}) as s',
            expected,
        )
        for limit, expected in (
            ("2", "'3:0:2'"),
            ("0", "'1:0:0'"),
            ("-1", "'0'"),
            ("-5", "'0'"),
            ("cast(null as bigint)", "'0'"),
        )
    ),
    Case(
        "row_text",
        "select count(distinct {{ row_text('t') }}) from"
        " (values ('a', 'b'), ('a', null), ('a', ''), (null, 'a'), ('a', 'b')) as t(v, w)",
        "4",
    ),
    *TIME_CASES,
    *MONEY_CASES,
]

"""SQL that several vendors' readers are put together from (DuckDB).

A name in braces is filled in by the reader: {group} with the kind of group that is the account.
"""

from __future__ import annotations

from collections.abc import Mapping

Tree = Mapping[str, "str | Tree"]


def compact(tree: Tree) -> str:
    """A JSON object of SQL expressions as text, without what is null or empty."""
    return f"nullif(cast(json_merge_patch('{{{{}}}}', {_object(tree)}) as varchar), '{{{{}}}}')"


def _object(tree: Tree) -> str:
    parts = []
    for name, value in tree.items():
        if isinstance(value, str):
            parts.append(f"'{name}', {value}")
        else:
            inner = compact(value)
            parts.append(f"'{name}', cast({inner} as json)")
    return f"json_object({', '.join(parts)})"


def group_of(groups: str) -> str:
    """The id of the account in a JSON object {{kind of group: id, or a list of ids}}.

    The kind that was named; where none was, that of an object with one kind only.
    """
    key = (
        f"case when {{group}} <> '' then {{group}}"
        f" when len(json_keys({groups})) = 1 then json_keys({groups})[1] end"
    )
    return f"case when json_type({groups}) = 'OBJECT' then {first_of(groups, key)} end"


def first_of(column: str, key: str) -> str:
    """The text of a key of a JSON object, its first one where that is a list.

    `key` is SQL; a key that no path can name, with a quotation mark in it, is null.
    """
    path = f"'$.\"' || ({key}) || '\"'"
    one = f"({column} ->> ({path}))"
    first = f"({column} ->> ({path} || '[0]'))"
    return f"try(case when starts_with({one}, '[') then {first} else {one} end)"


def text_at(column: str, key: str) -> str:
    """The text of one key of a JSON object; a dot in the key is no path."""
    return f"({column} ->> '$.\"{key}\"')"


def words(text: str) -> tuple[str, ...]:
    """The words of a text, as a list of names is easiest read."""
    return tuple(text.split())

"""What one cell may hold. A rule takes the trimmed text of a cell that is not empty.

It returns None where the text is sound, else the problem and the fix.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from difflib import get_close_matches

Complaint = tuple[str, str]
ValueRule = Callable[[str], Complaint | None]

TRUE_WORDS = ("true", "t", "1", "yes")
FALSE_WORDS = ("false", "f", "0", "no")
# 86400.0 is how spreadsheets and data frames write a whole number beside an empty cell.
_WHOLE_NUMBER = re.compile(r"(-?\d{1,18})(?:\.0*)?")
_DECIMAL = re.compile(r"\d{1,12}(?:\.\d{1,12})?")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_PROPERTY_TYPES = ("string", "number", "boolean", "array", "object")
_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+")


def whole_number(text: str) -> int | None:
    """The number that a text writes, or None where it is not whole (or has over 18 digits)."""
    match = _WHOLE_NUMBER.fullmatch(text)
    return int(match[1]) if match else None


def iso_date(text: str) -> date | None:
    """The day that a text writes as YYYY-MM-DD, or None."""
    try:
        return date.fromisoformat(text) if _ISO_DATE.fullmatch(text) else None
    except ValueError:
        return None


def did_you_mean(text: str, known: Iterable[str]) -> str:
    """'write <nearest known word>' where one is near, else an empty text."""
    by_lower = {word.lower(): word for word in known}
    near = get_close_matches(text.lower(), by_lower, n=1, cutoff=0.75)
    return f"write {by_lower[near[0]]}" if near else ""


def one_of(what: str, choices: tuple[str, ...]) -> ValueRule:
    """A word out of `choices`, in any case; `what` names it in the message."""

    def rule(text: str) -> Complaint | None:
        if text.lower() in choices:
            return None
        return f"unknown {what} '{text}'", f"use one of {', '.join(choices)}"

    return rule


def count_up_to(largest: int, empty_means: str = "") -> ValueRule:
    """A whole number from 1 to `largest`; `empty_means` says what an empty cell stands for."""
    fix = f"write a whole number from 1 to {largest}"
    if empty_means:
        fix += f", or leave the cell empty: {empty_means}"

    def rule(text: str) -> Complaint | None:
        number = whole_number(text)
        if number is None:
            return f"'{text}' is not a whole number", fix
        if number <= 0:
            return f"{text} is {'zero' if number == 0 else 'negative'}", fix
        if number > largest:
            return f"{text} is too large", fix
        return None

    return rule


def decimal_above_zero(text: str) -> Complaint | None:
    """A number above 0 with up to 12 digits before and after the point."""
    if not _DECIMAL.fullmatch(text):
        return f"'{text}' is not a number", "write it with a point, such as 1.0853"
    if not text.strip("0."):
        return f"{text} is zero", "write a number above 0, or take the row out"
    return None


def decimal_from_zero(text: str) -> Complaint | None:
    """A number, 0 or above, with up to 12 digits before and after the point."""
    if _DECIMAL.fullmatch(text):
        return None
    return f"'{text}' is not a number", "write it with a point, such as 0.5"


def is_currency(text: str) -> Complaint | None:
    """Three letters, in any case (ISO 4217)."""
    if _CURRENCY.fullmatch(text):
        return None
    return f"'{text}' is not a currency", "write its three letters, such as eur"


def is_date(text: str) -> Complaint | None:
    """A day of the calendar."""
    if iso_date(text) is not None:
        return None
    return f"'{text}' is not a date", "write it as YYYY-MM-DD, such as 2026-01-31"


def is_domain(text: str) -> Complaint | None:
    """The domain of e-mail addresses: words joined by dots, no address and no pattern."""
    if _DOMAIN.fullmatch(text):
        return None
    return (
        f"'{text}' is not an e-mail domain",
        "write what stands after the @ alone, such as example.com",
    )


def is_name(text: str) -> Complaint | None:
    """A word of letters, digits and underscores that begins with a letter."""
    if re.fullmatch("[A-Za-z][A-Za-z0-9_]*", text):
        return None
    return f"'{text}' is not a name", "write letters, digits and underscores, such as plan"


is_boolean = one_of("boolean", TRUE_WORDS + FALSE_WORDS)


def is_property_list(text: str) -> Complaint | None:
    """Names of properties between semicolons, each with a type behind a colon or without."""
    seen = set()
    for part in (part.strip() for part in text.split(";")):
        name, colon, kind = (piece.strip() for piece in part.partition(":"))
        if not part:
            continue
        if not name or (colon and kind.lower() not in _PROPERTY_TYPES):
            fix = f"write `name` or `name:type` with a type of {', '.join(_PROPERTY_TYPES)}"
            return f"'{part}' is no property", fix
        if name in seen:
            return f"property '{name}' stands twice", "name it once"
        seen.add(name)
    return None

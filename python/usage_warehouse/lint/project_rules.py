"""Rules of this project that can be read off the text of its files.

A rule is a pure function from files (path → text) to findings. Rules about what dbt makes of
the files (names by layer, direction, contracts) stand in dbt-bouncer.yml.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from usage_warehouse.lint.finding import Finding

Files = Mapping[str, str]

MAX_SQL_LINES = 150
MAX_PYTHON_LINES = 400

_SQL = re.compile(r"^(models|macros|analyses|tests)/.*\.sql$")
_COMMENT = re.compile(r"\{#.*?#\}|/\*.*?\*/|--[^\n]*", re.DOTALL)


@dataclass(frozen=True)
class ForbiddenText:
    """A pattern that must not stand in the files whose path matches `where` (and not `unless`)."""

    rule: str
    where: str
    pattern: re.Pattern[str]
    message: str
    unless: str = r"(?!)"
    in_comments: bool = False

    def find(self, files: Files) -> Iterator[Finding]:
        """A finding per line with the pattern in it."""
        for path, text in files.items():
            if not re.search(self.where, path) or re.search(self.unless, path):
                continue
            code = text if self.in_comments else _without_comments(path, text)
            for number, line in enumerate(code.splitlines(), start=1):
                match = self.pattern.search(line)
                if match:
                    yield Finding(
                        path, number, self.rule, f"'{match.group().strip()}': {self.message}"
                    )


# The character classes keep the rules from matching their own text.
TEXT_RULES = (
    ForbiddenText(
        "engine-branch",
        _SQL.pattern,
        re.compile(r"\btarget\s*\.\s*(type|name)\b|\badapter\s*\.\s*type\s*\("),
        "differences between engines live in macros/engine/ and nowhere else",
        unless=r"^macros/engine/",
    ),
    ForbiddenText(
        "wall-clock",
        r"^(models|macros|analyses|tests/(singular|generic))/.*\.(sql|py)$",
        re.compile(
            r"\b(current_date|current_time|current_timestamp|current_localtimestamp|localtime"
            r"|localtimestamp|run_started_at)\b"
            r"|\b(now|today|getdate|sysdate|get_current_timestamp|utcnow|time\.time)\s*\(",
            re.IGNORECASE,
        ),
        "a number must not depend on when it is computed: use the horizon (as_of)",
    ),
    ForbiddenText(
        "randomness",
        r"^(models|macros|analyses|tests/(singular|generic))/.*\.(sql|py)$",
        re.compile(
            r"\b(random|rand|uuid|gen_random_uuid|uuid4|setseed)\s*\(|\busing sample\b"
            r"|\btablesample\b",
            re.IGNORECASE,
        ),
        "a number must be the same in every run",
    ),
    ForbiddenText(
        "raw-reader",
        r"^(models|analyses|tests)/.*\.sql$",
        re.compile(r"\bsource\s*\("),
        "raw tables are read through raw_rows(source, table), which checks their columns",
    ),
    ForbiddenText(
        "unfinished",
        r"",
        re.compile(r"\b(TO[D]O|FIX[M]E|X[X]X)\b"),
        "finish it, or say in plain words what is left out and why",
        unless=r"^(LICENSE|requirements/)",
        in_comments=True,
    ),
    ForbiddenText(
        "skipped-test",
        r"^tests/python/.*\.py$",
        re.compile(r"\bpytest\s*\.\s*(ski[p]|xfai[l]|importorski[p]|mark\s*\.\s*(ski|xfai))"),
        "a test that does not run proves nothing",
    ),
    ForbiddenText(
        "registry-host",
        r"",
        re.compile(
            r"py[p]i\.org|python[h]osted\.org|registry\.np[m]js|repo1?\.maven\.apac[h]e"
            r"|-index-ur[l][ =]|^\s*index-ur[l]\b|https?://[^ \"'<>]+/simpl[e]/?(?=[\"'\s]|$)",
            re.IGNORECASE,
        ),
        "packages come from wherever this machine is told to get them",
        in_comments=True,
    ),
)


def check_project(files: Files, root: Path, home: Path) -> list[Finding]:
    """All findings of all rules; `root` and `home` are the folders that must not be named."""
    rules: Sequence[Callable[[Files], Iterable[Finding]]] = (
        *(rule.find for rule in TEXT_RULES),
        machine_path_rule(root, home).find,
        find_long_files,
        find_unpaired_models,
    )
    return sorted(finding for rule in rules for finding in rule(files))


def machine_path_rule(root: Path, home: Path) -> ForbiddenText:
    """No file names a folder of one machine: this clone's, or anybody's home.

    A root or home of a single step (`/app`, `/`) is too common a word to be looked for.
    """
    own = [re.escape(str(folder)) for folder in (root, home) if len(folder.parts) > 2]
    homes = [r"/hom[e]/\w+", r"/User[s]/\w+", r"/roo[t]/\.?\w+", r"\b[A-Z]:\\User[s]\\"]
    return ForbiddenText(
        "machine-path",
        r"",
        re.compile(rf"(?<![\w.$/}}-])(?:{'|'.join([*own, *homes])})"),
        "a path of one machine means nothing on another: write it from the project's root",
        in_comments=True,
    )


def find_long_files(files: Files) -> Iterator[Finding]:
    """SQL and Python files over the limit: something in them wants a file of its own.

    Models are left to dbt-bouncer.yml.
    """
    for path, text in files.items():
        if path.startswith("models/"):
            continue
        limit = {".sql": MAX_SQL_LINES, ".py": MAX_PYTHON_LINES}.get(PurePosixPath(path).suffix)
        count = len(text.splitlines())
        if limit is not None and count > limit:
            yield Finding(path, limit + 1, "length", f"{count} lines, at most {limit}")


def find_unpaired_models(files: Files) -> Iterator[Finding]:
    """A model without its YAML beside it, and a YAML that no model belongs to.

    Facts about a whole folder stand in files that begin with an underscore.
    """
    for path in files:
        file = PurePosixPath(path)
        if not path.startswith("models/"):
            continue
        if file.suffix in (".sql", ".py") and str(file.with_suffix(".yml")) not in files:
            yield Finding(path, 1, "paired-yaml", f"{file.stem}.yml must stand beside it")
        if (
            file.suffix == ".yml"
            and not file.name.startswith("_")
            and not any(str(file.with_suffix(suffix)) in files for suffix in (".sql", ".py"))
        ):
            yield Finding(path, 1, "paired-yaml", f"no model {file.stem} stands beside it")


def _without_comments(path: str, text: str) -> str:
    """SQL with comments blanked and lines kept; other files as they are."""
    if not path.endswith(".sql"):
        return text
    return _COMMENT.sub(lambda match: "\n" * match.group().count("\n"), text)

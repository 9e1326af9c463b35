"""`python -m usage_warehouse.lint`: YAML against dbt's schemas, and the project's own rules."""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

from usage_warehouse.lint.dbt_schema import check_model_configs, check_yaml
from usage_warehouse.lint.finding import Finding
from usage_warehouse.lint.project_rules import check_project
from usage_warehouse.settings import PROJECT_ROOT

_DBT_YAML = re.compile(r"^(dbt_project|(models|seeds|macros|snapshots|analyses|tests)/.*)\.yml$")


def read_project(root: Path = PROJECT_ROOT) -> dict[str, str]:
    """The project's text files by path from `root`, without what .gitignore leaves out."""
    texts = {}
    for path in _list_with_git(root) or _list_without_git(root):
        try:
            texts[path] = (root / path).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue  # not text, or deleted and not yet committed
    return texts


def _list_with_git(root: Path) -> list[str]:
    """What git tracks or would track; nothing where git or its folder is missing."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return [path for path in listed.stdout.split("\0") if path]


def _list_without_git(root: Path) -> list[str]:
    """The same from an unpacked archive, by the plain names in .gitignore."""
    lines = (root / ".gitignore").read_text(encoding="utf-8").splitlines()
    ignored = [".git", *(line.strip("/*") for line in lines if line and line[0] not in "#!")]
    return [
        path.relative_to(root).as_posix()
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and not any(
            fnmatch(part, name) for part in path.relative_to(root).parts for name in ignored
        )
    ]


def find_all(files: dict[str, str], manifest: Path | None, root: Path) -> list[Finding]:
    """Everything that is wrong with `files` and, where given, with the models of a manifest."""
    found = check_project(files, root, Path.home())
    for path, text in files.items():
        if _DBT_YAML.match(path):
            found += check_yaml(path, text)
    if manifest is not None:
        found += check_model_configs(json.loads(manifest.read_text(encoding="utf-8")))
    return sorted(found)


def main() -> int:
    """Print the findings; 1 if there are any."""
    parser = argparse.ArgumentParser(prog="python -m usage_warehouse.lint", description=__doc__)
    parser.add_argument("--manifest", type=Path, help="also check the configs in this manifest")
    options = parser.parse_args()
    files = read_project()
    found = find_all(files, options.manifest, PROJECT_ROOT)
    for finding in found:
        print(finding, file=sys.stderr)
    print(f"project rules: {len(files)} files, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

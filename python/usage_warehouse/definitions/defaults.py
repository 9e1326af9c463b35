"""Definitions that a folder of one's own may leave out: the project's are taken."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from usage_warehouse.settings import PROJECT_ROOT, Settings

DEFAULT_SEEDS = PROJECT_ROOT / "seeds"
# What marks a bot, what is no id, how currencies are counted: the same for nearly everyone.
COMMON_SEEDS = (
    *("bot_user_agents", "junk_ids", "currencies"),
    *("free_mail_domains", "public_suffixes", "health_weights", "segments"),
)
# What only the company itself can know; left out it is empty (a header alone).
OWN_SEEDS = ("fx_rates", "account_matches")
EMPTY_SEEDS = Path(__file__).parent / "empty"
OPTIONAL_SEEDS = COMMON_SEEDS + OWN_SEEDS


def seed_folder(seeds_folder: Path, name: str) -> Path:
    """The folder whose `<name>.csv` counts: the given one, or that of the default."""
    if name in OPTIONAL_SEEDS and not (seeds_folder / f"{name}.csv").exists():
        return EMPTY_SEEDS if name in OWN_SEEDS else DEFAULT_SEEDS
    return seeds_folder


def missing_definitions(folder: Path) -> list[str]:
    """The optional definitions that a folder leaves out."""
    return [name for name in OPTIONAL_SEEDS if not (folder / f"{name}.csv").exists()]


def add_missing_definitions(folder: Path) -> None:
    """Copy the defaults of what a folder of definitions leaves out into it."""
    for name in missing_definitions(folder):
        shutil.copyfile(seed_folder(folder, name) / f"{name}.csv", folder / f"{name}.csv")


def complete_definitions(settings: Settings) -> None:
    """Point USAGE_SEEDS of this process at a whole folder of definitions.

    dbt reads one folder; where the named one leaves out a default, its files and the default
    are copied side by side into `<build>/definitions`.
    """
    if not missing_definitions(settings.seeds):
        return
    whole = settings.build / "definitions"
    shutil.rmtree(whole, ignore_errors=True)
    whole.mkdir(parents=True)
    for file in sorted(settings.seeds.glob("*.csv")):
        shutil.copyfile(file, whole / file.name)
    add_missing_definitions(whole)
    os.environ["USAGE_SEEDS"] = str(whole)

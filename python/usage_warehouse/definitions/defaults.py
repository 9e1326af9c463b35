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
    *("free_mail_domains", "public_suffixes", "health_weights"),
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


def complete_definitions(settings: Settings) -> None:
    """Point USAGE_SEEDS of this process at a whole folder of definitions.

    dbt reads one folder; where the named one leaves out a default, its files and the default
    are copied side by side into `<build>/definitions`.
    """
    missing = [name for name in OPTIONAL_SEEDS if not (settings.seeds / f"{name}.csv").exists()]
    if not missing:
        return
    whole = settings.build / "definitions"
    shutil.rmtree(whole, ignore_errors=True)
    whole.mkdir(parents=True)
    for file in sorted(settings.seeds.glob("*.csv")):
        shutil.copyfile(file, whole / file.name)
    for name in missing:
        shutil.copyfile(seed_folder(settings.seeds, name) / f"{name}.csv", whole / f"{name}.csv")
    os.environ["USAGE_SEEDS"] = str(whole)

"""Make the whole sample company: the one function that others call."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from usage_warehouse.errors import BadInvocation, RawContractError
from usage_warehouse.sample.accounts import make_accounts
from usage_warehouse.sample.activity import make_sessions
from usage_warehouse.sample.business.make import SOURCES, make_business
from usage_warehouse.sample.delivery import with_loads, with_times
from usage_warehouse.sample.devices import (
    device_ids,
    make_passing_devices,
    make_person_devices,
    slots_of,
)
from usage_warehouse.sample.faults import copies, unparsable_lines, with_consent, with_faults
from usage_warehouse.sample.identities import (
    Renames,
    alias_messages,
    choose_renames,
    with_old_ids,
)
from usage_warehouse.sample.messages import (
    background_messages,
    passing_messages,
    session_messages,
)
from usage_warehouse.sample.onboarding import earlier_visits, newcomers, onboarding_messages
from usage_warehouse.sample.options import SampleOptions, stream
from usage_warehouse.sample.people import make_people
from usage_warehouse.sample.render import make_texts
from usage_warehouse.sample.truth import make_truth
from usage_warehouse.sample.write import Progress, in_file_order, write_batches

VISITOR_SHARE = 0.016  # visitors per message wanted, of 2.5 pages each
BOT_SHARE = 0.0025  # visits of robots per message wanted, of 5 pages each
COPY_SHARE = 0.0085


@dataclass(frozen=True)
class Company:
    """The frames of the sample company, before anything is written as text."""

    accounts: pd.DataFrame
    people: pd.DataFrame
    devices: pd.DataFrame
    renames: Renames
    messages: pd.DataFrame


def _quiet(label: str, done: int, total: int) -> None:
    """Report progress to nobody."""


def make_company(options: SampleOptions, progress: Progress = _quiet) -> Company:
    """Draw the company and its messages as codes, faults included; writes nothing."""
    progress("accounts and people", 0, 1)
    accounts = make_accounts(options)
    people = make_people(accounts, options)
    new = newcomers(people, options)
    renames = choose_renames(people, new, options, stream(options, "renames"))
    protected = people["is_internal"].to_numpy().copy()
    protected |= accounts["is_internal"].to_numpy()[people["account"]]
    protected[renames.involved()] = True
    visitors = max(4, round(options.target_events * VISITOR_SHARE))
    bots = max(3, round(options.target_events * BOT_SHARE))
    own = make_person_devices(people, protected, options)
    passing = make_passing_devices(visitors, bots, options)
    devices = pd.concat([own, passing], ignore_index=True)
    slots = slots_of(own, len(people))
    browser = slots[:, 0]
    progress("accounts and people", 1, 1)

    progress("sessions and messages", 0, 3)
    first_day = stream(options, "onboarding")
    others = [
        onboarding_messages(people, browser, options, first_day),
        earlier_visits(people, browser, options, first_day),
        passing_messages(len(own), visitors, bots, options, stream(options, "passing")),
    ]
    missing = options.target_events * (1 - COPY_SHARE) - sum(map(len, others))
    rng = stream(options, "sessions")
    sessions = make_sessions(people, accounts, slots, missing, options, rng)
    progress("sessions and messages", 1, 3)
    messages = pd.concat(
        [
            *others,
            session_messages(sessions, people, rng),
            background_messages(sessions, people, rng),
        ],
        ignore_index=True,
    )
    messages = pd.concat(
        [with_old_ids(messages, renames), alias_messages(renames, browser)], ignore_index=True
    )
    progress("sessions and messages", 2, 3)
    road = stream(options, "delivery")
    staff = np.append(people["is_internal"].to_numpy(), False)
    messages = with_times(messages, devices, road)
    messages = with_loads(messages, options, road)
    messages = with_consent(messages, devices, staff, road)
    progress("sessions and messages", 3, 3)

    progress("planted faults", 0, 1)
    rng = stream(options, "faults")
    messages = with_faults(messages, rng)
    lines = unparsable_lines(messages, options, rng)
    messages = messages.assign(serial=np.arange(len(messages)))
    lines = lines.assign(serial=np.arange(len(messages), len(messages) + len(lines)))
    messages = pd.concat([messages, lines, copies(messages, options, rng)], ignore_index=True)
    progress("planted faults", 1, 1)
    return Company(accounts, people, devices, renames, messages)


def make_sample(
    options: SampleOptions | None = None,
    out: Path = Path("data/raw"),
    progress: Progress | None = None,
    as_files: Path | None = None,
) -> dict[str, object]:
    """Make the sample company as raw Parquet under `out`; returns the planted truth.

    Writes `events`, `billing`, `crm`, `support` and `truth.json`; with `as_files` also the
    same lines as gzipped JSON lines in that folder. `progress` is called with a label, the
    steps done and their total. Work goes on in `<out>.partial` and is moved when it is
    whole, so that `out` never holds half a company. The same options give the same bytes.

    Raises RawContractError when `out` holds raw data or `as_files` holds files, and
    BadInvocation when a folder cannot be written.
    """
    options = options or SampleOptions()
    report = progress or _quiet
    partial = out.parent / f"{out.name}.partial"
    try:
        _refuse_filled(out, as_files)
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        if as_files is not None:
            as_files.mkdir(parents=True, exist_ok=True)
        truth = _write(options, partial, as_files, report)
        out.mkdir(parents=True, exist_ok=True)
        os.replace(partial / "truth.json", out / "truth.json")
        for source in ("events", *SOURCES):
            if (partial / source).is_dir():
                os.replace(partial / source, out / source)
    except OSError as error:
        raise BadInvocation(
            f"cannot write the sample company to {error.filename or out}: "
            f"{error.strerror or error}",
            "choose a folder with --out that can be written and has room",
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return truth


def _write(
    options: SampleOptions, folder: Path, as_files: Path | None, progress: Progress
) -> dict[str, object]:
    company = make_company(options, progress)
    texts = make_texts(
        company.people,
        company.accounts,
        company.devices,
        device_ids(company.devices, options),
        company.renames.old_ids,
        options,
    )
    messages, names = in_file_order(company.messages)
    truth = make_truth(
        messages,
        company.people,
        company.accounts,
        company.devices,
        company.renames,
        texts,
        options,
    )
    write_batches(messages, names, texts, folder, as_files, progress)
    progress("billing, CRM, support", 0, 1)
    truth["business"] = make_business(company.accounts, options, folder)
    progress("billing, CRM, support", 1, 1)
    (folder / "truth.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    return truth


def _refuse_filled(out: Path, as_files: Path | None) -> None:
    if out.exists() and not out.is_dir():
        raise RawContractError(f"{out} is a file, not a folder", "name a new folder with --out")
    found = next(out.rglob("*.parquet"), None) if out.is_dir() else None
    if found is None and (out / "events").is_dir():
        found = out / "events"
    if found is not None:
        raise RawContractError(
            f"{out} already holds raw data ({found.relative_to(out)})",
            "name an empty folder with --out, or remove the old sample first",
        )
    if as_files is None or not as_files.exists():
        return
    if not as_files.is_dir() or any(as_files.iterdir()):
        raise RawContractError(
            f"--as-files {as_files} is not an empty folder", "name a new or an empty folder"
        )

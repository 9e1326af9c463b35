"""People whose user id changes, and the alias messages that say so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from usage_warehouse.sample.messages import message_frame
from usage_warehouse.sample.options import DAY, HOUR, SECOND, SampleOptions
from usage_warehouse.sample.product import ALIAS, BROWSER

_RENAMED_SHARE = 0.015
_ALIASED_DEVICE_SHARE = 0.02


@dataclass(frozen=True)
class Renames:
    """Whose ids change.

    Per person: `first` and `second` are rows of the user ids used before `first_until`
    and then before `second_until` (microseconds; 0 = the id never changed). `aliases`
    has one row per alias message: person, previous, user, at, is_device (previous is then
    unused: the alias names the browser of the person). `owner` is the person behind each
    row of the user ids and `old_ids` the texts of the rows after the people.
    """

    first: np.ndarray
    second: np.ndarray
    first_until: np.ndarray
    second_until: np.ndarray
    aliases: pd.DataFrame
    owner: np.ndarray
    old_ids: list[str]

    def involved(self) -> np.ndarray:
        """Rows of all people named in an alias message."""
        both = np.concatenate([self.aliases["person"], self.owner[self.aliases["user"]]])
        return np.unique(both.astype(np.int64))


def choose_renames(
    people: pd.DataFrame,
    newcomers: np.ndarray,
    options: SampleOptions,
    rng: np.random.Generator,
) -> Renames:
    """Choose people who signed up in the period under another id than they have now.

    One in five had two ids before (a chain of aliases); one in five was first merged into
    a colleague by mistake, which a newer alias puts right. Others have an alias of the
    device they signed up on, which renames nobody.
    """
    created = people["created_at"].to_numpy()
    usable = ~people["is_internal"].to_numpy()[newcomers]
    usable &= created[newcomers] < options.end - 6 * DAY
    pool = rng.permutation(newcomers[usable])
    wanted = max(4, round(_RENAMED_SHARE * len(people)))
    renamed = np.sort(pool[:wanted])
    devices = np.sort(pool[wanted : wanted + max(2, round(_ALIASED_DEVICE_SHARE * len(pool)))])

    count = len(people)
    until = np.zeros((2, count), np.int64)
    ids = np.tile(np.arange(count), (2, 1))
    owner, old_ids, rows = list(range(count)), [], []

    def old_id(person: int, generation: int) -> int:
        owner.append(person)
        old_ids.append(f"legacy_{generation}_{person + 1:06d}")
        return len(owner) - 1

    share = rng.uniform(0.3, 0.6, len(renamed))
    for index, (person, part) in enumerate(zip(renamed.tolist(), share.tolist(), strict=True)):
        at = int(created[person] + part * (options.end - created[person])) // 1_000 * 1_000
        oldest = old_id(person, 1)
        ids[:, person] = oldest
        until[:, person] = at
        if index % 5 == 1:
            middle = old_id(person, 2)
            later = at + (options.end - at) // 2 // 1_000 * 1_000
            ids[1, person], until[1, person] = middle, later
            rows += [(person, oldest, middle, at), (person, middle, person, later)]
            continue
        colleague = _colleague(people, person, renamed)
        if index % 5 == 2 and colleague is not None:
            rows.append((person, oldest, colleague, at - HOUR))
        rows.append((person, oldest, person, at))
    rows += [(p, -1, p, int(created[p]) // 1_000 * 1_000 + 600 * SECOND) for p in devices.tolist()]
    aliases = pd.DataFrame(rows, columns=["person", "previous", "user", "at"], dtype=np.int64)
    aliases = aliases.assign(is_device=aliases["previous"] < 0)
    return Renames(ids[0], ids[1], until[0], until[1], aliases, np.array(owner), old_ids)


def _colleague(people: pd.DataFrame, person: int, renamed: np.ndarray) -> int | None:
    """Someone else of the account who is neither renamed nor internal, or None."""
    same = (people["account"] == people["account"].iat[person]) & ~people["is_internal"]
    others = np.setdiff1d(np.flatnonzero(same), renamed)
    return int(others[0]) if len(others) else None


def with_old_ids(messages: pd.DataFrame, renames: Renames) -> pd.DataFrame:
    """Send the ids that people had at the time of each message."""
    user = messages["user"].to_numpy()
    at = messages["at"].to_numpy()
    known = np.maximum(user, 0)
    then = np.where(at < renames.second_until[known], renames.second[known], user)
    then = np.where(at < renames.first_until[known], renames.first[known], then)
    return messages.assign(user=np.where(user >= 0, then, user).astype(np.int32))


def alias_messages(renames: Renames, browser: np.ndarray) -> pd.DataFrame:
    """Message frame of the aliases, sent from each person's own browser."""
    aliases = renames.aliases
    device = browser[aliases["person"]]
    return message_frame(
        kind=ALIAS,
        source=BROWSER,
        person=aliases["person"].to_numpy(),
        user=aliases["user"].to_numpy(),
        device=device,
        previous=np.where(aliases["is_device"], -2 - device, aliases["previous"]),
        at=aliases["at"].to_numpy(),
    )

"""A PostgreSQL server for a while, from the programs that are installed, for nobody else."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from usage_warehouse.errors import BadInvocation

# Debian keeps the server's programs of each version here and off the PATH.
VERSIONS = Path("/usr/lib/postgresql")
INSTALL = "on Debian and Ubuntu: apt-get install postgresql"
REFUSES_ROOT = ("runuser", "-u", "postgres", "--")


def server_programs(versions: Path = VERSIONS) -> Path:
    """The folder of initdb and pg_ctl: that of the PATH, else the newest version's.

    Raises BadInvocation where there is none.
    """
    found = shutil.which("initdb")
    folders = [] if found is None else [Path(found).resolve().parent]
    numbered = [path for path in versions.glob("*/bin") if path.parent.name.isdigit()]
    folders += sorted(numbered, key=lambda path: int(path.parent.name), reverse=True)
    for folder in folders:
        if all((folder / name).is_file() for name in ("initdb", "pg_ctl", "postgres")):
            return folder
    raise BadInvocation(
        "DuckLake keeps its catalogue in PostgreSQL, and no server is installed",
        f"{INSTALL}; or name an empty database of a server in USAGE_DUCKLAKE_CATALOG",
    )


@contextmanager
def temporary_server() -> Iterator[str]:
    """Start a server in a new temporary folder; yields how to connect, as libpq takes it.

    It listens on a socket in that folder, which only its own user may enter, and nowhere else.
    It stops and its folder goes when the block ends. Raises BadInvocation where there is no
    PostgreSQL or it does not start.
    """
    programs = server_programs()
    folder = Path(tempfile.mkdtemp(prefix="usage_pg_"))
    data, log = folder / "data", folder / "log"
    control = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(log)]
    # Nothing here has to outlive the power: it need not wait for the disk.
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
    try:
        if os.geteuid() == 0:
            try:
                shutil.chown(folder, "postgres")
            except LookupError as error:
                raise BadInvocation(
                    "PostgreSQL refuses root, and no user postgres is there", INSTALL
                ) from error
        initdb = [str(programs / "initdb"), "-D", str(data), "-U", "usage", "-A", "trust"]
        _run([*initdb, "-E", "UTF8", "--no-locale", "--no-sync"], folder)
        _run([*control, "-o", options, "start"], folder)
        try:
            yield f"host={folder} user=usage dbname=postgres"
        finally:
            _run([*control, "-m", "immediate", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(command: Sequence[str], folder: Path) -> None:
    """Run a program of the server as a user that is not root; raises BadInvocation."""
    prefix = REFUSES_ROOT if os.geteuid() == 0 else ()
    run = subprocess.run(
        [*prefix, *command], cwd=folder, capture_output=True, text=True, check=False
    )
    if run.returncode:
        said = " ".join((run.stderr or run.stdout).split())[-400:]
        raise BadInvocation(f"PostgreSQL: {Path(command[0]).name}: {said}", INSTALL)

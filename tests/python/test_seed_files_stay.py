"""Loading definitions never writes to the files they come from.

dbt writes the SQL it ran for a node to `<target>/run/<path of the node>`. The path of a seed in an
absolute folder is the seed file itself.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_dbt_seed_twice_leaves_every_file_of_an_absolute_folder_as_it_was(project_root, tmp_path):
    seeds = shutil.copytree(project_root / "seeds", tmp_path / "seeds")
    (seeds / "junk_ids.csv").write_bytes("\ufeffvalue\r\nnull\r\n0\r\n".encode())
    before = contents(seeds)
    (tmp_path / "build").mkdir()
    environment = os.environ | {
        "USAGE_SEEDS": str(seeds),
        "USAGE_BUILD": str(tmp_path / "build"),
        "DBT_TARGET_PATH": str(tmp_path / "target"),
        "DBT_LOG_PATH": str(tmp_path / "logs"),
    }
    command = [Path(sys.executable).parent / "dbt", "--no-use-colors", "seed"]
    for _ in range(2):
        ran = subprocess.run(
            command, cwd=project_root, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout
        assert "OK loaded seed file definitions.junk_ids" in ran.stdout
        assert contents(seeds) == before

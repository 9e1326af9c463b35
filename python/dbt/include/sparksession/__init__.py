"""What dbt reads of the adapter besides its Python."""

from pathlib import Path

PACKAGE_PATH = str(Path(__file__).parent)

"""Which files are notebooks."""

from pathlib import PurePath

NOTEBOOK_SUFFIX = ".ipynb"


def is_notebook(path: PurePath) -> bool:
    """Whether the file is a notebook by its name."""
    return path.suffix == NOTEBOOK_SUFFIX

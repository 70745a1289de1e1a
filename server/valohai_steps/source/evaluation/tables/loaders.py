"""Functions and classes of libraries that import a module by its name, or run a file by its path."""

from collections.abc import Mapping
from types import MappingProxyType

from valohai_steps.source.text.ipython.marks import RUN

# The place and the name of the argument that says which, as the documentation of each declares it.
MODULE_LOADERS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "import_module": (0, "name"),
        "__import__": (0, "name"),
        "resolve_name": (0, "name"),
        "run_module": (0, "mod_name"),
        "locate": (0, "path"),
        "safeimport": (0, "path"),
        "find_spec": (0, "name"),
        "loadTestsFromName": (0, "name"),
        "get_data": (0, "package"),
    }
)
FILE_LOADERS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "run_path": (0, "path_name"),
        "SourceFileLoader": (1, "path"),
        "spec_from_file_location": (1, "location"),
        "load_source": (1, "pathname"),
        RUN: (0, "path"),
    }
)
# A text that imports anything has one of these words.
WORDS = ("import", *MODULE_LOADERS, *FILE_LOADERS, "dictConfig")

"""The table of what reaches values without naming them, or makes code do something else; a reason for each.

What a mention of a function may do: "text" (runs any text), "names" (gives names as a dict), "patches" (puts
other values anywhere, and takes them back), "module" (gives a module by its name), "object" (gives anything
by its name), "file" (runs a file by its path).
"""

from collections.abc import Mapping
from types import MappingProxyType

from valohai_steps.source.text.ipython.marks import RUN

_RUN = "it runs the text that it gets, where it is called or in the main script"
_NAMES = "it gives the names of the module, or of the scope it is called in"
_PATCHED = "it puts other values into any module, class or dict"
_GIVEN = "it gives the module of whatever name, the main script as well"
_LOCATED = "it gives whatever a dotted name means"
_FILE = "it runs a file, which may reach the main script"

# Functions and classes, by their module and name.
FUNCTIONS: Mapping[tuple[str, str], tuple[str, str]] = MappingProxyType(
    {
        **dict.fromkeys((("builtins", "exec"), ("builtins", "eval")), ("text", _RUN)),
        **dict.fromkeys((("cProfile", "run"), ("cProfile", "runctx")), ("text", _RUN)),
        **dict.fromkeys((("profile", "run"), ("profile", "runctx"), ("trace", "Trace")), ("text", _RUN)),
        **dict.fromkeys((("pdb", "run"), ("pdb", "runeval"), ("pdb", "runctx")), ("text", _RUN)),
        **dict.fromkeys((("code", "interact"), ("doctest", "testmod")), ("text", _RUN)),
        **dict.fromkeys((("runpy", "_run_code"), ("runpy", "_run_module_code")), ("text", _RUN)),
        **dict.fromkeys((("builtins", "globals"), ("builtins", "locals")), ("names", _NAMES)),
        ("builtins", "vars"): ("names", _NAMES),
        **dict.fromkeys((("unittest.mock", "patch"), ("mock", "patch")), ("patches", _PATCHED)),
        ("pytest", "MonkeyPatch"): ("patches", _PATCHED),
        **dict.fromkeys((("importlib", "import_module"), ("builtins", "__import__")), ("module", _GIVEN)),
        **dict.fromkeys((("pkgutil", "resolve_name"), ("pydoc", "locate")), ("object", _LOCATED)),
        ("inspect", "getmodule"): ("object", _LOCATED),
        **dict.fromkeys((("runpy", "run_path"), ("imp", "load_source")), ("file", _FILE)),
        ("importlib.machinery", "SourceFileLoader"): ("file", _FILE),
        ("importlib.util", "spec_from_file_location"): ("file", _FILE),
        ("builtins", RUN): ("file", "it is %run of IPython"),
    }
)

# Modules whose names do all this, and those names; None: any of them.
MODULES: Mapping[str, tuple[str, ...] | None] = MappingProxyType(
    {
        "builtins": None,
        "sys": ("modules", "_getframe", "_current_frames"),
        "importlib": ("import_module", "__import__", "machinery", "util"),
        "importlib.machinery": ("SourceFileLoader",),
        "importlib.util": ("spec_from_file_location",),
        "imp": ("load_source",),
        "runpy": ("run_path", "run_module", "_run_code", "_run_module_code"),
        "pkgutil": ("resolve_name",),
    }
)

_ANOTHER = "through it a function does something else than its text says"
_KEEPS = "it gives the values that a function keeps"
_ANY = "through it any attribute of its object is set"
_FRAME = "it gives the names of the module, or frame, that a function runs in"

# Words, wherever they stand: "code" makes another function of one, "kept" gives what one keeps, "any" sets
# any attribute, "names" gives the names of a module.
WORDS: Mapping[str, tuple[tuple[str, ...], str]] = MappingProxyType(
    {
        "__code__": (("code", "kept", "any"), _ANOTHER),
        **dict.fromkeys(("__defaults__", "__kwdefaults__"), (("code", "kept", "any"), _KEEPS)),
        "cell_contents": (("kept",), _KEEPS),
        **dict.fromkeys(("__dict__", "__setattr__", "__delattr__"), (("any",), _ANY)),
        "__main__": (("names",), "it is the name of the main script"),
        **dict.fromkeys(("f_locals", "f_globals", "__globals__"), (("names",), _FRAME)),
        **dict.fromkeys(("currentframe", "_getframe", "getclosurevars"), (("names",), _FRAME)),
    }
)


def functions_of(*kinds: str) -> tuple[tuple[str, str], ...]:
    """The functions of these kinds, by their module and name."""
    return tuple(name for name, (kind, _) in FUNCTIONS.items() if kind in kinds)


def words_of(kind: str) -> tuple[str, ...]:
    """The words of a kind."""
    return tuple(word for word, (kinds, _) in WORDS.items() if kind in kinds)

"""Modules that Python has before it looks into any folder, so that a file of that name may never be imported.

CPython 3.9 to 3.14 on Linux: what `Modules/config.c` builds in, and what `site` and its own start import.
"""

# In every version and build.
ALWAYS = frozenset(
    (
        *("sys", "builtins", "time", "errno", "itertools", "marshal", "gc", "atexit", "faulthandler"),
        "posix",
        *("pwd", "_thread", "_io", "_codecs", "_collections", "_functools", "_operator", "_sre", "_signal"),
        *("_stat", "_locale", "_weakref", "_abc", "_symtable", "_imp", "_ast", "_warnings", "_string"),
        *("_tracemalloc", "encodings", "codecs", "io", "abc", "site", "os", "stat", "posixpath"),
        *("genericpath", "_collections_abc", "_sitebuiltins", "zipimport"),
    )
)
# In some: built in where the build says so, or imported at the start where a package or editor asks for it.
SOMETIMES = frozenset(
    (
        *("math", "cmath", "array", "binascii", "zlib", "select", "struct", "unicodedata", "fcntl", "grp"),
        *("enum", "types", "functools", "collections", "re", "keyword", "operator", "reprlib", "copyreg"),
        *("warnings", "contextlib", "importlib", "runpy", "ntpath", "weakref", "linecache", "tokenize"),
        *("token", "sre_compile", "sre_parse", "sre_constants", "signal", "typing", "sysconfig"),
    )
)


def is_always_pythons(module: str, level: int) -> bool:
    """Whether an import certainly means a module of Python."""
    return not level and module.partition(".")[0] in ALWAYS


def is_sometimes_pythons(module: str, level: int) -> bool:
    """Whether an import may mean a module of Python although a folder has a file of that name."""
    return not level and module.partition(".")[0] in SOMETIMES

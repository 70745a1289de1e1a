"""Every import statement counts, wherever it stands; what only looks like one does not."""

from valohai_steps.source.evaluation.outlines.import_statements import imported_modules
from valohai_steps.source.tree.syntax import Syntax

TEXT = '''\
"""
import nothing
"""
import os, model.parts as parts
from . import near
from ..far.away import (
    one as first,
    two,
)
from star import *
if True: import late
def work():
    from inner import value; import other
# import comment
'''


def test_import_statements_are_found() -> None:
    assert sorted(set(imported_modules(Syntax(TEXT)))) == sorted(
        [
            *(("os", 0), ("model", 0), ("model.parts", 0)),
            *(("", 1), ("near", 1)),
            *(("far.away", 2), ("far.away.one", 2), ("far.away.two", 2)),
            *(("star", 0), ("late", 0), ("inner", 0), ("inner.value", 0), ("other", 0)),
        ]
    )


def test_a_text_that_is_not_read_imports_nothing() -> None:
    assert list(imported_modules(Syntax("import os\n" + "(" * 20_000))) == []


def test_a_half_typed_statement_is_no_harm() -> None:
    for text in (
        "import",
        "import ",
        "from",
        "from .",
        "from . import",
        "from a import (",
        "import a.",
        "import a as",
    ):
        for name, level in imported_modules(Syntax(text)):
            assert level in (0, 1)
            assert "(" not in name

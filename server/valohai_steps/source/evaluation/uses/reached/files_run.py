"""Files that a text runs by their path: `runpy.run_path("x.py")`, `SourceFileLoader("m", "x.py")`."""

from collections.abc import Iterator

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.imports import Imported
from valohai_steps.source.evaluation.outlines.import_statements import path_given
from valohai_steps.source.evaluation.outlines.search_path import file_named
from valohai_steps.source.evaluation.tables.reaching import functions_of
from valohai_steps.source.evaluation.uses.mentions import called_at, mentions
from valohai_steps.source.tree.syntax import Node


def files_run(program: Evaluator) -> Iterator[Node]:
    """The places that run a file which is not read: it may reach whatever it wants.

    One that is read counts as if it were imported (`import_statements`).
    """
    for module, name in functions_of("file"):
        for expression in mentions(program, module, name):
            call = called_at(expression)
            path = None if call is None else path_given(program.syntax, call, name)
            file = None if path is None else file_named(program.scopes, path)
            is_named = file is not None and bool(file.names)
            found = (
                Imported(".".join(file.names), file.level, None) if file is not None and is_named else None
            )
            if found is None or program.program_of(found) is None:
                yield expression

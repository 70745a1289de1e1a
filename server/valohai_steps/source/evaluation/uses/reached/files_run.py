"""Files that a text runs by their path: `runpy.run_path("x.py")`, `SourceFileLoader("m", "x.py")`."""

from collections.abc import Iterator

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.imports import Imported
from valohai_steps.source.evaluation.outlines.import_statements import modules_of
from valohai_steps.source.evaluation.outlines.loads import loaded_by
from valohai_steps.source.evaluation.outlines.search_path import file_named, path_changes
from valohai_steps.source.evaluation.tables.reaching import functions_of
from valohai_steps.source.evaluation.uses.mentions import mentions
from valohai_steps.source.text.ipython.marks import RUN
from valohai_steps.source.tree.binding import star_imports
from valohai_steps.source.tree.nodes import called_at
from valohai_steps.source.tree.syntax import Node


def files_run(program: Evaluator) -> Iterator[Node]:
    """The places that run a file which is not read: it may reach whatever it wants.

    One that is read counts as if it were imported (`import_statements`).
    """
    for module, name in functions_of("file"):
        for expression in mentions(program, module, name):
            if _file_run(program, expression, name) is None:
                yield expression


def binds_by_run(program: Evaluator, run: Node, name: str) -> bool:
    """Whether the file that `%run` of IPython runs, by its mark at `run`, may bind a name of the notebook."""
    other = file_by_run(program, run)
    return other is None or bool(star_imports(other.syntax) or other.scopes.in_scope(name, other.syntax.root))


def file_by_run(program: Evaluator, run: Node) -> Evaluator | None:
    """The file that `%run` of IPython runs, by its mark, where it is read."""
    return _file_run(program, run, RUN)


def _file_run(program: Evaluator, expression: Node, name: str) -> Evaluator | None:
    """The file that a call of what is mentioned runs, where it is read."""
    call = called_at(expression)
    path = None if call is None else loaded_by(program.syntax, call, name)
    file = None if path is None else file_named(program.scopes, path)
    if file is None or (not file.level and _moves(program)):
        return None
    module = (".".join(file.names), file.level)
    is_outlined = module in modules_of(program.syntax)  # else nothing counts what the file does
    return program.program_of(Imported(*module, None)) if is_outlined else None


def _moves(program: Evaluator) -> bool:
    """Whether another folder may be the current one than the script's, from which paths are meant."""
    own = (change for each in {program, program.program_run} for change in path_changes(each.scopes))
    others = (change for _, said in program.program_run.outlines() for change in said.paths)
    return any(change.moves for change in (*own, *others))

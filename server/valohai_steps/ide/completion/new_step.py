"""A new step, where a file has none yet: the call, and the import that it needs.

It is offered for its own words only, never for a letter or two: Enter behind `n` must stay an Enter.
"""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.ide.completion.item import Completion, CompletionKind
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span, TextEdit, newline_of
from valohai_steps.project.python.notebooks import is_notebook
from valohai_steps.source.cursor.statement import NewStatement, new_statement_at
from valohai_steps.source.python_file import PythonFile

LABEL = "new step"
_BEGUN = pattern(r"(?:new(?: s(?:t(?:ep?)?)?)?)?\Z")
_NO_WORD = pattern(r"[^\w.-]+")


def new_step(python: PythonFile, path: Path, offset: int) -> Iterator[Completion]:
    """The call of a new step at `offset`, in code points: on an empty line, or behind `new`."""
    if python.calls or is_notebook(path) or not _BEGUN.match(_line(python.text, offset)):
        return
    place = new_statement_at(python.text, offset)
    if place is not None:
        yield _written(place, python, path)


def may_become_one(text: str, offset: int) -> bool:
    """Whether the line up to `offset` is too short to tell: the editor is to ask again."""
    return _line(text, offset) in ("n", "ne")


def _line(text: str, offset: int) -> str:
    return text[max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1 : offset]


_ARGUMENTS = ('    step="{}",', "    default_parameters={{{}}},", "    default_inputs={{{}}},")


def prepare_call(callee: str, text: str, path: Path) -> tuple[str, str]:
    """The call of a new step, named like its file, with the line ends of `text`; and it as a snippet."""
    newline = newline_of(text)
    name = _NO_WORD.sub("-", path.stem).strip("-") or "train"
    shape = newline.join((f"{callee}(", *_ARGUMENTS, ")"))
    return shape.format(name, "", ""), shape.format(f"${{1:{name}}}", "$2", "$3")


def _written(place: NewStatement, python: PythonFile, path: Path) -> Completion:
    newline = newline_of(python.text)
    call = f"{place.module or 'valohai'}.prepare" if not place.prepare or place.module else "prepare"
    text, snippet = prepare_call(call, python.text, path)
    also: tuple[TextEdit, ...] = ()
    if not place.module and not place.prepare:
        line = f"import valohai{newline}"
        if place.imports_end == place.slot.start:
            text, snippet = f"{line}{newline}{text}", f"{line}{newline}{snippet}"
        else:
            also = (TextEdit(Span(place.imports_end, place.imports_end), line),)
    return Completion(
        LABEL,
        CompletionKind.SNIPPET,
        place.slot.typed,
        place.slot.whole,
        text,
        snippet,
        "valohai.prepare(...)",
        "A step: its name, its parameters and its inputs.",
        also=also,
        is_last=True,
    )

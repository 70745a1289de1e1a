"""A half-typed valohai.yaml without what cannot be read, every character in its place: for the outline."""

from valohai_steps.config.items.file import ItemFile
from valohai_steps.config.items.part import Part
from valohai_steps.config.reader import read_documents
from valohai_steps.model.patterns import pattern

_NO_BREAK = pattern(r"[^\r\n]")


def mended_text(file: ItemFile) -> str:
    """The text with blanks for what cannot be read: of a broken item what stands before the mistake stays.

    As long as the text, and the same where it can be read.
    """
    if file.is_readable or file.indent is None:
        return file.text
    pieces = [file.text[: file.starts[0]]]
    pieces += [part.text if part.problem is None else _readable_start(part) for part in file.parts]
    return "".join(pieces)


def _readable_start(part: Part) -> str:
    """The lines of a part up to the mistake, as many as can be read; the rest is blank."""
    text, problem = part.text, part.problem
    end = text.rfind("\n", 0, problem.span.start) + 1 if problem is not None else 0
    for _ in range(3):  # parsers stop at a mistake, or a line or two behind it
        if end > 0 and read_documents(text[:end])[1] is None:
            break
        end = text.rfind("\n", 0, max(end - 1, 0)) + 1
    else:
        end = 0
    return text[:end] + _NO_BREAK.sub(" ", text[end:])

"""Fixes that write a name in place of another, whole or in the middle of a string."""

from functools import lru_cache

from valohai_steps.config.lint.page import Page, replaced
from valohai_steps.config.tree.line import whole_lines
from valohai_steps.config.tree.node import Path
from valohai_steps.model.finding import Fix
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span, TextEdit

# What may be written anywhere in a string, quoted or not, without changing how YAML reads the rest.
_HARMLESS = pattern(r"[\w./+@-]*(?::[\w./+@-]+)*")
_IN_BRACES = pattern(r"\{[\w./+@:-]+\}")


def spelling_fix(page: Page, span: Span, text: str | None) -> tuple[Fix, ...]:
    """Write `text` at a span: in its quotes where it has some; nothing where YAML would read it otherwise."""
    if text is None:
        return ()
    written = page.text[span.start : span.end]
    quote = written[:1] if len(written) > 1 and written[:1] in "'\"" and written.endswith(written[:1]) else ""
    in_string = _IN_BRACES.fullmatch(text) and written.startswith("{")
    if not (_HARMLESS.fullmatch(text) or in_string):
        return ()
    return replaced(f"Change to {text}", span, f"{quote}{text}{quote}")


def removal_fix(page: Page, span: Span) -> tuple[Fix, ...]:
    """Take an item of a block list out, with its lines; nothing for one in brackets."""
    whole = whole_lines(page.text, span)
    if page.text[whole.start : span.start].strip() != "-":
        return ()
    return replaced("Remove it", whole, "")


def declaring_fix(text: str, step: Path, name: str, declares: tuple[str, str]) -> tuple[Fix, ...]:
    """Add the parameter or input that something names to the step at a path, of this name; not preferred."""
    if not _HARMLESS.fullmatch(declares[1]):
        return ()
    edits = _declared(text, step, declares)
    return (
        (Fix(f"Declare {declares[1]} in step {name}" if name else f"Declare {declares[1]}", edits),)
        if edits
        else ()
    )


@lru_cache(maxsize=64)
def _declared(text: str, step: Path, declares: tuple[str, str]) -> tuple[TextEdit, ...]:
    """The edits that declare it. Remembered: a finding is placed at each keystroke, elsewhere too."""
    from valohai_steps.config.reader import read_yaml  # for a name that is not there
    from valohai_steps.config.writer import Append, Refusal, edit_yaml

    key, name = declares
    edits = edit_yaml(read_yaml(text), [Append((*step, key), {"name": name})])
    return () if isinstance(edits, Refusal) else tuple(edits)

"""A single value against what its key takes."""

from collections.abc import Iterator

from valohai_steps.config.lint.nearest import hint, kebab
from valohai_steps.config.lint.page import Page, blame, in_quotes, replaced
from valohai_steps.config.lint.values.forms import form_flaw
from valohai_steps.config.tree.node import Node, Opaque
from valohai_steps.model.finding import Finding, Fix
from valohai_steps.model.patterns import pattern
from valohai_steps.model.schema.shape import Form, Scalar, Takes
from valohai_steps.model.text import Span, TextEdit

_NUMBER = pattern(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")


def scalar_findings(
    page: Page, node: Node, takes: Takes, key: Node | None, former: dict[str, str] | None = None
) -> Iterator[Finding]:
    """What is wrong with a scalar that has a value. `key` is the key in front, None for an item of a list.

    `former` are words that people write for one of the choices.
    """
    if takes.anything or (_is_unlimited(takes) and fits(node, takes)):
        return
    name = f"`{page.said(key)}`" if key is not None else "an item"
    if not takes.scalars:
        yield _no_scalar(page, node, takes, key)
    elif not fits(node, takes):
        yield _wrong_kind(page, node, takes, name)
    elif isinstance(node.value, str) and takes.choices and Scalar.STRING in takes.scalars:
        yield from _choice(page, node, takes, name, former or {})
    else:
        yield from _limits(page, node, takes, name)


def _is_unlimited(takes: Takes) -> bool:
    """Whether every value of the right kind is right."""
    limits = (takes.form, takes.least, takes.most, takes.longest)
    return not takes.choices and limits == (None, None, None, None)


def fits(node: Node, takes: Takes) -> bool:
    """Whether a scalar is of a kind that is taken."""
    value, kinds = node.value, takes.scalars
    if isinstance(value, str):
        return Scalar.STRING in kinds
    if isinstance(value, bool):
        return Scalar.BOOLEAN in kinds
    if isinstance(value, int):
        return Scalar.NUMBER in kinds or Scalar.INTEGER in kinds
    if isinstance(value, float):
        whole = value.is_integer() and takes.form is not Form.DURATION
        return Scalar.NUMBER in kinds or (Scalar.INTEGER in kinds and whole)
    return False


def kind_of(node: Node) -> str:
    """What a value is, in words."""
    if node.kind != "scalar":
        return "a list" if node.kind == "sequence" else "a mapping"
    if isinstance(node.value, bool):
        return "true or false"
    if isinstance(node.value, (int, float)):
        return "a number"
    return "a string" if isinstance(node.value, (str, Opaque)) else "a date"


def _wrong_kind(page: Page, node: Node, takes: Takes, name: str) -> Finding:
    written, wanted = page.written(node), takes.in_words
    if isinstance(node.value, str):
        value = _without_quotes(node.value, takes)
        if value is not None and node.style in ("'", '"'):
            title = f"Remove the quotes: {value}"
            message = f"{name} takes {wanted}, and {written} is a string; remove the quotes"
            return Finding("VH302", node.span, message, fixes=replaced(title, node.span, value))
        return Finding("VH302", node.span, f"{name} takes {wanted}, not {written}")
    if Scalar.STRING in takes.scalars and not takes.choices and takes.form is not Form.DURATION:
        fix = in_quotes(page, node)
        message = f"{name} takes {wanted}, and {written} is {kind_of(node)}; put it in quotes to make it text"
        return Finding("VH302", node.span, message, fixes=fix)
    if takes.form is Form.DURATION and isinstance(node.value, float):
        message = f"{name} takes whole seconds or a time such as `1h 30m`, not {written}"
        return Finding("VH302", node.span, message)
    return Finding("VH302", node.span, f"{name} takes {wanted}, not {written}")


def _without_quotes(value: str, takes: Takes) -> str | None:
    """What is in the quotes, where it is of a kind that is taken."""
    if Scalar.BOOLEAN in takes.scalars and value in ("true", "false", "True", "False"):
        return value
    numeric = Scalar.NUMBER in takes.scalars or Scalar.INTEGER in takes.scalars
    if not numeric or not _NUMBER.fullmatch(value):
        return None
    whole = value.lstrip("+-").isdigit()
    return value if whole or (Scalar.NUMBER in takes.scalars and "." in value) else None


def _no_scalar(page: Page, node: Node, takes: Takes, key: Node | None) -> Finding:
    """A single value where a list or a mapping is wanted."""
    name = f"`{page.said(key)}`" if key is not None else "an item of this list"
    written = page.written(node)
    if takes.items is None:
        return Finding("VH302", node.span, f"{name} takes a mapping, not {written}")
    fixes: tuple[Fix, ...] = ()
    if takes.items.scalars == (Scalar.STRING,) and isinstance(node.value, str):
        edits = (TextEdit(Span(node.start, node.start), "["), TextEdit(Span(node.end, node.end), "]"))
        fixes = (Fix("Make it a list", edits, preferred=True),) if node.style not in ("|", ">") else ()
    return Finding("VH302", blame(page, node, key), f"{name} takes a list, not {written}", fixes=fixes)


def _choice(page: Page, node: Node, takes: Takes, name: str, former: dict[str, str]) -> Iterator[Finding]:
    value, known = str(node.value), [choice.value for choice in takes.choices]
    if value in known or (takes.loose and kebab(value) in [kebab(each) for each in known]):
        return
    meant = former.get(value.lower())
    near, end = (meant, f"; did you mean {meant}?") if meant else hint(value, known)
    fixes = replaced(f"Change to {near}", node.span, page.spelled(near, node)) if near else ()
    if takes.open:
        message = f"Valohai does not know {page.written(node)} as {name}, and does nothing then{end}"
        yield Finding("VH307", node.span, message, fixes=fixes)
    else:
        yield Finding("VH302", node.span, f"{name} cannot be {page.written(node)}{end}", fixes=fixes)


def _limits(page: Page, node: Node, takes: Takes, name: str) -> Iterator[Finding]:
    value, written = node.value, page.written(node)
    span = blame(page, node, None)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if takes.least is not None and value < takes.least:
            yield Finding("VH302", span, f"{name} is {written}; it must be at least {takes.least:g}")
        elif takes.most is not None and value > takes.most:
            yield Finding("VH302", span, f"{name} is {written}; it must be at most {takes.most:g}")
    elif isinstance(value, str):
        if takes.longest is not None and len(value) > takes.longest:
            message = f"{name} has {len(value)} characters; it must have at most {takes.longest}"
            yield Finding("VH302", span, message)
        flaw = form_flaw(value, takes.form) if takes.form is not None else None
        if flaw is not None:
            yield Finding("VH302", span, f"{name} {flaw}")

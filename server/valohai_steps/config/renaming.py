"""Another name in place of one: in scalars, in parts of them and in keys, every other byte as it was."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from valohai_steps.config.edits.operation import Refusal, RefusedError
from valohai_steps.config.reader import YamlFile, file_of, read_documents
from valohai_steps.config.rendering.scalar_text import Quoting, scalar_text
from valohai_steps.config.rendering.style import style_around
from valohai_steps.config.tree.node import Node, same_value, walk
from valohai_steps.config.tree.scalar_places import letters
from valohai_steps.config.tree.scalar_places import scalar_text as said_by
from valohai_steps.model.text import Span, TextEdit, apply_edits


class Respelling(Struct, frozen=True):
    """`text` in place of `part` of what a scalar or key says, counted in `config.inside.scalar_text`."""

    node: Node
    part: Span
    text: str


class Respelled(Struct, frozen=True):
    """The edits, and the file that they make, as it was read to prove them."""

    edits: tuple[TextEdit, ...]
    file: YamlFile


def respell(file: YamlFile, wanted: Sequence[Respelling]) -> Respelled | Refusal:
    """The edits that carry out all of it. Quotes stay, and are added where YAML needs them.

    Proven: the new text is read again, and says what was asked and otherwise what it said before.
    """
    if not file.is_readable:
        return Refusal("the file has a syntax error, so it is not edited; correct it first")
    by_node: dict[int, list[Respelling]] = {}
    for each in dict.fromkeys(wanted):
        by_node.setdefault(id(each.node), []).append(each)
    after = {key: _after(file.text, parts) for key, parts in by_node.items()}
    starts = sorted(each.node.start for each in wanted)
    places = {id(node): place for root in file.documents for node, place in _places(root, starts)}
    try:
        edits = tuple(
            edit
            for key, parts in by_node.items()
            for edit in _edits(file, after[key], parts, places.get(key))
        )
    except RefusedError as error:
        return error.refusal
    text = apply_edits(file.text, edits)
    documents, problem = read_documents(text)
    flaw = problem.message if problem is not None else _flaw(file, documents, after)
    if flaw is not None:
        return Refusal(
            f"internal error: the edit could not be proven ({flaw}); nothing was written, please report it"
        )
    return Respelled(edits, file_of(text, documents))


class _Place(Struct, frozen=True):
    """The parents of a node, innermost first, and whether it stands inside brackets or braces."""

    chain: tuple[Node, ...]
    flow: bool


def _after(text: str, parts: Sequence[Respelling]) -> str:
    """What a node will say."""
    return apply_edits(said_by(text, parts[0].node), [TextEdit(each.part, each.text) for each in parts])


def _places(root: Node, starts: Sequence[int]) -> Iterator[tuple[Node, _Place]]:
    """The nodes around those that begin at `starts`, in order, and all that stand directly inside them."""
    waiting: list[tuple[Node, tuple[Node, ...]]] = [(root, ())]
    while waiting:
        node, chain = waiting.pop()
        first = bisect_left(starts, node.start)
        if node.alias is None and first < len(starts) and starts[first] < node.end:
            inner = (node, *chain)
            yield from _directly_inside(node, inner)
            waiting += [(child, inner) for child in reversed(node.children)]


def _directly_inside(node: Node, inner: tuple[Node, ...]) -> Iterator[tuple[Node, _Place]]:
    flow = any(parent.style == "flow" for parent in inner if parent.kind != "scalar")
    for child in (*node.items, *(entry.key_node for entry in node.entries)):
        yield child, _Place(inner, flow)
    for entry in node.entries:
        yield entry.node, _Place(inner, flow)


def _edits(
    file: YamlFile, after: str, parts: Sequence[Respelling], place: _Place | None
) -> Iterator[TextEdit]:
    """The edits of one node: only the names where its quotes can hold them, else the whole in quotes."""
    node = parts[0].node
    if place is None or node.alias is not None or node.shared:
        raise RefusedError("this value is shared through an anchor; edit it manually", node.span)
    if node.style not in ("|", ">") and not _fits(file.text, node, after, parts, place):
        quoting = style_around(file.text, (node, *place.chain), file.newline).quoting
        mark = node.style or quoting.mark
        yield TextEdit(node.span, scalar_text(after, Quoting(mark, always=True), flow=place.flow))
        return
    written = letters(file.text, node)
    for each in parts:
        at = written.place(each.part)
        if at is None:
            raise RefusedError("this string is folded or escaped; edit it manually", node.span)
        yield TextEdit(at, each.text.replace("'", "''") if node.style == "'" else each.text)


def _fits(text: str, node: Node, after: str, wanted: Sequence[Respelling], place: _Place) -> bool:
    """Whether the names can stand between what is there: plain, or in the quotes that it has."""
    if node.style:
        meant = '\\"' if node.style == '"' else ""
        return all(each.text.isprintable() and not set(each.text) & set(meant) for each in wanted)
    if scalar_text(after, Quoting(), flow=place.flow) == after:
        return True
    # A text that the writer would have quoted before, and that YAML reads as one all the same.
    before = said_by(text, node)
    return isinstance(node.value, str) and scalar_text(before, Quoting(), flow=place.flow) != before


def _flaw(file: YamlFile, again: Sequence[Node], after: Mapping[int, str]) -> str | None:
    if len(again) != len(file.documents):
        return "the documents are others"
    for old, new in zip(file.documents, again, strict=True):
        before, now = list(walk(old)), list(walk(new))
        if len(before) != len(now):
            return "there are more or fewer values"
        for one, other in zip(before, now, strict=True):
            if not _agree(one, other, after.get(id(one))):
                return f"what stands at offset {one.start} changed"
    return None


def _agree(old: Node, new: Node, after: str | None) -> bool:
    same = (old.kind, old.tag, old.anchor, old.alias) == (new.kind, new.tag, new.anchor, new.alias)
    if old.kind != "scalar" or old.alias is not None or not same:
        return same
    if after is not None:
        return bool(new.value == after)
    return same_value(old.value, new.value)

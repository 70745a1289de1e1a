"""The syntax tree of a Python text: tree-sitter, with spans in code points and cheap look-ups by name."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate
from unicodedata import is_normalized, normalize

import tree_sitter
import tree_sitter_python

from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span, TextEdit
from valohai_steps.source.text.normal_form import WORD, NormalForm, normal_form
from valohai_steps.source.tree.parsed_bytes import encoded, is_excessive, moves_lines, parsed_bytes

_LANGUAGE = tree_sitter.Language(tree_sitter_python.language())
# Characters that are wider in UTF-8 than in code points, in runs of one width. A lone surrogate, which UTF-8
# does not have, is encoded as one `?`.
_WIDE = "[\x80-\u07ff]+|[\u0800-\ud7ff\ue000-\uffff]+|[\U00010000-\U0010ffff]+"

Node = tree_sitter.Node

# More than these are not written by people, and would be felt while typing.
_MOST_NAMES = 5_000
_LONE_RETURN = pattern(r"\r(?!\n)")
_DEEPEST = 1_000
_IDLE = ("comment", "line_continuation")
_FEW_NAMES = 20
_MOST_STEPS = 50_000_000


class ExcessiveText(Exception):  # noqa: N818  # an outcome, not an error
    """The text is too large or too deeply nested to be read while someone is typing."""


class Syntax:
    """A text and its tree, parsed on first use. tree-sitter counts UTF-8 bytes: only this class converts.

    `previous` and `edits` (counted in its text) say how the text came about: then only what changed is
    parsed again. The state before is let go once the tree is there. Of a text that is an excerpt, `admit`
    hears of every name that is looked up, and may raise.
    """

    def __init__(
        self,
        text: str,
        previous: "Syntax | None" = None,
        edits: Sequence[TextEdit] = (),
        admit: Callable[[str], None] | None = None,
    ) -> None:
        self.text = with_line_feeds(text)
        self._admit = admit
        self._before = (previous, tuple(edits)) if previous is not None and previous.is_parsed else None
        self._names: dict[str, tuple[Node, ...]] = {}

    @property
    def is_parsed(self) -> bool:
        """Whether the tree is there already."""
        return "tree" in self.__dict__

    @cached_property
    def tree(self) -> tree_sitter.Tree:
        """The tree; there is one for every text but excessive ones. Raises ExcessiveText."""
        if self._is_excessive:
            raise ExcessiveText
        before, self._before = self._before, None
        previous, edits = before if before is not None else (None, ())
        if previous is None or moves_lines(previous.text) or moves_lines(self.text):
            return parse(self._bytes, None)
        return parse(self._bytes, previous.edited_tree(edits))

    @property
    def root(self) -> Node:
        """The module."""
        return self.tree.root_node

    @cached_property
    def normal_form(self) -> NormalForm:
        """The text with its names as Python reads them."""
        return normal_form(self.text)

    @property
    def is_broken(self) -> bool:
        """Whether tree-sitter had to mend the text anywhere."""
        return self.root.has_error

    def edited_tree(self, edits: Sequence[TextEdit]) -> tree_sitter.Tree:
        """This tree told of edits, for the next parse to start from; this tree stays as it is."""
        tree = self.tree.copy()
        # From the last to the first: an edit moves only what stands after it.
        for edit in sorted(edits, reverse=True):
            start, end = self.to_byte(edit.span.start), self.to_byte(edit.span.end)
            inserted = encoded(edit.text)
            place = self._point(start)
            tree.edit(start, end, start + len(inserted), place, self._point(end), _advanced(place, inserted))
        return tree

    def span(self, node: Node) -> Span:
        """Where a node stands, in code points."""
        return Span(self.to_offset(node.start_byte), self.to_offset(node.end_byte))

    def source(self, node: Node) -> str:
        """The text of a node."""
        return self.text[self.to_offset(node.start_byte) : self.to_offset(node.end_byte)]

    def name(self, node: Node) -> str:
        """The name that an identifier means: Python reads names in their NFKC form."""
        found = self.source(node)
        return found if found.isascii() else normalize("NFKC", found)

    def node_at(self, start: int, end: int) -> Node:
        """The smallest named node that covers a span of code points."""
        found = self.root.named_descendant_for_byte_range(self.to_byte(start), self.to_byte(end))
        return found if found is not None else self.root

    def names(self, name: str) -> tuple[Node, ...]:
        """Every identifier node with this name, in order of place. Raises ExcessiveText."""
        self.admit((name,))
        return self.mentions(name)

    def admit(self, names: Iterable[str]) -> None:
        """Ask for names: an excerpt holds no statement with one that nobody asked for."""
        if self._admit is not None:
            for name in names:
                self._admit(name)

    def mentions(self, name: str) -> tuple[Node, ...]:
        """The same, of an excerpt only in what it holds."""
        known = self._names.get(name)
        if known is None:
            often = self.text.count(name)
            if len(name) > 2 and often > _MOST_NAMES:
                raise ExcessiveText
            if not often and self.text.isascii():  # as most that are asked for: no other spelling either
                return self._names.setdefault(name, ())
            found = [node for each in spellings(self.text, name) for node in self._find_names(each)]
            known = self._names[name] = tuple(sorted(found, key=lambda node: node.start_byte))
            _demand_narrow(known)
        return known

    def holds(self, name: str) -> bool:
        """Whether the text has the name anywhere, however it is spelled; of an excerpt, what that holds."""
        return any(each in self.text for each in spellings(self.text, name))

    def to_byte(self, offset: int) -> int:
        """Code points to bytes of UTF-8."""
        if not self._wide:
            return offset
        starts, _, widths = self._wide
        run = bisect_right(starts, offset) - 1
        if run < 0:
            return offset
        start, length, extra, before = widths[run]
        return offset + before + extra * min(offset - start, length)

    def to_offset(self, byte: int) -> int:
        """Bytes of UTF-8 to code points."""
        if not self._wide:
            return byte
        _, bytes_, widths = self._wide
        run = bisect_right(bytes_, byte) - 1
        if run < 0:
            return byte
        start, length, extra, before = widths[run]
        inside = (byte - bytes_[run]) // (extra + 1)
        return start + inside if inside < length else byte - before - extra * length

    def _find_names(self, name: str) -> Iterator[Node]:
        text, size = self.text, len(name)
        # A name that tree-sitter adds to mend a text is empty, and would be found everywhere.
        start = text.find(name) if name else -1
        while start >= 0:
            end = start + size
            if not is_word(text[start - 1 : start]) and not is_word(text[end : end + 1]):
                node = self.node_at(start, end)
                if node.type == "identifier" and self.span(node) == Span(start, end):
                    yield node
            start = text.find(name, end)

    @cached_property
    def _is_excessive(self) -> bool:
        return is_excessive(self.text, self._bytes)

    @cached_property
    def _bytes(self) -> bytes:
        return parsed_bytes(self.text)

    @cached_property
    def _wide(self) -> tuple[list[int], list[int], list[tuple[int, int, int, int]]] | None:
        """Runs of wide characters: where each starts in code points, in bytes, and its widths."""
        if self.text.isascii():
            return None
        starts: list[int] = []
        bytes_: list[int] = []
        widths: list[tuple[int, int, int, int]] = []
        before = 0
        for match in re.finditer(_WIDE, self.text):  # built for the first text that is not ASCII
            start, length = match.start(), match.end() - match.start()
            extra = len(match[0][0].encode()) - 1
            starts.append(start)
            bytes_.append(start + before)
            widths.append((start, length, extra, before))
            before += extra * length
        return starts, bytes_, widths

    def _point(self, byte: int) -> tuple[int, int]:
        line = self._bytes.count(b"\n", 0, byte)
        return line, byte - self._bytes.rfind(b"\n", 0, byte) - 1


def with_line_feeds(text: str) -> str:
    """The text with a line feed for every lone carriage return, as Python reads a file; nothing moves."""
    return _LONE_RETURN.sub("\n", text) if "\r" in text else text


def spellings(text: str, name: str) -> tuple[str, ...]:
    """The ways in which a text may write a name: Python reads names in their NFKC form (Reference, 2.3)."""
    if text.isascii() or is_normalized("NFKC", text):
        return (name,)
    words = {word for word in WORD.findall(text) if not word.isascii()}
    return (name, *sorted(word for word in words if word != name and normalize("NFKC", word) == name))


def parse(data: bytes, before: tree_sitter.Tree | None) -> tree_sitter.Tree:
    """One parse. Every parse of the package goes through here, so that tests can count them."""
    parser = tree_sitter.Parser(_LANGUAGE)
    return parser.parse(data, before) if before is not None else parser.parse(data)


def field(node: Node, name: str) -> Node | None:
    """The child in a field of the grammar."""
    return node.child_by_field_name(name)


def is_field(parent: Node, name: str, child: Node) -> bool:
    """Whether `child` is what stands in this field of `parent`."""
    found = parent.child_by_field_name(name)
    return found is not None and found.id == child.id


def parts(node: Node | None) -> list[Node]:
    """The named children that count: comments and the `\\` at the end of a line do not."""
    return [] if node is None else [child for child in node.named_children if child.type not in _IDLE]


def ancestors(node: Node) -> Iterator[Node]:
    """The nodes around a node, from the inside out. Raises ExcessiveText.

    For each step tree-sitter descends from the root, past every sibling on the way.
    """
    parent, depth = node.parent, 0
    while parent is not None:
        yield parent
        parent, depth = parent.parent, depth + 1
        if depth > _DEEPEST:
            raise ExcessiveText


def is_word(character: str) -> bool:
    """Whether a character belongs to a name; the empty text does not."""
    if character.isascii():
        return character == "_" or character.isalnum()
    return character.isalnum() or f"_{character}".isidentifier()


def _demand_narrow(found: Sequence[Node]) -> None:
    """Raise ExcessiveText where many nodes stand each among very many: every way up would be slow."""
    steps = 0
    for node in found if len(found) > _FEW_NAMES else ():
        steps += sum(accumulate(each.child_count for each in reversed(list(ancestors(node)))))
        if steps > _MOST_STEPS:
            raise ExcessiveText


def _advanced(point: tuple[int, int], inserted: bytes) -> tuple[int, int]:
    lines = inserted.count(b"\n")
    if not lines:
        return point[0], point[1] + len(inserted)
    return point[0] + lines, len(inserted) - inserted.rfind(b"\n") - 1

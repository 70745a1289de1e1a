"""The syntax tree of a Python text: tree-sitter, with spans in code points and cheap look-ups by name."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property

import tree_sitter
import tree_sitter_python

from valohai_steps.model.text import Span, TextEdit

_LANGUAGE = tree_sitter.Language(tree_sitter_python.language())

Node = tree_sitter.Node


class Syntax:
    """A parsed text. tree-sitter counts UTF-8 bytes; `span` and `node_at` convert, nobody else does."""

    def __init__(self, text: str, previous: "Syntax | None" = None, edits: tuple[TextEdit, ...] = ()) -> None:
        self.text = text
        self._bytes = text.encode("utf-8", "replace")
        self._ascii = len(self._bytes) == len(text)
        old = previous.edited_tree(edits) if previous is not None and len(edits) == 1 else None
        parser = tree_sitter.Parser(_LANGUAGE)
        self.tree = parser.parse(self._bytes, old) if old is not None else parser.parse(self._bytes)

    @property
    def root(self) -> Node:
        """The module."""
        return self.tree.root_node

    def edited_tree(self, edits: tuple[TextEdit, ...]) -> tree_sitter.Tree:
        """This tree told of one edit, for the next parse to start from; this tree stays as it is."""
        (edit,) = edits
        tree = self.tree.copy()
        start, old_end = self._to_byte(edit.span.start), self._to_byte(edit.span.end)
        inserted = edit.text.encode("utf-8", "replace")
        start_point = self._point(edit.span.start)
        tree.edit(
            start,
            old_end,
            start + len(inserted),
            start_point,
            self._point(edit.span.end),
            _advanced(start_point, inserted),
        )
        return tree

    def span(self, node: Node) -> Span:
        """Where a node stands, in code points."""
        return Span(self._to_offset(node.start_byte), self._to_offset(node.end_byte))

    def source(self, node: Node) -> str:
        """The text of a node."""
        return self._bytes[node.start_byte : node.end_byte].decode("utf-8")

    def node_at(self, start: int, end: int) -> Node:
        """The smallest named node that covers a span of code points."""
        found = self.root.named_descendant_for_byte_range(self._to_byte(start), self._to_byte(end))
        return found if found is not None else self.root

    def names(self, name: str) -> Iterator[Node]:
        """Every identifier node with this name, in order of place."""
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", self.text):
            node = self.node_at(match.start(), match.end())
            if node.type == "identifier":
                yield node

    @cached_property
    def _line_starts(self) -> tuple[list[int], list[int]]:
        """Where each line starts, in code points and in bytes."""
        offsets, places = [0], [0]
        for line in self.text.split("\n")[:-1]:
            offsets.append(offsets[-1] + len(line) + 1)
            places.append(places[-1] + len(line.encode("utf-8", "replace")) + 1)
        return offsets, places

    def _to_byte(self, offset: int) -> int:
        if self._ascii:
            return offset
        offsets, places = self._line_starts
        line = bisect_right(offsets, offset) - 1
        return places[line] + len(self.text[offsets[line] : offset].encode("utf-8", "replace"))

    def _to_offset(self, byte: int) -> int:
        if self._ascii:
            return byte
        offsets, places = self._line_starts
        line = bisect_right(places, byte) - 1
        return offsets[line] + len(self._bytes[places[line] : byte].decode("utf-8", "ignore"))

    def _point(self, offset: int) -> tuple[int, int]:
        byte = self._to_byte(offset)
        places = self._line_starts[1]
        line = bisect_right(places, byte) - 1
        return line, byte - places[line]


def _advanced(point: tuple[int, int], inserted: bytes) -> tuple[int, int]:
    lines = inserted.count(b"\n")
    if not lines:
        return point[0], point[1] + len(inserted)
    return point[0] + lines, len(inserted) - inserted.rfind(b"\n") - 1

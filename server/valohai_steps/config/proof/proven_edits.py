"""Operations as edits of the text, proven: applied in memory, read again, compared."""

from collections.abc import Sequence

from msgspec import Struct

from valohai_steps.config.edits.change import plan_changes
from valohai_steps.config.edits.node_change import NodeChange
from valohai_steps.config.edits.operation import Append, Operation, Refusal, RefusedError, Set
from valohai_steps.config.proof.proof import comment_flaw, form_flaw, value_flaw
from valohai_steps.config.proof.reread_region import (
    changed_region,
    is_untied,
    new_text,
    old_part,
    own_change,
    own_operations,
)
from valohai_steps.config.reader import YamlFile, read_documents
from valohai_steps.config.rendering.rewrite import text_edits
from valohai_steps.config.tree.node import Node, YamlValue
from valohai_steps.model.text import TextEdit, apply_edits

_DEEPEST = 50


def proven_edits(file: YamlFile, operations: Sequence[Operation]) -> tuple[TextEdit, ...] | Refusal:
    """The edits that carry out the operations in a file that can be read; a Refusal where the proof fails."""
    try:
        return _proven(file, tuple(_plain(operation) for operation in operations))
    except RefusedError as error:
        return error.refusal


def _proven(file: YamlFile, operations: tuple[Operation, ...]) -> tuple[TextEdit, ...] | Refusal:
    documents = file.documents or (_missing_document(file.text),)
    changes = plan_changes(file.text, documents, operations)
    edits = text_edits(file.text, file.newline, changes.values())
    try:
        text = apply_edits(file.text, edits)
    except ValueError as error:
        return _internal_error(str(error))
    reason = _Edit(file.text, text, documents, operations, changes, edits).flaw()
    return edits if reason is None else _internal_error(reason)


class _Edit(Struct, frozen=True):
    """All there is to know of an edit that waits for its proof."""

    old: str
    new: str
    documents: tuple[Node, ...]
    operations: tuple[Operation, ...]
    changes: dict[int, NodeChange]
    edits: tuple[TextEdit, ...]

    def flaw(self) -> str | None:
        """Why the new text is not the old one with the operations; None when it is."""
        if not self.edits:
            return value_flaw(self.documents, self.documents, self.operations)
        reason = self._flaw_of_region()
        if reason is not None:
            again, problem = read_documents(self.new)
            if problem is not None:
                return problem.message
            reason = value_flaw(self.documents, again, self.operations)
            reason = reason or form_flaw(self.documents, again, self.changes)
        return reason or comment_flaw(self.old, self.changes.values(), self.edits)

    def _flaw_of_region(self) -> str | None:
        """None when the steps around the edits prove it; else the whole file has to be read."""
        region = changed_region(self.old, self.documents, self.changes, self.edits)
        piece = None if region is None else new_text(self.old, region, self.new)
        if region is None or piece is None:
            return "not a part of a list"
        again, problem = read_documents(piece)
        if problem is not None or len(again) != 1 or not is_untied(again):
            return "the part cannot be read alone"
        part = old_part(self.documents[0], region)
        change = own_change(self.changes[0], region, part)
        reason = value_flaw((part,), again, own_operations(self.operations, region))
        return reason or form_flaw((part,), again, {0: change})


def _internal_error(reason: str) -> Refusal:
    return Refusal(
        f"internal error: the edit could not be proven ({reason}); nothing was written, please report it"
    )


def _missing_document(text: str) -> Node:
    """The null that stands in for the document of an empty text, or of one that holds only comments."""
    return Node("scalar", len(text), len(text), None, "", len(text))


def _plain(operation: Operation) -> Operation:
    match operation:
        case Set(path, value):
            return Set(path, _listed(value))
        case Append(path, value, at):
            return Append(path, _listed(value), at)
    return operation


def _listed(value: YamlValue, depth: int = 0) -> YamlValue:
    """The value with lists for tuples, copied: what the caller does with its own does not matter here."""
    if depth > _DEEPEST:
        raise RefusedError(f"a value with more than {_DEEPEST} levels is not written")
    if isinstance(value, (list, tuple)):
        return [_listed(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {key: _listed(item, depth + 1) for key, item in value.items()}
    return value

"""Editing valohai.yaml: operations in, minimal text edits out, proven by reading the result again."""

from collections.abc import Sequence

from valohai_steps.config.edits.operation import Append, Operation, Refusal, Remove, Set
from valohai_steps.config.reader import YamlFile, read_yaml
from valohai_steps.model.text import TextEdit, apply_edits

__all__ = ["Append", "Operation", "Refusal", "Remove", "Set", "edit_yaml", "read_edited"]


def edit_yaml(file: YamlFile, operations: Sequence[Operation]) -> tuple[TextEdit, ...] | Refusal:
    """The edits that carry out all operations, and nothing else; empty when all is as asked already.

    All paths count in `file` as it was read. The result is proven: applied in memory and read again, every
    document has its old values with the operations applied to them as plain data, anchors, aliases and tags
    are where they were, and no comment is gone but those of removed items. Otherwise a Refusal.
    """
    if not file.is_readable:
        problem = next(problem for problem in file.problems if problem.code == "VH301")
        return Refusal(f"The file cannot be read, so it is not edited: {problem.message}", problem.span)
    from valohai_steps.config.proof.proven_edits import proven_edits  # with the first edit

    return proven_edits(file, operations)


def read_edited(file: YamlFile, edits: Sequence[TextEdit]) -> YamlFile:
    """What a file says after edits, as far as they reach: the items around them, if they can be read alone.

    Spans count in what was read.
    """
    from valohai_steps.config.proof.reread_region import edited_region, is_untied, new_text  # after an edit

    text = apply_edits(file.text, edits)
    region = edited_region(file.text, file.documents, edits) if file.is_readable else None
    piece = None if region is None else new_text(file.text, region, text)
    if piece is not None:
        found = read_yaml(piece)
        if found.is_readable and is_untied(found.documents):
            return found
    return read_yaml(text)

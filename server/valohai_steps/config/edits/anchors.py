"""What is not edited: whatever anchors, aliases and merge keys tie to other places of the file."""

from valohai_steps.config.edits.operation import RefusedError
from valohai_steps.config.tree.node import Node, walk
from valohai_steps.model.text import LineIndex, Span


def refuse_alias(node: Node, text: str) -> None:
    """Refuse to change anything inside an alias, or inside an anchored node that an alias repeats."""
    if node.alias is not None:
        raise RefusedError(
            f"`*{node.alias}` repeats what is at `&{node.alias}`, so an edit would "
            f"change that as well; write the value out here, or change it at `&{node.alias}`",
            node.span,
        )
    if node.shared:
        raise shared_refusal(node, text)


def refuse_lost_anchor(node: Node, text: str) -> None:
    """Refuse to take out a node that holds an anchor which is repeated elsewhere."""
    for inner in walk(node):
        if inner.shared:
            raise shared_refusal(inner, text)


def shared_refusal(node: Node, text: str) -> RefusedError:
    """The refusal to change an anchored node that an alias repeats."""
    line = LineIndex(text).position(node.outer, "utf-32")[0] + 1
    return RefusedError(
        f"`&{node.anchor}` on line {line} is repeated elsewhere as `*{node.anchor}`, so an edit here would "
        f"change those places too; write the values out at `*{node.anchor}`, or edit manually",
        Span(node.outer, node.end),
    )


def refuse_merged(node: Node, key: str | int, effect: str) -> None:
    """Refuse to touch a key that `<<` brings as well; `effect` completes "`key` ... from `*base`"."""
    for source in node.merges:
        name = f"`*{source.alias}`" if source.alias else "a mapping"
        if key == "<<":
            raise RefusedError(
                "a merge key (`<<`) cannot be edited automatically; change it manually", source.span
            )
        if source.get(key) is not None:
            raise RefusedError(
                f"`{key}` {effect} from {name} through `<<`; write it here manually, or change it there",
                source.span,
            )

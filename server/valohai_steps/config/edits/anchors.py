"""What is not edited: whatever anchors, aliases and merge keys tie to other places of the file."""

from valohai_steps.config.edits.operation import RefusedError
from valohai_steps.config.tree.node import Node, walk
from valohai_steps.model.text import LineIndex, Span


def refuse_alias(node: Node, text: str) -> None:
    """Refuse to change anything inside an alias, or inside an anchored node that an alias repeats."""
    if node.alias is not None:
        raise RefusedError(
            f"This is `*{node.alias}`, a repetition of what stands at `&{node.alias}`: an edit would have to "
            f"change that as well. Write it out here by hand, or change it at `&{node.alias}`.",
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
        f"`&{node.anchor}` on line {line} is repeated elsewhere as `*{node.anchor}`. An edit here would "
        f"change those places too. Write the values out where `*{node.anchor}` stands, or edit by hand.",
        Span(node.outer, node.end),
    )


def refuse_merged(node: Node, key: str | int, effect: str) -> None:
    """Refuse to touch a key that `<<` brings as well; `effect` completes "`key` ... from `*base`"."""
    for source in node.merges:
        name = f"`*{source.alias}`" if source.alias else "a mapping"
        if key == "<<":
            raise RefusedError("A merge key (`<<`) is not edited. Change it by hand.", source.span)
        if source.get(key) is not None:
            raise RefusedError(
                f"`{key}` {effect} from {name} through `<<`. Write it here by hand, or change it there.",
                source.span,
            )

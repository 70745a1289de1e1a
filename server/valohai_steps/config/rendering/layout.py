"""New values as lines of YAML, in a given style."""

from msgspec.structs import replace

from valohai_steps.config.edits.operation import RefusedError
from valohai_steps.config.rendering.scalar_text import (
    BlockScalar,
    Quoting,
    block_scalar,
    key_text,
    scalar_text,
)
from valohai_steps.config.rendering.style import Style
from valohai_steps.config.tree.node import YamlValue

_DEEPEST = 50


def flow_text(value: YamlValue, style: Style, depth: int = 0) -> str:
    """The value on one line, in brackets where it is a list or mapping. Raises RefusedError."""
    if depth > _DEEPEST:
        raise RefusedError("this value is nested too deeply to be written to YAML")
    if isinstance(value, dict):
        inner = ", ".join(flow_entry(key, content, style, depth) for key, content in value.items())
        return f"{{ {inner} }}" if style.padded and inner else f"{{{inner}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(flow_text(item, style, depth + 1) for item in value)}]"
    return scalar_text(value, style.quoting, flow=True)


def flow_entry(key: YamlValue, value: YamlValue, style: Style, depth: int = 0) -> str:
    """`key: value` for a mapping in brackets."""
    return f"{key_text(key, _key_quoting(style), flow=True)}: {flow_text(value, style, depth + 1)}"


def is_block(value: YamlValue, style: Style) -> bool:
    """Whether the value takes lines of its own in block style."""
    if isinstance(value, (list, tuple)):
        return len(value) > 0 and not (style.flow_lists and _is_flat(value))
    return (isinstance(value, dict) and len(value) > 0) or _block_text(value, style) is not None


def inline_text(value: YamlValue, style: Style) -> str:
    """A value that is not a block, as it stands behind `key: ` or `- ` in block style."""
    if isinstance(value, (dict, list, tuple)):
        return flow_text(value, style)
    return scalar_text(value, style.quoting, flow=False)


def entry_lines(key: YamlValue, value: YamlValue, indent: int, style: Style) -> list[str]:
    """`key: value` at column `indent`, the first line without its indentation."""
    head = key_text(key, _key_quoting(style), flow=False) + ":"
    if key == "command":
        style = replace(style, flow_lists=style.flow_commands)
    tail, lines = value_lines(value, indent, style)
    return [head + tail, *lines]


def value_lines(value: YamlValue, indent: int, style: Style) -> tuple[str, list[str]]:
    """What follows `key:` on its line, and the lines below; the key stands at column `indent`."""
    if not is_block(value, style):
        return f" {inline_text(value, style)}", []
    scalar = _block_text(value, style)
    if scalar is not None:
        return f" {scalar.header}", block_scalar_lines(scalar, indent + style.indent)
    if isinstance(value, dict):
        return "", _indented(mapping_lines(value, indent + style.indent, style), indent + style.indent)
    return "", sequence_lines(
        list(value) if isinstance(value, (list, tuple)) else [value], indent + style.offset, style
    )


def mapping_lines(value: dict[YamlValue, YamlValue], indent: int, style: Style) -> list[str]:
    """A mapping at column `indent`, the first line without its indentation."""
    lines: list[str] = []
    for key, content in value.items():
        entry = entry_lines(key, content, indent, style)
        lines += entry if not lines else _indented(entry, indent)
    return lines


def sequence_lines(value: list[YamlValue], indent: int, style: Style) -> list[str]:
    """A list whose dashes stand at column `indent`, every line with its indentation."""
    return [line for item in value for line in _indented(item_lines(item, indent, style), indent)]


def item_lines(value: YamlValue, indent: int, style: Style) -> list[str]:
    """`- value` at column `indent`, the first line without its indentation."""
    dash = "-" + " " * (style.dash - 1)
    if not is_block(value, style):
        return [dash + inline_text(value, style)]
    scalar = _block_text(value, style)
    if scalar is not None:
        return [dash + scalar.header, *block_scalar_lines(scalar, indent + style.indent)]
    if isinstance(value, dict) and style.flow_items and "name" in value:
        return [dash + flow_text(value, style)]
    if isinstance(value, (list, tuple)) and not any(isinstance(each, (dict, list, tuple)) for each in value):
        return [dash + flow_text(value, style)]  # an edge: nobody writes `- - one` with the other end below
    if isinstance(value, dict):
        lines = mapping_lines(value, indent + style.dash, style)
    else:
        items = list(value) if isinstance(value, (list, tuple)) else [value]
        lines = sequence_lines(items, indent + style.dash, style)
        lines[0] = lines[0].lstrip(" ")
    return [dash + lines[0], *lines[1:]]


def block_scalar_lines(scalar: BlockScalar, indent: int) -> list[str]:
    """The lines of a block scalar, with indentation."""
    return [" " * indent + line if line else "" for line in scalar.lines]


def _block_text(value: YamlValue, style: Style) -> BlockScalar | None:
    return block_scalar(value) if style.block_text else None


def quoted_like(style: Style, mark: str) -> Style:
    """The style with strings in the quotes given, as those of a value that is replaced."""
    return replace(style, quoting=Quoting(mark, always=True))


def _key_quoting(style: Style) -> Quoting:
    return Quoting(style.quoting.mark, style.quoted_keys)


def _indented(lines: list[str], indent: int) -> list[str]:
    return [" " * indent + lines[0], *lines[1:]]


def _is_flat(value: "list[YamlValue] | tuple[YamlValue, ...]") -> bool:
    return not any(isinstance(item, (list, tuple, dict)) or block_scalar(item) for item in value)

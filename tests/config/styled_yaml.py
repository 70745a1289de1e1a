"""Random valohai.yaml texts in random styles, made line by line: no YAML writer has a hand in them."""

import random
from dataclasses import dataclass, field

WORDS = ("train", "learning-rate", "epochs", "data set", "größe", "模型", "a_b", "x1", "batch", "seed")
PLAIN = (
    "0.001",
    "5",
    "-3",
    "1.0e-05",
    "true",
    "false",
    "null",
    "~",
    ".inf",
    ".nan",
    "2021-01-01",
    "1:30",
    "0o17",
    "0x1F",
)
VALID_PLAIN = PLAIN[:6]
TEXTS = (
    "abc",
    "s3://bucket/a.zip",
    "http://example.com/x?y=1",
    "yes",
    "1",
    "a: b",
    "x #y",
    "",
    " lead",
    "ünï 😀",
    "it's",
    'say "hi"',
    "*.csv",
)
COMMENTS = ("# note", "#tight", "# - name: old", "# größe: 3", "#")


@dataclass
class Pen:
    """A style, and the choices still to be made, all from one seed."""

    chance: random.Random
    indent: int = 2
    offset: int = 2
    dash: int = 2
    quote: str = ""
    flow: float = 0.1
    comments: float = 0.2
    blanks: float = 0.1
    padded: bool = False
    anchors: list[str] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)
    tabs: bool = False
    marks: int = 0
    valid: bool = False

    def likely(self, probability: float) -> bool:
        return self.chance.random() < probability


def styled_yaml(seed: int, *, valid: bool = False) -> str:
    """The text of one file; the same seed gives the same text. `valid`: Valohai's schema holds for it."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    pen = Pen(
        chance,
        indent=chance.choice((2, 2, 2, 3, 4)),
        offset=chance.choice((0, 2, 2, 4, 1)),
        dash=chance.choice((2, 2, 2, 4, 3)),
        quote=chance.choice(("", "", "'", '"')),
        flow=chance.choice((0, 0, 0.2, 0.6)),
        comments=chance.choice((0, 0, 0.15, 0.4)),
        blanks=chance.choice((0, 0, 0.2)),
        padded=chance.random() < 0.3,
        tabs=chance.random() < 0.1 and not valid,
        valid=valid,
    )
    lines: list[str] = []
    documents = 1 if valid else chance.choice((1, 1, 1, 2))
    for number in range(documents):
        lines += _document(pen, number, documents)
    newline = chance.choice(("\n", "\n", "\n", "\r\n", "mixed"))
    ends = [chance.choice(("\n", "\r\n")) if newline == "mixed" else newline for _ in lines]
    text = "".join(line + end for line, end in zip(lines, ends, strict=True))
    if chance.random() < 0.2 and not lines[-1].startswith("---"):
        text = text[: -len(ends[-1])]
    return ("\ufeff" if chance.random() < 0.1 else "") + text


def _document(pen: Pen, number: int, documents: int) -> list[str]:
    lines: list[str] = []
    pen.anchors.clear()
    pen.bases.clear()
    if number == 0 and pen.likely(0.1):
        lines += ["%YAML 1.1", "---"]
    elif number or pen.likely(0.2):
        lines += ["---" + pen.chance.choice(("", " # document"))]
    if pen.likely(0.3):
        lines += ["# The file", ""]
    blank = pen.likely(0.4)
    for item in range(pen.chance.randint(1, 3)):
        if blank and item:
            lines.append("")
        lines += _item(pen, f"step-{number}-{item}")
    if number < documents - 1 and pen.likely(0.2):
        lines.append("...")
    return lines


def _item(pen: Pen, name: str) -> list[str]:
    if not pen.valid and pen.likely(0.15):
        return _sequence_item(pen, 0, [f"endpoint: {{name: {name}, image: python}}"])
    keys = [[f"name: {name}"], [f"image: {_text(pen)}" + _tail(pen)], _command(pen)]
    if pen.likely(0.8):
        keys.append(_parameters(pen))
    if pen.likely(0.6):
        keys.append(_inputs(pen))
    if pen.likely(0.3):
        keys.append([f"environment: {_text(pen)}"])
    if pen.likely(0.2):
        keys.append(
            ["description: |", *(" " * pen.indent + line for line in ("# text", "two", "", "  three"))]
        )
    if pen.likely(0.1):
        keys.append(["mounts: []"])
    body = _mapping(pen, keys)
    return _sequence_item(
        pen, 0, ["step:" + _tail(pen), *(" " * pen.indent + line if line else "" for line in body)]
    )


def _mapping(pen: Pen, keys: list[list[str]]) -> list[str]:
    lines: list[str] = []
    for number, key in enumerate(keys):
        if number and pen.likely(pen.comments):
            lines.append(pen.chance.choice(COMMENTS))
        if number and pen.likely(pen.blanks):
            lines.append("")
        lines += key
        if pen.likely(pen.comments / 3):
            lines.append(" " * pen.indent + pen.chance.choice(COMMENTS))
    # A comment right behind a block scalar would be text: never so here, `description` has no such lines.
    return lines


def _sequence_item(pen: Pen, indent: int, body: list[str]) -> list[str]:
    first = " " * indent + "-" + " " * (pen.dash - 1) + body[0]
    return [first, *(" " * (indent + pen.dash) + line if line else "" for line in body[1:])]


def _command(pen: Pen) -> list[str]:
    if pen.likely(0.3):
        return ["command: python train.py {parameters}" + _tail(pen)]
    if pen.likely(0.3):
        return [
            "command: " + pen.chance.choice(("|", ">-", "|+")),
            *(" " * pen.indent + line for line in ("pip install x", "python y")),
        ]
    return [
        "command:" + _tail(pen),
        *(
            " " * pen.offset + f"-{' ' * (pen.dash - 1)}{line}"
            for line in ("pip install -r x", "python t.py")
        ),
    ]


def _parameters(pen: Pen) -> list[str]:
    if pen.anchors and pen.likely(0.3):
        return [f"parameters: *{pen.anchors[-1]}"]
    anchor = ""
    if pen.likely(0.1):
        anchor = f" &p{len(pen.anchors)}"
        pen.anchors.append(anchor[2:])
    items = [
        _parameter(pen, f"{pen.chance.choice(WORDS)}-{number}") for number in range(pen.chance.randint(1, 4))
    ]
    return _list(pen, "parameters:" + anchor, items)


def _inputs(pen: Pen) -> list[str]:
    items = [_input(pen, f"input-{number}") for number in range(pen.chance.randint(1, 3))]
    return _list(pen, "inputs:", items)


def _list(pen: Pen, head: str, items: list[list[tuple[str, list[str]]]]) -> list[str]:
    if pen.likely(pen.flow / 3) and all(len(value) == 1 for item in items for _, value in item):
        return [head + " [" + ", ".join(_flow(pen, item) for item in items) + "]" + _tail(pen)]
    lines = [head + _tail(pen)]
    if pen.valid:
        pen.bases.clear()  # what a parameter may have is more than an input may
    blank = pen.likely(pen.blanks)
    for number, item in enumerate(items):
        if pen.likely(pen.comments / 2):
            lines.append(" " * pen.offset + pen.chance.choice(COMMENTS))
        if blank and number:
            lines.append("")
        anchor = ""
        if pen.bases and pen.likely(0.3):
            item.insert(pen.chance.randint(0, len(item)), ("<<", [f"*{pen.chance.choice(pen.bases)}"]))
        elif pen.likely(0.1):
            pen.marks += 1
            anchor = f"&m{pen.marks} "
        if pen.likely(pen.flow) and all(len(value) == 1 for _, value in item):
            lines += _sequence_item(pen, pen.offset, [anchor + _flow(pen, item) + _tail(pen)])
        else:
            keys = [[f"{key}:{' ' if value[0] else ''}{value[0]}", *value[1:]] for key, value in item]
            body = _mapping(pen, keys)
            lines += _sequence_item(
                pen, pen.offset, [anchor + _tail(pen).strip(" "), *body] if anchor else body
            )
        if anchor:
            pen.bases.append(anchor[1:-1])
    return lines


def _flow(pen: Pen, item: list[tuple[str, list[str]]]) -> str:
    pairs = ", ".join(f"{key}: {value[0]}" for key, value in item)
    return f"{{ {pairs} }}" if pen.padded else f"{{{pairs}}}"


def _parameter(pen: Pen, name: str) -> list[tuple[str, list[str]]]:
    item = [("name", [name]), ("type", [pen.chance.choice(("float", "integer", "string"))])]
    if pen.likely(0.8):
        item.insert(pen.chance.randint(1, 2), ("default", _default(pen)))
    if pen.likely(0.2):
        item.append(("description", [_text(pen)]))
    if pen.likely(0.2):
        item.append(("optional", ["true"]))
    if pen.likely(0.05) and not pen.valid:
        pen.marks += 1
        item.append(("x-own", [f"&v{pen.marks} {_scalar(pen)}"]))
    return item


def _input(pen: Pen, name: str) -> list[tuple[str, list[str]]]:
    item = [("name", [name]), ("default", _default(pen, uris=pen.valid))]
    if pen.likely(0.3):
        item.append(("keep-directories", ["suffix"]))
    return item


def _default(pen: Pen, *, uris: bool = False) -> list[str]:
    scalar = _text if uris else _scalar
    if pen.likely(0.15):
        return [f"[{scalar(pen)}, {scalar(pen)}]"]
    if pen.likely(0.15):
        count = pen.chance.randint(1, 3)
        dash = " " * pen.offset + "-" + " " * (pen.dash - 1)
        return ["", *(f"{dash}{scalar(pen)}{_tail(pen)}" for _ in range(count))]
    if pen.likely(0.05) and not pen.valid:
        return [""]
    return [scalar(pen)]


def _scalar(pen: Pen) -> str:
    plain = VALID_PLAIN if pen.valid else PLAIN
    return pen.chance.choice(plain) if pen.likely(0.5) else _text(pen)


def _text(pen: Pen) -> str:
    text = pen.chance.choice(TEXTS)
    unsafe = text in ("yes", "1", "a: b", "x #y", "", " lead", "*.csv") or "?" in text
    quote = pen.quote or ('"' if unsafe or pen.likely(0.1) else "")
    if quote == "'":
        return "'" + text.replace("'", "''") + "'"
    if quote == '"':
        return '"' + text.replace('"', '\\"') + '"'
    return text


def _tail(pen: Pen) -> str:
    if pen.tabs and pen.likely(0.3):
        return "  #\ttab"
    return pen.chance.choice(("  # why", " # größe", " ")) if pen.likely(pen.comments / 2) else ""

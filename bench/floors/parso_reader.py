"""What parso's error-recovering tree has of `valohai.prepare` calls: python parso_reader.py TEXTS.

TEXTS is a JSON list of Python texts. Prints for each the calls, as keyword -> text of the value, and the
names that the module assigns, as name -> text.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# It is installed only in the environment that this runs in.
import parso  # type: ignore[import-not-found]  # in an environment of its own


def main() -> None:
    texts = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    print(json.dumps([_read(text) for text in texts]))


def _read(text: str) -> tuple[list[dict[str, str]], dict[str, str]]:
    nodes = list(_walk(parso.parse(text)))
    calls = [_keywords(node) for node in nodes if _is_prepare(node)]
    assigned = [node for node in nodes if node.type == "expr_stmt" and node.children[1].type == "operator"]
    return calls, {_code(node.children[0]): _code(node.children[-1]) for node in assigned}


def _walk(node: Any) -> Iterator[Any]:
    yield node
    for child in getattr(node, "children", ()):
        yield from _walk(child)


def _is_prepare(node: Any) -> bool:
    parts = [_code(child) for child in getattr(node, "children", ())]
    return node.type in ("power", "atom_expr") and parts[:2] == ["valohai", ".prepare"] and len(parts) > 2


def _keywords(call: Any) -> dict[str, str]:
    found = {}
    for node in _walk(call.children[2]):
        if node.type == "argument" and len(node.children) == 3 and _code(node.children[1]) == "=":
            found[_code(node.children[0])] = _code(node.children[2])
    return found


def _code(node: Any) -> str:
    return str(node.get_code(include_prefix=False))


if __name__ == "__main__":
    main()

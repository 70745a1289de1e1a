"""VH123 unknown-runtime-name: a misspelt name behind `valohai.`, or behind what that gives.

Only what is written on the module itself, or on a call of one of its functions, is judged; and of that only
what one of the runtime's names is near to, for there are other versions of the runtime.
"""

import re
from collections.abc import Iterator, Mapping

from valohai_steps.model.finding import Finding
from valohai_steps.model.patterns import pattern
from valohai_steps.model.runtime_members import MEMBERS, MODULE, OBJECTS, VENDOR_MODULES, Member
from valohai_steps.source.calls.prepare_calls import callees, imported_functions, is_module
from valohai_steps.source.checks import fixes
from valohai_steps.source.tree.nodes import called_at
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, field, is_field

_ALIAS = pattern(r"valohai[\s\\]+as[\s\\]+(\w+)")
# `("name").value`: what most uses look like; no tree is asked for them.
_PLAIN_CALL = pattern(r"""\s*\((?:\s*(?:"[^"\\\n]*"|'[^'\\\n]*'))?\s*\)\s*\.\s*(\w+)""")
_FROM = pattern(r"from[ \t]+valohai[ \t]+import\b")


def unknown_runtime_names(scopes: Scopes) -> Iterator[Finding]:
    """VH123 for every such name of a text, in any order."""
    yield from _imported(scopes)
    names = "|".join(map(re.escape, {"valohai", *_ALIAS.findall(scopes.syntax.text)}))
    for match in re.finditer(rf"(?<![\w.])(?:{names})\s*\.\s*(\w+)", scopes.syntax.text):
        if _is_plain(scopes.syntax.text, match[1], match.end()):
            continue
        access = scopes.syntax.node_at(*match.span(1)).parent
        owner = field(access, "object") if access is not None and access.type == "attribute" else None
        if access is None or owner is None or owner.type != "identifier" or not is_module(scopes, owner):
            continue
        if match[1] not in MODULE:
            yield from _judged(scopes, access, MODULE, "valohai")
        elif match[1] in MEMBERS:
            yield from _behind(scopes, access, match[1])
    for function in imported_functions(scopes.syntax.text, frozenset(MEMBERS)):
        for callee in callees(scopes, function):
            if callee.type == "identifier":
                yield from _behind(scopes, callee, function)


def _is_plain(text: str, name: str, end: int) -> bool:
    """Whether a name of the module needs no look: nothing is behind it, or what one sees to be there."""
    if name not in MEMBERS:
        return name in MODULE
    call = _PLAIN_CALL.match(text, end)
    return call is not None and call[1] in MEMBERS[name]


def _behind(scopes: Scopes, callee: Node, function: str) -> Iterator[Finding]:
    """The name behind what a function of valohai gives, or behind an object of its own."""
    given = callee if function in OBJECTS else called_at(callee)
    access = given.parent if given is not None else None
    if given is None or access is None or access.type != "attribute" or not is_field(access, "object", given):
        return
    owner = f"valohai.{function}" if function in OBJECTS else f"valohai.{function}()"
    yield from _judged(scopes, access, MEMBERS[function], owner)


def _judged(scopes: Scopes, access: Node, members: Mapping[str, Member], owner: str) -> Iterator[Finding]:
    name = field(access, "attribute")
    if name is None:
        return
    written = scopes.syntax.source(name)
    is_called = access.parent is not None and is_field(access.parent, "function", access)
    # A name that is begun is no mistake yet, and no attribute of a module is looked at that nobody calls.
    begun = any(member.startswith(written) for member in members)
    if written in members or (not is_called and (begun or members is MODULE)):
        return
    if not (members is MODULE and written in VENDOR_MODULES):
        yield from _finding(scopes, name, members, owner)


def _finding(
    scopes: Scopes, name: Node, members: Mapping[str, Member], owner: str, *, kept: bool = False
) -> Iterator[Finding]:
    """VH123; with `kept` the name is an import's, and its uses are to keep it."""
    written = scopes.syntax.source(name)
    near = fixes.nearest(written, members)
    if near is None or written.startswith("_") or _is_guarded(scopes, name, written):
        return
    span = scopes.syntax.span(name)
    message = f"{owner} has no {written!r}; did you mean {near!r}?"
    fix = fixes.import_as(span, near, written) if kept else fixes.rename(span, near)
    yield Finding("VH123", span, message, fixes=(fix,))


def _is_guarded(scopes: Scopes, name: Node, written: str) -> bool:
    """Whether the text itself is prepared for a name that is not there: `try`, or `hasattr` with the name."""
    if f'"{written}"' in scopes.syntax.text or f"'{written}'" in scopes.syntax.text:
        return True
    node: Node | None = name
    while node is not None and node.type != "try_statement":
        node = node.parent
    return node is not None


def _imported(scopes: Scopes) -> Iterator[Finding]:
    """The names of `from valohai import ...`."""
    for match in _FROM.finditer(scopes.syntax.text):
        statement = scopes.syntax.node_at(match.start(), match.end())
        if statement.type != "import_from_statement":
            continue
        for part in statement.named_children[1:]:
            name = field(part, "name") if part.type == "aliased_import" else part
            written = scopes.syntax.source(name) if name is not None and name.type == "dotted_name" else ""
            begun = any(member.startswith(written) for member in MODULE) and not _is_used(scopes, part)
            if name is not None and not begun and written not in MODULE and written not in VENDOR_MODULES:
                kept = part is name and _is_used(scopes, part)
                yield from _finding(scopes, name, MODULE, "valohai", kept=kept)


def _is_used(scopes: Scopes, imported: Node) -> bool:
    """Whether what a part of an import gives is named elsewhere: then nobody is about to type more of it."""
    alias = field(imported, "alias") if imported.type == "aliased_import" else imported
    return alias is not None and len(scopes.syntax.names(scopes.syntax.source(alias))) > 1

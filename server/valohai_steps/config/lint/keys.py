"""The keys of a mapping against those of its shape: which are unknown, and which are missing."""

from collections.abc import Iterator

from valohai_steps.config.lint.nearest import kebab, listed, nearest
from valohai_steps.config.lint.page import Page, is_empty, replaced
from valohai_steps.config.tree.line import break_before, line_start, whole_lines
from valohai_steps.config.tree.node import Entry, Node
from valohai_steps.model.finding import Finding, Fix, Related
from valohai_steps.model.schema.shape import Key, Shape
from valohai_steps.model.text import Span, TextEdit

_MOST_NAMED = 8


def own_entries(node: Node) -> Iterator[Entry]:
    """The entries that a mapping has itself; of a key that is there twice the last, which counts."""
    last = {(type(entry.key), entry.key): entry for entry in node.entries}
    yield from (entry for entry in last.values() if entry.key != "<<")


def has(node: Node, key: str) -> bool:
    """Whether a key is there, itself or through `<<`."""
    return node.get(key) is not None


def meant_keys(page: Page, node: Node, shape: Shape) -> dict[str, str]:
    """What each unknown key of a mapping is likely to mean: as written -> the key of the shape."""
    unknown = [each for each in own_entries(node) if each.key not in shape.keys]
    if not unknown:
        return {}
    # Where any key may be, one is misspelt only if the one that it is like has to be there.
    free = [name for name in (shape.required if shape.is_open else shape.keys) if not has(node, name)]
    found: dict[str, str] = {}
    for entry in unknown:
        written = page.said(entry.key_node)
        former = shape.former.get(kebab(written))
        near = former if former in free else nearest(written, free)
        if near is not None:
            found[written] = near
            free.remove(near)
    return found


def meant_collections(page: Page, node: Node, shape: Shape) -> Iterator[tuple[Entry, Key]]:
    """The lists and mappings behind misspelt keys, each with the key that is meant, where that takes such."""
    meant = meant_keys(page, node, shape)
    for entry in own_entries(node) if meant else ():
        key = shape.keys.get(meant.get(page.said(entry.key_node), ""))
        if entry.key in shape.keys or key is None:
            continue
        is_list = entry.node.kind == "sequence" and key.takes.items is not None
        if is_list or (entry.node.kind == "mapping" and key.takes.is_mapping):
            yield entry, key


def key_findings(page: Page, node: Node, shape: Shape, place: Span) -> Iterator[Finding]:
    """Unknown, missing, repeated keys, and those that exclude or need each other.

    `place` is where missing keys are shown when the mapping has no name.
    """
    yield from repeated_keys(page, node)
    meant = meant_keys(page, node, shape)
    for entry in own_entries(node):
        if entry.key not in shape.keys and (not shape.is_open or page.said(entry.key_node) in meant):
            yield _unknown(page, node, entry, shape, meant)
    yield from _missing(page, node, shape, set(meant.values()), place)
    for group in shape.at_most_one:
        there = sorted((entry for entry in own_entries(node) if entry.key in group), key=_start)
        for entry in there[1:]:
            first = page.said(there[0].key_node)
            message = f"`{page.said(entry.key_node)}` excludes `{first}`; keep one of them"
            related = (Related(there[0].key_span, f"`{first}` is here"),)
            yield Finding("VH302", entry.key_span, message, related)
    for key, needed in shape.needs.items():
        needing = next((entry for entry in own_entries(node) if entry.key == key), None)
        if needing is not None and not has(node, needed) and needed not in meant.values():
            message = f"`{key}` needs `{needed}` beside it; add it"
            yield Finding("VH302", needing.key_span, message)


def repeated_keys(page: Page, node: Node) -> Iterator[Finding]:
    """VH303 for each key that is there before; the first does nothing, and goes."""
    first: dict[tuple[type, object], Entry] = {}
    for entry in node.entries:
        key = (type(entry.key), entry.key)
        if key in first and entry.key != "<<":
            name = page.said(entry.key_node)
            message = f"the key `{name}` is there twice, and only the last one counts; remove one"
            related = (Related(first[key].key_span, "the first one"),)
            fixes = removed_entry(page, node, first[key], f"Remove the first {name}, which does nothing")
            yield Finding("VH303", entry.key_span, message, related, fixes)
        first[key] = entry


def removed_entry(page: Page, node: Node, entry: Entry, title: str) -> tuple[Fix, ...]:
    """The fix that takes an entry of a mapping out, with its line or its comma."""
    span = entry_lines(page, node, entry)
    return () if span is None else replaced(title, span, "")


def entry_lines(page: Page, node: Node, entry: Entry) -> Span | None:
    """What goes with an entry: its lines, or in braces what reaches to the next; None when nothing else is
    left, or the entry shares its first line with a `-`."""
    index = node.entries.index(entry)
    if len(node.entries) == 1:
        return None
    if node.style == "flow" or index == 0:
        if index + 1 < len(node.entries):
            return Span(entry.key_node.start, node.entries[index + 1].key_node.start)
        before = node.entries[index - 1]
        return Span(before.span.end, entry.span.end)
    return whole_lines(page.text, Span(entry.key_node.start, max(entry.span.end, entry.key_node.end + 1)))


def _start(entry: Entry) -> int:
    return entry.key_node.start


def _unknown(page: Page, node: Node, entry: Entry, shape: Shape, meant: dict[str, str]) -> Finding:
    written = page.said(entry.key_node)
    near = meant.get(written)
    message = f"`{written}` is not a key of {shape.title}"
    if near is not None:
        fixes = replaced(f"Change to {near}", entry.key_span, _respelled(page, entry.key_node, near))
        return Finding("VH302", entry.key_span, f"{message}; did you mean {near}?", fixes=fixes)
    inner = shape.keys.get("override")
    if inner is not None and inner.takes.object is not None and written in inner.takes.object.keys:
        return Finding("VH302", entry.key_span, f"{message}; put it into `override`")
    free = [name for name in shape.keys if not has(node, name)]
    if not free or len(free) > _MOST_NAMED:
        return Finding("VH302", entry.key_span, f"{message}; remove it")
    return Finding("VH302", entry.key_span, f"{message}; it may have {listed(free)}")


def _respelled(page: Page, key: Node, name: str) -> str:
    return page.spelled(name, key)


def _missing(page: Page, node: Node, shape: Shape, meant: set[str], place: Span) -> Iterator[Finding]:
    wanted = (*shape.required, *(name for group in shape.one_of for name in group))
    there = meant | {name for name in wanted if has(node, name)}
    missing = [f"`{name}`" for name in shape.required if name not in there]
    missing += [listed(f"`{name}`" for name in group) for group in shape.one_of if not there & {*group}]
    if not missing:
        return
    named = node.get("name")
    if named is not None and named.merged_from is None and named.node.kind == "scalar":
        place = place if is_empty(named.node) else named.node.span
    words = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"
    fixes = _filled(page, node, shape) if len(missing) == 1 else ()
    yield Finding("VH302", place, f"{shape.title} needs {words}; add {_them(missing)}", fixes=fixes)


def _them(missing: list[str]) -> str:
    return "it" if len(missing) == 1 else "them"


def _filled(page: Page, node: Node, shape: Shape) -> tuple[Fix, ...]:
    """The one missing key whose value is known: the image of a step; the type of a node is the caller's."""
    if "image" in shape.required and not has(node, "image"):
        return added_entry(page, node, "image", page.quoted_if_needed(page.image), behind="name")
    return ()


def added_entry(page: Page, node: Node, key: str, value: str, *, behind: str = "") -> tuple[Fix, ...]:
    """The fix that adds `key: value`, behind another key where that is there, else in front."""
    if not node.entries or node.alias is not None:
        return ()
    title = f"Add {key}: {value}"
    anchor = next((entry for entry in node.entries if entry.key == behind), None)
    if node.style == "flow":
        if anchor is not None:
            edit = TextEdit(Span(anchor.span.end, anchor.span.end), f", {key}: {value}")
        else:
            start = node.entries[0].key_node.start
            edit = TextEdit(Span(start, start), f"{key}: {value}, ")
        return (Fix(title, (edit,), preferred=True),)
    start = (anchor or node.entries[0]).key_node.start
    column = start - line_start(page.text, start)
    newline = page.newline
    if anchor is None:
        edit = TextEdit(Span(start, start), f"{key}: {value}{newline}{' ' * column}")
    else:
        end = whole_lines(page.text, anchor.span).end
        lead = "" if break_before(page.text, end) else newline
        tail = newline if not lead else ""
        edit = TextEdit(Span(end, end), f"{lead}{' ' * column}{key}: {value}{tail}")
    return (Fix(title, (edit,), preferred=True),)

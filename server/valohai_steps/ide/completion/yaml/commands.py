"""Within a command: placeholders, folders of inputs, files behind `python` and `-r`; an empty one whole."""

import re
from collections.abc import Iterator

from valohai_steps.config.cursor.named import text_of
from valohai_steps.config.cursor.outline.pieces import Mapping
from valohai_steps.ide.completion.item import Completion, CompletionKind, KnownName
from valohai_steps.ide.completion.yaml.edges import declared_of
from valohai_steps.ide.completion.yaml.page import Page, declared_in
from valohai_steps.ide.completion.yaml.text.writing import offered_part
from valohai_steps.model.patterns import pattern
from valohai_steps.model.text import Span
from valohai_steps.project.named_files.listing import names_in_folder

_NAMED = pattern(r"\{(?:parameter|parameter-value):([^{}\s]*)\Z")
_PLACEHOLDER = pattern(r"(?<![${])\{([\w-]*)\Z")
_INPUT = pattern(r"""(?:/valohai/inputs|\$VH_INPUTS_DIR|\$\{VH_INPUTS_DIR\})/([^/\s"'*?;&|<>(){}$\\]*)\Z""")
_SCRIPT = pattern(
    r"""(?:\A|[\s;&|("'/])python[\d.]*(?:[ \t]+-[uOBIsE]+)*[ \t]+["']?((?!-)[^\s"';&|<>(){}$*]*)\Z"""
)
_REQUIREMENTS = pattern(r"""(?<=[ \t])(?:-r|--requirement)[ \t=]+["']?([^\s"';&|<>(){}$*]*)\Z""")
_BEGUN = pattern(r"\w*")
_MOST_COMMANDS = 20
_PIP = pattern(r"\bpip[\d.]*[ \t]+install\b")
_LINKS = pattern(r"[;&|]")
_NAME_REST = pattern(r"""[^{}\s"']*""")
_WORD_REST = pattern(r"""[^\s"'{};&|<>]*""")
_PATH_REST = pattern(r"""[^\s"'{};&|<>/]*""")
_CLEAN = pattern(r"""[^\s"'{}\[\],;&|<>()$*#:\\]+""")


def in_command(page: Page) -> Iterator[Completion]:
    """What can be written at the cursor in a command."""
    slot, text = page.place.slot, page.place.outline.text
    before = text[slot.start : slot.cursor]
    if (found := _NAMED.search(before)) is not None:
        yield from _parameters(page, slot.cursor - len(found[1]))
    elif (found := _PLACEHOLDER.search(before)) is not None:
        yield from _placeholders(page, slot.cursor - len(found[1]))
    elif (found := _INPUT.search(before)) is not None:
        part = _part(page, slot.cursor - len(found[1]), _PATH_REST)
        for known in _declared(page, "inputs"):
            yield offered_part(page.place, part, known, CompletionKind.INPUT)
    elif (found := _SCRIPT.search(before)) is not None:
        yield from files_at(page, found[1], (".py",))
    elif (found := _REQUIREMENTS.search(before)) and _PIP.search(_LINKS.split(before)[-1]):
        yield from files_at(page, found[1], (".txt", ".in"))
    elif _BEGUN.fullmatch(before) and not slot.style and slot.cursor == slot.end:
        yield from _whole_commands(page)


def _whole_commands(page: Page) -> Iterator[Completion]:
    """Commands for the files beside valohai.yaml, as they are written mostly."""
    names = [
        name
        for name in names_in_folder(page.snapshot, page.path.parent)
        if _CLEAN.fullmatch(name) is not None
    ]
    commands = [f"python {name} {{parameters}}" for name in names if name.endswith(".py")][:_MOST_COMMANDS]
    commands += [f"pip install -r {name}" for name in names if name == "requirements.txt"]
    for command in commands:
        yield offered_part(page.place, page.place.slot.typed, KnownName(command), CompletionKind.FILE)


def files_at(page: Page, typed: str, suffixes: tuple[str, ...]) -> Iterator[Completion]:
    """The files of some suffixes, and the folders, behind a path that starts beside valohai.yaml."""
    folder, _, name = typed.rpartition("/")
    if typed.startswith("/"):
        return
    part = _part(page, page.place.slot.cursor - len(name), _PATH_REST)
    for found in names_in_folder(page.snapshot, page.path.parent / folder):
        is_file = found.endswith(suffixes)
        if (is_file or found.endswith("/")) and _CLEAN.fullmatch(found):
            kind = CompletionKind.FILE if is_file else CompletionKind.FOLDER
            is_there = found.endswith("/") and page.place.outline.text.startswith("/", part.end)
            known = KnownName(found)
            yield offered_part(page.place, Span(part.start, part.end + is_there), known, kind)


def _parameters(page: Page, start: int) -> Iterator[Completion]:
    part = _part(page, start, _NAME_REST)
    closing = "" if page.place.outline.text.startswith("}", part.end) else "}"
    for known in _declared(page, "parameters"):
        yield offered_part(page.place, part, known, CompletionKind.PARAMETER, closing)


def _placeholders(page: Page, start: int) -> Iterator[Completion]:
    part = _part(page, start, _NAME_REST)
    closing = "" if page.place.outline.text.startswith("}", part.end) else "}"
    parameters = list(_declared(page, "parameters"))
    names = [KnownName("parameters", "all parameters, each as its pass-as says")]
    names += [KnownName(f"parameter:{each.name}", each.detail, each.documentation) for each in parameters]
    names += [
        KnownName(f"parameter-value:{each.name}", each.detail, each.documentation) for each in parameters
    ]
    if text_of(page.section, "source-path"):
        names.append(KnownName("source-path", text_of(page.section, "source-path")))
    for known in names:
        yield offered_part(page.place, part, known, CompletionKind.PARAMETER, closing)


def _declared(page: Page, key: str) -> Iterator[KnownName]:
    """What the step declares whose command this is; of an override, the step of its node."""
    node = page.around("nodes")
    if isinstance(node, Mapping):
        yield from declared_of(page, node, key)
    else:
        yield from declared_in(page.section, key)


def _part(page: Page, start: int, rest: "re.Pattern[str]") -> Span:
    slot = page.place.slot
    found = rest.match(page.place.outline.text, slot.cursor, slot.end)
    return Span(start, found.end() if found is not None else slot.cursor)

"""What there is to know at a place of any file: what stands there, and the rules of its findings."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.ide.command_line.words import argument_words
from valohai_steps.ide.findings.diagnostics import diagnostics
from valohai_steps.ide.hover.python import python_hover
from valohai_steps.ide.hover.words import Hover
from valohai_steps.ide.hover.yaml.yaml_hover import yaml_hover
from valohai_steps.model.text import Span
from valohai_steps.project.binding import is_yaml
from valohai_steps.project.disk.files import readable
from valohai_steps.project.settings.rule_pages import rule_page
from valohai_steps.project.snapshot import Snapshot


def hover(snapshot: Snapshot, path: Path, offset: int) -> Hover | None:
    """What is at `offset`, in code points, of a Python file, a notebook or a valohai.yaml."""
    found = (yaml_hover if is_yaml(path) else python_hover)(snapshot, path, offset)
    argument = argument_words(snapshot, path, offset)
    if argument is not None:
        before = "" if found is None else f"{found.markdown}\n\n"
        found = Hover(argument[0], f"{before}{argument[1]}")
    rules = dict(_rules(snapshot, path, offset))
    if not rules:
        return found
    span = next(iter(rules.values())) if found is None else found.span
    parts = [*([] if found is None else [found.markdown]), *rules]
    return Hover(span, "\n\n".join(parts))


def _rules(snapshot: Snapshot, path: Path, offset: int) -> Iterator[tuple[str, Span]]:
    """The first sentence on each rule whose finding stands at `offset`, and the place of the finding."""
    for diagnostic in readable(diagnostics(snapshot, path)) or ():
        finding = diagnostic.finding
        page = rule_page(finding.code) if finding.span.contains(offset) else None
        if page is not None:
            # `**Error.** A value that ...`: how loud it is depends on the settings, and the finding shows it.
            beginning = page.split("\n\n")[1].replace("\n", " ").partition(".** ")[2]
            sentence = beginning.partition(". ")[0].rstrip(".")
            yield f"**{finding.code}** {finding.rule.name}: {sentence}.", finding.span

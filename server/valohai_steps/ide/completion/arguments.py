"""Names of a script's own arguments behind the dot of what its parser gives: `args.`."""

from collections.abc import Iterator
from pathlib import Path

from valohai_steps.ide.command_line.words import detail_of, script_at
from valohai_steps.ide.completion.item import Completion, CompletionKind
from valohai_steps.project.disk.files import readable
from valohai_steps.project.snapshot import Snapshot
from valohai_steps.source.command_line.uses.namespace_member import namespace_member_at


def namespace_completions(snapshot: Snapshot, path: Path, offset: int) -> Iterator[Completion]:
    """What `args` has, each with type and default; nothing where the cursor is not behind its dot."""
    script, text = script_at(snapshot, path), readable(snapshot.text(path))
    parser = script.fact.parser if script is not None and script.fact.library == "argparse" else None
    if script is None or parser is None or not isinstance(text, str) or script.fact.path is not None:
        return
    place = namespace_member_at(text, script.fact.span, offset)
    seen: set[str] = set()
    for each in parser.everything if place is not None else ():
        if place is not None and each.action != "help" and each.dest.isidentifier() and each.dest not in seen:
            seen.add(each.dest)
            yield Completion(
                each.dest,
                CompletionKind.PARAMETER,
                place.typed,
                place.whole,
                each.dest,
                None,
                detail_of(each, script.fact.library),
                each.description or "",
            )

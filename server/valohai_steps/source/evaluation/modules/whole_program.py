"""What any file of the program that is run may do to a call or operation in another of its files."""

from valohai_steps.source.evaluation.evaluator import Evaluator
from valohai_steps.source.evaluation.modules.outlines import Outline, replaced_names, special_names
from valohai_steps.source.evaluation.modules.replacements import covers

# One name, or one module under several.
_ALSO = {"os": ("posixpath", "ntpath", "genericpath")}


def is_replaced(program: Evaluator, name: str) -> bool:
    """Whether a function of Python or of a library may be another one: `builtins.len`, `json.dumps`."""
    root = name.partition(".")[0]
    if any(covers(each, name) for each in _replaced(program, root)):
        return True
    return any(_replaced(program, other) for other in _ALSO.get(root, ()))


def says(program: Evaluator, words: tuple[str, ...]) -> str:
    """The first of these special names that a file of the program mentions; empty when none does."""
    elsewhere = _elsewhere(program, "hooks")
    for word in words:
        if word in elsewhere or any(_is_written(each, word) for each in (program, program.program_run)):
            return word
    return ""


def _is_written(program: Evaluator, word: str) -> bool:
    program.syntax.names(word)  # an excerpt holds no word that nobody asked for
    kept = program.scopes.kept
    if "special names" not in kept:
        kept["special names"] = tuple(special_names(program.syntax.text))
    return word in kept["special names"]


def _replaced(program: Evaluator, root: str) -> tuple[str, ...]:
    found = [*_elsewhere(program, "replaced")]
    for each in dict.fromkeys((program, program.program_run)):
        key = f"replaced {root}"
        known = each.scopes.kept.get(key)
        if known is None:
            known = each.scopes.kept[key] = tuple(replaced_names(each.scopes, root))
        found += known
    return tuple(name for name in found if name.partition(".")[0] == root)


def _elsewhere(program: Evaluator, part: str) -> tuple[str, ...]:
    """This part of the outlines of all files that running the program may import."""
    kept = program.program_run.scopes.kept
    if part not in kept:
        outlines: list[Outline] = [each for _, each in program.program_run.outlines()]
        kept["replaced"] = tuple(name for each in outlines for name in each.replaced)
        kept["hooks"] = tuple(name for each in outlines for name in each.hooks)
    return kept[part]

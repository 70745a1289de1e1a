"""Which definitions and statements may have to do with a command line: else whole repositories were read."""

from collections.abc import Callable, Iterable

from valohai_steps.source.command_line.memory.frames import ClassObject, Frame, Function
from valohai_steps.source.command_line.memory.instances import ModuleObject, Namespace
from valohai_steps.source.command_line.memory.objects import External, object_of
from valohai_steps.source.command_line.memory.words import Words, is_marked, mentions_parser
from valohai_steps.source.evaluation.imports import Imported, from_module
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.syntax import Node, Syntax, field, parts

_QUIET = ("function_definition", "class_definition", "decorated_definition", "global_statement")
_DEFINITIONS = ("function_definition", "class_definition")


def relevant_names(
    syntax: Syntax,
    known: Words,
    follows: Callable[[str, Imported], bool],
    marks: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """The functions, classes and imports of a text that have to do with a command line, by name.

    A definition counts when it mentions a library's word or another one that counts. `follows` says whether
    what is imported by a name counts in its own file; `marks` count beside the libraries' words.
    """
    if not marks and not mentions_parser(syntax.text):
        return frozenset(name for name, imported in imports_of(syntax) if follows(name, imported))
    definitions = [(name, known.of(source)) for name, source in _definitions(syntax)]
    found = {name for name, words in definitions if is_marked(words) or not marks.isdisjoint(words)}
    found.update(name for name, imported in imports_of(syntax) if follows(name, imported))
    growing = bool(found)
    while growing:  # at most once for each definition
        more = {name for name, words in definitions if name not in found and not found.isdisjoint(words)}
        found |= more
        growing = bool(more)
    return frozenset(found)


def _definitions(syntax: Syntax) -> Iterable[tuple[str, str]]:
    """Every function and class at the top of a text, with its source."""
    for statement in top_statements(syntax.root):
        inner = field(statement, "definition") if statement.type == "decorated_definition" else statement
        name = field(inner, "name") if inner is not None and inner.type in _DEFINITIONS else None
        if name is not None:
            yield syntax.source(name), syntax.source(statement)


def top_statements(root: Node) -> Iterable[Node]:
    """The statements of a module, and those in its `if`, `try` and `with` blocks."""
    waiting = list(reversed(root.named_children))
    while waiting:
        node = waiting.pop()
        yield node
        if node.type in ("if_statement", "try_statement", "with_statement"):
            blocks = list(_blocks(node))
            waiting += [child for block in reversed(blocks) for child in reversed(block.named_children)]


def _blocks(node: Node) -> Iterable[Node]:
    for child in node.named_children:
        if child.type == "block":
            yield child
        elif child.type.endswith("_clause"):
            yield from _blocks(child)


def imports_of(syntax: Syntax) -> Iterable[tuple[str, Imported]]:
    """What the import statements at the top of a text bind, by name; `*` for all of a module."""
    for statement in top_statements(syntax.root):
        if statement.type == "import_statement":
            for part in parts(statement):
                alias, named = field(part, "alias"), field(part, "name") or part
                whole = "".join(syntax.source(named).split())
                if alias is not None:
                    yield syntax.source(alias), Imported(whole, 0, None)
                else:
                    yield whole.partition(".")[0], Imported(whole, 0, None)
        elif statement.type == "import_from_statement" and (module := from_module(syntax, statement)):
            for part in parts(statement)[1:]:
                if part.type == "wildcard_import":
                    yield "*", Imported(*module, "*")
                    continue
                alias, named = field(part, "alias"), field(part, "name") or part
                yield syntax.source(alias or named), Imported(*module, syntax.source(named))


def matters(frame: Frame, statement: Node) -> bool:
    """Whether a statement mentions a library, something that leads to one, or a name that is followed."""
    if statement.type in ("return_statement", "break_statement", "continue_statement", "raise_statement"):
        return True
    if statement.type in _QUIET:
        return True
    words = frame.reading.words.of(frame.source(statement))
    if is_marked(words) or not words.isdisjoint(frame.script.words):
        return True
    holder = frame
    while holder.outer is not None:
        if not words.isdisjoint(holder.names):
            return True
        holder = holder.outer
    return any(word in holder.names and _is_followed(holder.names[word]) for word in words)


def _is_followed(found: Evaluated) -> bool:
    """Whether a name at the top of a file leads to a parser, or is a value that may be assigned anew."""
    held = object_of(found)
    if isinstance(held, Function):
        return held.node.type == "lambda"  # of a `def` its name is among the words of the script
    return not isinstance(held, (ClassObject, External, ModuleObject, Namespace))


def may_declare(frame: Frame, statement: Node) -> bool:
    """Whether a statement mentions a library, or something that leads to one."""
    words = frame.reading.words.of(frame.source(statement))
    return is_marked(words) or not words.isdisjoint(frame.script.words)

"""The interpreter: files as they are entered, and calls by what is called."""

from pathlib import PurePath

from msgspec import Struct, field

from valohai_steps.model.step import Unknown
from valohai_steps.source.command_line.expressions import plain_calls
from valohai_steps.source.command_line.expressions.classes import enum_members, is_enumeration
from valohai_steps.source.command_line.expressions.frame_expressions import FrameExpressions
from valohai_steps.source.command_line.interpreter.assignments import set_attribute
from valohai_steps.source.command_line.interpreter.calling import call_function, make_instance
from valohai_steps.source.command_line.interpreter.library import Call, Library, decorated, is_relied_on
from valohai_steps.source.command_line.interpreter.relevance import imports_of, relevant_names
from valohai_steps.source.command_line.interpreter.statements import run_block
from valohai_steps.source.command_line.memory.effort import MOST_SCRIPTS
from valohai_steps.source.command_line.memory.frames import (
    ClassObject,
    Frame,
    Function,
    Parser,
    Reading,
    Script,
)
from valohai_steps.source.command_line.memory.instances import Method, Super, declared_by, parser_of
from valohai_steps.source.command_line.memory.objects import (
    Argument,
    Arguments,
    External,
    Made,
    Object,
    Partial,
    made,
    object_of,
    plain,
)
from valohai_steps.source.command_line.memory.words import imported_words, mentions_parser
from valohai_steps.source.evaluation.evaluation import Evaluation
from valohai_steps.source.evaluation.imports import Imported, Imports, Module
from valohai_steps.source.evaluation.outlines.dependencies import Dependency
from valohai_steps.source.evaluation.result import Evaluated
from valohai_steps.source.tree.scope import Scopes
from valohai_steps.source.tree.syntax import Node, Syntax, parts

# Functions from outside that take a parser and leave it as it is.
_HARMLESS = frozenset({"print", "isinstance", "hasattr", "autocomplete", "str", "repr", "type", "id", "vars"})
# Calls of which base evaluation knows the value.
_EVALUATED = frozenset({"builtins.dict", "builtins.str", "os.path.join", "posixpath.join"})
_DEEPEST_LOOK = 4  # how far names are followed through files that only hand them on


class Interpreter(Struct, eq=False):
    """One reading of a script. `libraries` say what the calls of theirs declare."""

    libraries: tuple[Library, ...]
    reading: Reading = field(default_factory=Reading)
    scripts: dict[PurePath, Script] = field(default_factory=dict)
    modules: dict[tuple[tuple[str, int], ...], Module | None] = field(default_factory=dict)

    def run(self, syntax: Syntax, imports: Imports | None) -> Script:
        """The script itself, run from the top."""
        script = Script(self, None, syntax, imports, Scopes(syntax))
        self.enter(script)
        return script

    def expressions(self, frame: Frame) -> Evaluation:
        """What evaluates the expressions of a frame, with its names as they are now."""
        return FrameExpressions(frame)

    def enter(self, script: Script) -> None:
        """Run the top of a file, once."""
        if script.entered:
            return
        script.entered = True
        text = script.syntax.text
        marks = imported_words(text)
        for library in self.libraries:
            marks |= library.words(text)
        known = self.reading.words
        names = relevant_names(
            script.syntax, known, lambda name, each: self._follows(script, name, each, 0), marks
        )
        script.words = names | marks
        if script.words or mentions_parser(text):
            run_block(script.top, parts(script.syntax.root))

    def script(self, importing: Script, imported: Imported) -> Script | None:
        """The file of the workspace that an import means; None when it is none, or one too many."""
        route = (*importing.route, (imported.module, imported.level))
        module = self._module(importing, route)
        if module is None:
            return None
        script = self.scripts.get(module.path)
        if script is None:
            if self.reading.effort.scripts >= MOST_SCRIPTS:
                self.reading.effort.exceeded = True
                return None
            self.reading.effort.scripts += 1
            script = Script(self, module.path, module.syntax, module.imports, Scopes(module.syntax), route)
            self.scripts[module.path] = script
        return script

    def call(self, frame: Frame, node: Node, function: Evaluated, arguments: Arguments) -> Evaluated | None:
        """What a call gives; None when base evaluation may know more."""
        held, span = object_of(function), frame.span(node)
        match held:
            case External():
                return self._call_external(Call(frame, node, held.name, arguments))
            case Method():
                return self._call_method(frame, node, held, arguments)
            case Function():
                return call_function(frame, node, held, arguments)
            case ClassObject():
                return make_instance(frame, node, held, arguments)
            case Partial():
                return self.call(frame, node, held.function, held.arguments.with_more(arguments))
            case None:
                return None
            case _:
                return self._call_object(Call(frame, node, "__call__", arguments, held)) or made(
                    Made("?", arguments, node), span
                )

    def decorated(self, frame: Frame, defined: Object) -> Object:
        """What the decorators of a function or class make of it: itself, or a command."""
        return decorated(self.libraries, frame, defined)

    def change_argument(self, argument: Argument, name: str, found: Evaluated) -> None:
        """`action.default = 3` on what `add_argument` gave."""
        for library in self.libraries:
            if library.changed is not None:
                argument.fact = library.changed(argument.fact, name, found)

    def change_external(self, name: str) -> None:
        """`argparse.ArgumentParser.add_argument = f`: no library does as its table says."""
        self.reading.open = self.reading.open or is_relied_on(self.libraries, name)

    def _call_external(self, call: Call) -> Evaluated | None:
        for library in self.libraries:
            handler = library.calls.get(call.name)
            if handler is not None:
                return handler(call)
        root, _, name = call.name.rpartition(".")
        if root == "builtins":
            found = self._call_builtin(call, name)
            if found is not None:
                return found
        if call.name in _EVALUATED:
            return None
        if call.name == "functools.partial" and call.given.positional:
            first, *others = call.given.positional
            rest = Arguments(others, call.given.named, call.given.unknowns)
            inner = object_of(first.value)
            if isinstance(inner, Partial):  # Python makes one of two as well
                return call.result(Partial(inner.function, inner.arguments.with_more(rest)))
            return call.result(Partial(first.value, rest))
        parsers = self._given_away(call)
        if len(parsers) == 1 and name not in _HARMLESS:
            return call.result(parsers[0])  # what takes a parser mostly returns it
        return None if root == "builtins" else call.result(Made(call.name, call.given, call.node))

    def _call_builtin(self, call: Call, name: str) -> Evaluated | None:
        if name == "super":
            owner = call.frame.owner
            if isinstance(owner, ClassObject):
                return call.result(Super(owner, call.frame.receiver))
        if name == "setattr" and len(call.given.positional) == 3:
            owner, named, value = (each.value for each in call.given.positional)
            set_attribute(call.frame, object_of(owner), str(plain(named, str, "")), value)
        if name in ("list", "tuple", "sorted", "enumerate") and call.given.positional:
            held = object_of(call.given.positional[0].value)
            if isinstance(held, ClassObject) and is_enumeration(held) and name == "list":
                return call.result(enum_members(held))
        for each in call.given.positional:
            if isinstance(each.value.value, Unknown) and each.value.entries is None:
                return each.value  # the smallest expression to blame
        return plain_calls.builtin_call(name, call.given, call.span)

    def _call_method(
        self, frame: Frame, node: Node, method: Method, arguments: Arguments
    ) -> Evaluated | None:
        if method.function is not None:
            return call_function(frame, node, method.function, arguments, method.receiver)
        call = Call(frame, node, method.name, arguments, method.receiver)
        if isinstance(method.receiver, Evaluated):
            found = plain_calls.method_call(method.receiver, method.name, arguments, call.span)
            self._given_away(call)
            return found
        found = self._call_object(call)
        if found is None:
            self._given_away(call)
        return found

    def _call_object(self, call: Call) -> Evaluated | None:
        for library in self.libraries:
            for kind, handler in library.methods.items():
                if isinstance(call.receiver, kind):
                    return handler(call)
        return None

    def _given_away(self, call: Call) -> list[Parser]:
        """The parsers that something unknown gets: it may declare more."""
        held = [object_of(each.value) for each in call.given.everything]
        parsers = [parser for each in held if (parser := parser_of(each)) is not None]
        if call.name.rpartition(".")[2] not in _HARMLESS:
            for parser in (*parsers, *filter(None, map(declared_by, held))):
                parser.open = True
        return parsers

    def _follows(self, script: Script, bound: str, imported: Imported, depth: int) -> bool:
        """Whether something imported has to do with a command line in its own file."""
        if depth >= _DEEPEST_LOOK or not _is_used(script, bound):
            return False
        module = self.script(script, Imported(imported.module, imported.level, None))
        if module is None or module is script:
            return False
        text = module.syntax.text
        if imported.name is None:
            return mentions_parser(text)
        if mentions_parser(text):
            return True
        for name, inner in imports_of(module.syntax) if imported.name in text else ():
            if name in (imported.name, "*") and self._follows(module, name, inner, depth + 1):
                return True
        return False

    def _module(self, importing: Script, route: tuple[tuple[str, int], ...]) -> Module | None:
        if route in self.modules:
            return self.modules[route]
        module = None if importing.imports is None else importing.imports.module(*route[-1])
        self.modules[route] = module
        path, text = (None, None) if module is None else (module.path, module.syntax.text)
        self.reading.dependencies[route] = Dependency(route, path, text)
        return module


def _is_used(script: Script, bound: str) -> bool:
    """Whether what is imported is called in the text, has members asked for, or is a base class."""
    if bound == "*" or script.path is not None:
        return True
    text, place = script.syntax.text, -1
    while (place := text.find(bound, place + 1)) >= 0:
        if text[place + len(bound) : place + len(bound) + 1] in ("(", ".", ")"):
            return True
    return False

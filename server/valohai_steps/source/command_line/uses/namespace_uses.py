"""Where a script uses what its command line gave it: `args.lr`, `vars(args)["lr"]`, or handed on."""

from collections.abc import Iterator

from msgspec import Struct, field

from valohai_steps.model.text import Span
from valohai_steps.source.tree.nodes import called_at
from valohai_steps.source.tree.scope import Scopes, function_of
from valohai_steps.source.tree.syntax import ExcessiveText, Node, Syntax, is_field, parts
from valohai_steps.source.tree.syntax import field as part_of

_KNOWN_ARGS = ("parse_known_args", "parse_known_intermixed_args")
_PARSES = ("parse_args", "parse_intermixed_args", *_KNOWN_ARGS)
_BY_NAME = ("getattr", "hasattr", "setattr", "delattr")
# What names a destination without being a use of the namespace (argparse, `ArgumentParser`).
_DESTINATIONS = ("set_defaults", "get_default", "namespace")
_THROUGH = ("parenthesized_expression", "conditional_expression")
_HARMLESS = ("interpolation", "expression_statement", "if_statement", "not_operator")
_MOST_USES = 5_000


class NamespaceUses(Struct):
    """What a file reads of a namespace.

    `attributes` are names with their place, `keys` names with the literal that says them. `leaves`: all of it
    goes where names may be read that nobody sees here, and not only to functions of this file.
    """

    attributes: list[tuple[str, Span]] = field(default_factory=list)
    keys: list[tuple[str, Span]] = field(default_factory=list)
    leaves: bool = False


def namespace_uses(syntax: Syntax, parsed: Span) -> NamespaceUses:
    """The uses of what the call at `parsed` returns, and calls like it of the same parser."""
    found = NamespaceUses()
    try:
        call = syntax.node_at(parsed.start, parsed.end)
        function = part_of(call, "function") if call.type == "call" else None
        if function is None or function.type != "attribute":
            return NamespaceUses(leaves=True)
        _Flow(syntax, found).follow(list(_calls_alike(syntax, function)))
        found.leaves |= any(syntax.names(name) for name in _DESTINATIONS)
    except ExcessiveText:
        found.leaves = True
    return found


def _calls_alike(syntax: Syntax, function: Node) -> Iterator[Node]:
    """The calls that parse with the same parser, as it is written."""
    receiver = part_of(function, "object")
    for name in _PARSES:
        for node in syntax.names(name):
            callee = node.parent
            own = part_of(callee, "object") if callee is not None and callee.type == "attribute" else None
            if own is None or receiver is None or callee is None or callee.parent is None:
                continue
            if callee.parent.type == "call" and syntax.source(own) == syntax.source(receiver):
                yield callee.parent


class _Flow:
    """The expressions that are the namespace, followed from one to the next through one file."""

    def __init__(self, syntax: Syntax, found: NamespaceUses) -> None:
        self._syntax, self._found, self._scopes = syntax, found, Scopes(syntax)
        self._seen: set[int] = set()
        self._waiting: list[Node] = []

    def follow(self, values: list[Node]) -> None:
        """Take down every use of these, and of what they are assigned, given or returned to."""
        self._waiting = values
        while self._waiting:
            node = self._waiting.pop()
            if node.id in self._seen:
                continue
            self._seen.add(node.id)
            if len(self._seen) > _MOST_USES:
                raise ExcessiveText
            self._use(node)

    def _use(self, node: Node) -> None:
        parent = node.parent
        if parent is None or parent.type in _HARMLESS:
            return
        if parent.type in _THROUGH:
            self._waiting.append(parent)
        elif parent.type == "assignment" and is_field(parent, "right", node):
            self._assigned(part_of(parent, "left"), pair=self._is_pair(node))
        elif parent.type == "named_expression" and is_field(parent, "value", node):
            self._assigned(part_of(parent, "name"), pair=self._is_pair(node))
            self._waiting.append(parent)
        elif self._is_pair(node):
            self._of_pair(parent)
        elif parent.type == "attribute" and is_field(parent, "object", node):
            self._attribute(part_of(parent, "attribute"))
        elif parent.type == "return_statement":
            self._returned(node)
        elif parent.type in ("argument_list", "keyword_argument"):
            self._given(node, parent)
        else:
            self._found.leaves = True

    def _is_pair(self, node: Node) -> bool:
        """Whether the expression is a namespace and the words left over."""
        callee = part_of(node, "function") if node.type == "call" else None
        name = part_of(callee, "attribute") if callee is not None and callee.type == "attribute" else None
        return name is not None and self._syntax.source(name) in _KNOWN_ARGS

    def _of_pair(self, parent: Node) -> None:
        index = parent.children_by_field_name("subscript") if parent.type == "subscript" else []
        if len(index) == 1 and self._syntax.source(index[0]) == "0":
            self._waiting.append(parent)
        else:
            self._found.leaves = True

    def _assigned(self, target: Node | None, *, pair: bool) -> None:
        if pair:
            inner = (
                parts(target) if target is not None and target.type.endswith(("_list", "_pattern")) else []
            )
            target = inner[0] if inner else None
        if target is None or target.type != "identifier":
            self._found.leaves = True
            return
        self._variable(target)

    def _variable(self, target: Node) -> None:
        """All uses of a variable."""
        name = self._syntax.name(target)
        bound = {binding.node.id for binding in self._scopes.bindings(name, target)}
        for use in self._syntax.names(name):
            if is_name_of_another(use):
                continue
            here = {binding.node.id for binding in self._scopes.bindings(name, use)}
            if bound & here and use.id not in here:
                self._waiting.append(use)

    def _attribute(self, name: Node | None) -> None:
        said = "" if name is None else self._syntax.name(name)
        if name is None or said.startswith("_"):
            self._found.leaves = True
        else:
            self._found.attributes.append((said, self._syntax.span(name)))

    def _returned(self, node: Node) -> None:
        """Every call of the function that returns it."""
        function = function_of(node)
        name = part_of(function, "name") if function.type == "function_definition" else None
        if name is None or _is_method(function):
            self._found.leaves = True
            return
        for use in self._uses_of_function(name):
            call = called_at(use)
            if call is not None:
                self._waiting.append(call)
            else:
                self._found.leaves = True

    def _uses_of_function(self, name: Node) -> Iterator[Node]:
        said = self._syntax.name(name)
        for use in self._syntax.names(said):
            bindings = self._scopes.bindings(said, use)
            is_other = use.id == name.id or is_name_of_another(use)
            if not is_other and len(bindings) == 1 and bindings[0].node.id == name.id:
                yield use

    def _given(self, node: Node, parent: Node) -> None:
        """The namespace is given to a function: to one of this file, or by name, or elsewhere."""
        arguments = parent if parent.type == "argument_list" else parent.parent
        call = None if arguments is None else arguments.parent
        callee = part_of(call, "function") if call is not None and call.type == "call" else None
        if arguments is None or call is None or callee is None or callee.type != "identifier":
            self._found.leaves = True
            return
        said = self._syntax.name(callee)
        bindings = self._scopes.bindings(said, callee)
        if not bindings:
            self._given_to_python(said, parts(arguments), call)
            return
        function = bindings[0].node.parent if len(bindings) == 1 else None
        target = None
        if function is not None and function.type == "function_definition":
            target = self._parameter(function, node, parent, parts(arguments))
        if target is None:
            self._found.leaves = True
        else:
            self._variable(target)

    def _given_to_python(self, said: str, arguments: list[Node], call: Node) -> None:
        holder = call.parent
        if said == "vars" and holder is not None and holder.type == "subscript":
            self._key(holder.children_by_field_name("subscript"))
        elif said in _BY_NAME:
            self._key(arguments[1:2])
        elif said != "print":
            self._found.leaves = True

    def _key(self, keys: list[Node]) -> None:
        if len(keys) != 1 or keys[0].type != "string" or len(parts(keys[0])) > 3:
            self._found.leaves = True
            return
        content = [each for each in keys[0].named_children if each.type == "string_content"]
        said = self._syntax.source(content[0]) if len(content) == 1 else ""
        self._found.keys.append((said, self._syntax.span(keys[0])))

    def _parameter(self, function: Node, node: Node, parent: Node, given: list[Node]) -> Node | None:
        """The parameter of a function of this file that gets the namespace."""
        names = [name_of_parameter(each) for each in parts(part_of(function, "parameters"))]
        if parent.type == "keyword_argument":
            keyword = part_of(parent, "name")
            wanted = None if keyword is None else self._syntax.name(keyword)
            return next(
                (each for each in names if each is not None and self._syntax.name(each) == wanted), None
            )
        place = next(index for index, each in enumerate(given) if each.id == node.id)
        is_plain = all(each.type not in ("list_splat", "dictionary_splat") for each in given[:place])
        return names[place] if is_plain and place < len(names) and None not in names[: place + 1] else None


def name_of_parameter(parameter: Node) -> Node | None:
    """The name of a parameter of a function; None for markers and what is unpacked."""
    if parameter.type == "identifier":
        return parameter
    found = part_of(parameter, "name")
    if found is None and parameter.type == "typed_parameter":
        found = next(iter(parts(parameter)), None)
    return found if found is not None and found.type == "identifier" else None


def is_name_of_another(use: Node) -> bool:
    """Whether an identifier is an attribute's or a keyword's, and no variable."""
    parent = use.parent
    if parent is None:
        return False
    if parent.type == "attribute":
        return is_field(parent, "attribute", use)
    return parent.type == "keyword_argument" and is_field(parent, "name", use)


def _is_method(function: Node) -> bool:
    block = function.parent
    while block is not None and block.type in ("decorated_definition", "block"):
        block = block.parent
    return block is not None and block.type == "class_definition"

"""The table of the calls and methods that are known to leave a dict, list or set alone, each with its reason.

What a call makes of an argument: "reads" (nothing of it lives on), "copies" (a new container with the same
elements), "lists" (the same of what iterating gives: the keys of a dict), "pairs" (tuples that hold
elements), "element" (one of them), "itself", "numbers" (nothing of an array of numbers, else the same).
Everything that is not here may change its arguments.
"""

from collections.abc import Mapping
from types import MappingProxyType

from valohai_steps.source.evaluation.tables.reaching import words_of

_SHOWN = "it makes a string or a number of its argument, and keeps nothing"
_NEW = "it makes a new container; only the elements are shared"
_ASKED = "it answers a question about its argument"
_DEEP = "it makes a new value of every part"
_WRITTEN = "it writes its argument out, element by element"
_LOGGED = "it formats its arguments into a message"
_ONE = "it gives one of the elements"

# Builtins: what they do is in "Built-in Functions" of the Python Library Reference.
BUILTINS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("print", "str", "repr", "ascii", "format", "len", "id"), ("reads", _SHOWN)),
        **dict.fromkeys(("bool", "any", "all", "isinstance", "callable", "type", "hash"), ("reads", _ASKED)),
        **dict.fromkeys(("int", "float", "range", "abs", "round"), ("reads", _SHOWN)),
        "dict": ("copies", _NEW),
        **dict.fromkeys(
            ("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter", "sum"), ("lists", _NEW)
        ),
        **dict.fromkeys(("zip", "enumerate"), ("pairs", _NEW)),
        **dict.fromkeys(("map", "filter"), ("lists", "the function gets the elements, one by one")),
        **dict.fromkeys(("min", "max", "next"), ("element", _ONE)),
    }
)

# The builtins that only look at what they get: nothing of it lives on.
ASKING = frozenset(
    (*(name for name, (kind, _) in BUILTINS.items() if kind == "reads"), "hasattr", "issubclass", "dir")
)

# Functions of modules, by their full name.
FUNCTIONS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("json.dumps", "json.dump", "pickle.dumps", "pickle.dump"), ("reads", _WRITTEN)),
        **dict.fromkeys(("yaml.dump", "yaml.safe_dump", "pprint.pprint", "pprint.pp"), ("reads", _WRITTEN)),
        **dict.fromkeys(("pprint.pformat", "os.path.join", "posixpath.join"), ("reads", _SHOWN)),
        **dict.fromkeys(
            (f"logging.{level}" for level in ("debug", "info", "warning", "error", "critical", "exception")),
            ("reads", _LOGGED),
        ),
        "logging.log": ("reads", _LOGGED),
        "copy.deepcopy": ("reads", _DEEP),
        "copy.copy": ("copies", _NEW),
        **dict.fromkeys(("collections.OrderedDict", "collections.Counter"), ("copies", _NEW)),
        "types.MappingProxyType": ("itself", "what is read of it is read of its argument"),
        "collections.deque": ("lists", _NEW),
        "itertools.chain": ("copies", "it gives the elements of its arguments, one by one"),
        "itertools.product": ("pairs", _NEW),
        "random.choice": ("element", _ONE),
        "random.sample": ("lists", _NEW),
        **dict.fromkeys(
            ("math.prod", "math.fsum", "statistics.mean", "statistics.median"), ("reads", _SHOWN)
        ),
        "torch.tensor": ("reads", "it copies numbers into memory of its own"),
        "numpy.array": ("numbers", "it copies numbers into memory of its own, and keeps what is none"),
        **dict.fromkeys(("os.path.exists", "os.path.isfile", "os.path.isdir"), ("reads", _ASKED)),
    }
)

# Methods of a dict, list, tuple or set that leave it alone.
METHODS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("count", "index", "isdisjoint", "issubset", "issuperset"), ("reads", _ASKED)),
        **dict.fromkeys(("__len__", "__contains__", "__eq__", "__ne__", "__repr__"), ("reads", _ASKED)),
        "keys": ("reads", "keys cannot be changed; `keys().mapping` counts where a file mentions that"),
        **dict.fromkeys(("get", "__getitem__"), ("element", _ONE)),
        **dict.fromkeys(("values", "copy", "__iter__", "__reversed__"), ("copies", _NEW)),
        **dict.fromkeys(
            ("union", "intersection", "difference", "symmetric_difference", "__or__", "__add__"),
            ("copies", _NEW),
        ),
        "items": ("pairs", _NEW),
    }
)

# Methods that change their object and keep their last argument, or its elements, in it.
STORING: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("append", "appendleft", "insert", "add", "setdefault", "__setitem__"), "itself"),
        **dict.fromkeys(("extend", "update", "__ior__", "__iadd__"), "copies"),
    }
)
# Methods that change their object and give an element of it.
TAKING = frozenset(("pop", "popitem", "popleft", "setdefault"))
CHANGING = frozenset(("clear", "remove", "discard", "sort", "reverse", "move_to_end", "__delitem__"))

# What a logger is asked for: it formats its arguments into a message.
LOGGER_METHODS = frozenset(
    ("debug", "info", "warning", "warn", "error", "critical", "exception", "log", "success", "trace")
)
LOGGERS = frozenset(("logging.getLogger", "loguru.logger", "structlog.get_logger", "logging.Logger"))

# `csv.writer(f).writerow(p)` writes the text of each element.
WRITER_METHODS = frozenset(("writerow", "writerows", "writeheader"))
WRITERS = frozenset(("csv.writer", "csv.DictWriter"))

# What iterates each of its arguments and does no more: `itertools.product(*grid.values())`.
ITERATING = frozenset(("zip", "itertools.product", "itertools.chain"))

# Decorators that call what they decorate only when it is called, and once for each time.
DECORATORS = frozenset(
    (
        "staticmethod",
        "classmethod",
        "property",
        "functools.wraps",
        "functools.lru_cache",
        "functools.cache",
        "contextlib.contextmanager",
        "click.command",
        "click.option",
        "click.argument",
        "click.group",
        "hydra.main",
        "torch.no_grad",
        "torch.inference_mode",
    )
)

# What asks an object to compare itself, or to make a new one, together with a dict or list: it gets that one.
OPERATOR_METHODS = (
    *(f"__{name}__" for name in ("eq", "ne", "lt", "le", "gt", "ge", "contains")),
    *(f"__{name}__" for name in ("or", "and", "xor", "add", "sub", "mul", "mod", "matmul")),
    *(f"__r{name}__" for name in ("or", "and", "xor", "add", "sub", "mul", "mod", "matmul")),
    *(f"__{name}__" for name in ("lshift", "rshift", "truediv", "floordiv", "pow")),
    *(f"__r{name}__" for name in ("lshift", "rshift", "truediv", "floordiv", "pow")),
)

# Special methods that get an operand or a container's elements where one meets an object of the class.
COMPARING = tuple(f"__{name}__" for name in ("eq", "ne", "lt", "le", "gt", "ge", "contains"))
MEETING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "isinstance": ("__instancecheck__",),
        "round": ("__round__",),
        **dict.fromkeys(("min", "max", "sorted", "sort"), COMPARING),
        "sum": ("__add__", "__radd__"),
        "copy.deepcopy": ("__deepcopy__",),
        **dict.fromkeys(("count", "index", "remove", "__contains__", "__eq__", "__ne__"), COMPARING),
        **dict.fromkeys(("__or__", "__add__"), ("__ror__", "__radd__")),
    }
)
# What makes a function do something else than its text says.
CODE = words_of("code")
# What json calls to write a whole value, and argparse's method that only looks into its choices.
ENCODING = ("encode", "iterencode")
ADDING = ("add_argument",)
# What logging calls of an object that is given to it.
HANDLING = ("handle", "emit", "format", "filter")
# In front of the name of a method that an object gets from outside: `x.encode = f`.
SET = "="
# In front of a word that counts wherever a text mentions it.
MENTIONED = "."
# What gives the object of a method that is not called, and the dict of its keys; what makes a slice.
BOUND = ("__self__", "__reduce__", "__reduce_ex__", f"{MENTIONED}getmembers")
MAPPING = (f"{MENTIONED}mapping",)
SLICES = tuple(f"{MENTIONED}{name}" for name in ("slice", "s_", "index_exp"))
# What gives the defaults of a function's parameters, the choices of an argument, and what an error was given.
DEFAULTS = (
    *(f"{MENTIONED}{name}" for name in ("signature", "Signature", "getcallargs", "getargspec")),
    *(f"{MENTIONED}{name}" for name in ("getfullargspec", "from_callable")),
)
ACTIONS = (f"{MENTIONED}_actions", f"{MENTIONED}_option_string_actions", f"{MENTIONED}_group_actions")
CAUGHT = (f"{MENTIONED}args", f"{MENTIONED}exc_info")
HOOKS = tuple(
    dict.fromkeys(
        (
            *(*OPERATOR_METHODS, *(name for names in MEETING.values() for name in names), *CODE),
            *(*ENCODING, *(f"{SET}{name}" for name in ENCODING), *ADDING, *HANDLING),
            *(*BOUND, *MAPPING, *SLICES, *DEFAULTS, *ACTIONS, *CAUGHT),
        )
    )
)
# The packages whose functions are in these tables, or are computed.
ROOTS = tuple(
    sorted(
        {name.partition(".")[0] for name in FUNCTIONS}
        | {"builtins", "csv", "dataclasses", "posixpath", "ntpath", "genericpath", "structlog", "loguru"}
    )
)

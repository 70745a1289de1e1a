"""Settings: `[tool.valohai-steps]` of pyproject.toml, overridden by the editor's of the same names."""

import re
import sys
from collections.abc import Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from valohai_steps.model.patterns import pattern
from valohai_steps.model.rules import RULES, Severity
from valohai_steps.model.text import Span

_TABLE = "valohai-steps"
_LEVELS: Mapping[str, Severity | None] = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "information": Severity.INFORMATION,
    "hint": Severity.HINT,
    "off": None,
}

# A string of one line, whether it is closed or not, and a part of a dotted key behind it.
_STRING = pattern(r'"(?:[^"\\]|\\.)*(?:"|\\?$)|\'[^\']*(?:\'|$)')
_KEY_PART = pattern(r"[\w-][ \t]*\.")
_MOST_KEY_PARTS = 64


class Settings(Struct, frozen=True):
    """What a user may set; docs/settings.md has a heading for each.

    `yaml`: path of valohai.yaml, relative to the file with the settings; None: the nearest one upwards.
    `requirements`: path of the requirements file, False for none, None: the one the step's command installs.
    `runtime`: the requirement to add. `rules`: severity by code, None switches a rule off.
    `exclude`: globs of paths not to look at. `image`: the image of new steps; None: the built-in one.
    `arguments`: what to do about scripts that read their own command line: one of ARGUMENTS.
    """

    yaml: str | None = None
    requirements: str | bool | None = None
    runtime: str = "valohai-utils"
    rules: Mapping[str, Severity | None] = field(default_factory=dict)
    exclude: tuple[str, ...] = ()
    image: str | None = None
    arguments: str = "check"

    def severity(self, code: str) -> Severity | None:
        """How loud a finding of this rule is; None when it is switched off."""
        rule = RULES[code]
        return self.rules.get(code, rule.severity if rule.is_on else None)


# "check": both sides are compared. "own": Python owns which parameters such a step has. "off": not looked at.
ARGUMENTS = ("check", "own", "off")
SETTING_NAMES = Settings.__struct_fields__


def read_pyproject(text: str) -> tuple[Settings, tuple[str, ...]]:
    """The settings in a pyproject.toml, and a sentence for each that cannot be used. Never raises."""
    if sys.version_info >= (3, 11):  # imported where a project has settings
        import tomllib
    else:
        import tomli as tomllib

    try:
        tools = {} if _has_endless_key(text) else tomllib.loads(text).get("tool", {})
        table = tools.get(_TABLE, {})
    except RecursionError:
        return Settings(), ("pyproject.toml is nested too deeply, its settings are ignored",)
    except (tomllib.TOMLDecodeError, AttributeError) as error:
        return Settings(), (f"pyproject.toml cannot be read, its settings are ignored: {error}",)
    # The only other one that Python has for it: an integer past sys.get_int_max_str_digits().
    except ValueError:
        return Settings(), ("pyproject.toml has a number of too many digits, its settings are ignored",)
    settings, problems = merge_settings(Settings(), table, f"[tool.{_TABLE}]")
    return settings, (*_misspelt_tables(tools), *problems)


def _misspelt_tables(tools: Mapping[str, object]) -> Iterator[str]:
    """A sentence for each table of pyproject.toml that was meant to be ours."""
    for name in tools:
        if name != _TABLE and nearest(re.sub(r"[\W_]+", "-", name.lower()), (_TABLE,), cutoff=0.85):
            yield f"unknown table [tool.{name}] (did you mean [tool.{_TABLE}]?); it is ignored"


def setting_span(text: str, name: str) -> Span:
    """Where a pyproject.toml gives a setting: its line, or that of the table; the first line at the worst."""
    place, found, ours = 0, Span(0, 0), False
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        span = Span(place + len(line) - len(line.lstrip()), place + len(line.rstrip()))
        place += len(line)
        if "valohai-steps" in bare and not bare.startswith("#"):
            found, ours = span, True
        elif bare.startswith("[") and "=" not in bare:
            ours = False
        key = bare.partition("=")[0]
        if ours and re.search(rf"(?:^|[\s.{{,\"']){re.escape(name)}[\"']?\s*$", key):
            return span
    return found


def _has_endless_key(text: str) -> bool:
    """Whether a key has more parts than anybody writes: tomllib takes the square of their number."""
    return any(
        len(_KEY_PART.findall(_STRING.sub("q", line))) > _MOST_KEY_PARTS
        for line in text.split("\n")
        if line.count(".") > _MOST_KEY_PARTS
    )


def merge_settings(base: Settings, table: object, where: str) -> tuple[Settings, tuple[str, ...]]:
    """`base` with the settings of `table` over it; unknown names and values are reported and ignored."""
    if not isinstance(table, Mapping):
        return base, (f"{where} must be a table of settings, not {_kind(table)}; it is ignored",)
    problems: list[str] = []
    found: dict[str, object] = {}
    for name, value in table.items():
        if name not in SETTING_NAMES:
            hint = nearest(str(name), SETTING_NAMES)
            problems.append(f"{where}: unknown setting {name!r}{hint}; it is ignored")
        elif value is not None:
            _read_value(name, value, where, found, problems)
    return replace(base, **found), tuple(problems)  # _read_value checked each


def nearest(name: str, names: tuple[str, ...], cutoff: float = 0.6) -> str:
    """` (did you mean 'x'?)` for the nearest of `names`, or nothing when none is near; 1 is the same name."""
    import difflib  # for a mistake alone

    close = difflib.get_close_matches(name, names, n=1, cutoff=cutoff)
    return f" (did you mean {close[0]!r}?)" if close else ""


def _read_value(name: str, value: object, where: str, found: dict[str, object], problems: list[str]) -> None:
    expected = {
        "yaml": ("a path", isinstance(value, str)),
        "requirements": ("a path or false", isinstance(value, str) or value is False),
        "runtime": ("a requirement such as 'valohai-utils'", isinstance(value, str) and bool(value)),
        "image": ("the name of an image", isinstance(value, str) and bool(value)),
        "arguments": (f"one of {', '.join(map(repr, ARGUMENTS))}", value in ARGUMENTS or value == ""),
        "exclude": ("a list of globs", _is_strings(value)),
        "rules": ("a table such as {VH113 = 'off'}", isinstance(value, Mapping)),
    }[name]
    if not expected[1]:
        written = repr(value) if name == "arguments" and isinstance(value, str) else _kind(value)
        problems.append(f"{where}: {name!r} must be {expected[0]}, not {written}; it is ignored")
    elif isinstance(value, Mapping):
        found[name] = _read_rules(value, where, problems)
    elif isinstance(value, list):
        found[name] = tuple(value)
    elif value != "":  # an editor's way to say "not set"
        found[name] = value


def _read_rules(table: Mapping[str, object], where: str, problems: list[str]) -> dict[str, Severity | None]:
    by_name = {rule.name: rule.code for rule in RULES.values()}
    found: dict[str, Severity | None] = {}
    for key, level in table.items():
        code = by_name.get(str(key), str(key))
        if code not in RULES:
            problems.append(f"{where}: unknown rule {key!r}{nearest(code, tuple(RULES))}; it is ignored")
        elif not isinstance(level, str) or level not in _LEVELS:
            hint = nearest(str(level), tuple(_LEVELS)) or f", use one of {', '.join(_LEVELS)}"
            problems.append(f"{where}: unknown severity {level!r} for {code}{hint}; it is ignored")
        else:
            found[code] = _LEVELS[level]
    return found


def _is_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(element, str) for element in value)


def _kind(value: object) -> str:
    kinds = {str: "a string", bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return kinds.get(type(value), "a table" if isinstance(value, Mapping) else type(value).__name__)

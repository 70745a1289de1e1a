"""VH104 missing-step-name, VH105 unknown-argument, VH106 positional-argument."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from valohai_steps.model.finding import Finding, Related
from valohai_steps.model.step import Static
from valohai_steps.model.text import Span
from valohai_steps.source.calls.call_reading import ARGUMENTS, CallReading, GivenValue
from valohai_steps.source.checks import fixes
from valohai_steps.source.checks.defaults import kind_of

# Names that the platform, its older interfaces and other tools use for the same thing.
_FORMER: Mapping[str, str] = MappingProxyType(
    {
        "parameters": "default_parameters",
        "params": "default_parameters",
        "inputs": "default_inputs",
        "name": "step",
        "step_name": "step",
        "docker_image": "image",
        "docker": "image",
        "env": "environment",
    }
)


def missing_step_name(reading: CallReading) -> Iterator[Finding]:
    """VH104. An unknown name is VH101's."""
    given = reading.argument("step")
    if given is None:
        # A step's name may be hidden in what is positional or unknown.
        if not reading.positional and not reading.holes and not _is_misspelled(reading):
            message = 'this step needs a name; add step="train"'
            yield Finding("VH104", reading.syntax.span(reading.call.callee), message)
        return
    value = given.found.value
    if not isinstance(value, Static) or reading.name is not None:
        return
    if isinstance(value.value, str):
        yield Finding("VH104", given.span, "a step name cannot be empty; write one between the quotes")
        return
    message = f"a step name must be a string, not {kind_of(value.value)}; put it in quotes"
    quote = (fixes.quote(given.span, str(value.value)),) if isinstance(value.value, (int, float)) else ()
    yield Finding("VH104", given.span, message, fixes=quote)


def unknown_argument(reading: CallReading) -> Iterator[Finding]:
    """VH105, also for an argument that stands twice, which Python refuses as well."""
    first: dict[str, GivenValue] = {}
    for given in reading.given:
        known = first.setdefault(given.name, given)
        if known is not given:
            message = f"{given.name}= is a duplicate argument; remove one"
            yield Finding("VH105", given.name_span, message, (Related(known.name_span, "the first one"),))
        elif given.name not in ARGUMENTS:
            near = fixes.nearest(given.name, ARGUMENTS, _FORMER)
            if near in first or any(other.name == near for other in reading.given):
                near = None
            hint = f"did you mean {near}=?" if near else f"it takes {', '.join(ARGUMENTS)}"
            renamed = (fixes.rename(given.name_span, near),) if near and given.node is not None else ()
            message = f"{given.name}= is not an argument of prepare(); {hint}"
            yield Finding("VH105", given.name_span, message, fixes=renamed)


def positional_argument(reading: CallReading) -> Iterator[Finding]:
    """VH106; the fix takes the next argument, in the order of the documentation, that fits.

    It names what follows as well: Python takes nothing without a name behind a name.
    """
    taken = {given.name for given in reading.given}
    named: list[tuple[Span, str | None]] = []
    for node in reading.positional:
        order = ("step", "image") if node.type in ("string", "concatenated_string") else ARGUMENTS[:3]
        name = next((each for each in order if each not in taken), None)
        if node.type == "list_splat":
            name = None
        elif name is not None:
            taken.add(name)
        named.append((reading.syntax.span(node), name))
    for place, (span, name) in enumerate(named):
        names = [(other, each) for other, each in named[place:] if each is not None]
        if name is None or len(names) != len(named) - place:
            message = "prepare() takes keyword arguments only; write each one with its name"
            yield Finding("VH106", span, message)
        else:
            message = f"prepare() takes keyword arguments only; write {name}= in front"
            yield Finding("VH106", span, message, fixes=(fixes.add_keywords(names),))


def _is_misspelled(reading: CallReading) -> bool:
    """Whether an unknown argument is meant to be `step=`: one finding is enough."""
    return any(
        given.name not in ARGUMENTS and fixes.nearest(given.name, ARGUMENTS, _FORMER) == "step"
        for given in reading.given
    )

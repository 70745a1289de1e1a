"""The ends of edges, and the edges together: circles, repetitions (VH306, VH312)."""

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from valohai_steps.config.lint.nearest import hint, nearest
from valohai_steps.config.model.items import Step
from valohai_steps.config.model.names import Name
from valohai_steps.config.model.pipelines import Edge, End, Pipeline, PipelineNode
from valohai_steps.config.references.catalogue import Catalogue
from valohai_steps.config.references.verdict import At, Verdict, unknown, unknown_names
from valohai_steps.model.schema.pipelines import DEPLOYMENT_TARGETS, EDGE_SOURCES, EDGE_TARGETS

# Edges that Valohai knows (`valohai_yaml.objs.pipelines.types`), but nobody writes by hand.
_RARE = frozenset({"dependency", "deployment", "environment-variable"})
_PLURALS = frozenset({"outputs", "inputs", "parameters", "files"})


class JudgedPipeline(Struct, frozen=True, dict=True):
    """A pipeline while it is judged: the number of its item, and the steps that its nodes run."""

    number: int
    pipeline: Pipeline
    catalogue: Catalogue
    steps: Mapping[str, Step | None]

    def node(self, name: str) -> PipelineNode | None:
        """The node of a name; of two the last, as one of no known type where they differ."""
        found = self._nodes.get(name, [])
        if len({each.kind for each in found}) > 1:
            return replace(found[-1], kind="")
        return found[-1] if found else None

    def is_doubled(self, name: str) -> bool:
        """Whether two nodes have this name: then an edge may mean either."""
        return len(self._nodes.get(name, [])) > 1

    @property
    def names(self) -> Collection[str]:
        """The names of its nodes."""
        return self._nodes.keys()

    @cached_property
    def has_doubled(self) -> bool:
        """Whether any two nodes have one name."""
        return any(len(nodes) > 1 for nodes in self._nodes.values())

    @cached_property
    def _nodes(self) -> dict[str, list[PipelineNode]]:
        found: dict[str, list[PipelineNode]] = {}
        for each in self.pipeline.nodes:
            if each.name is not None:
                found.setdefault(each.name.text, []).append(each)
        return found


def edge_verdicts(judged: JudgedPipeline) -> Iterator[Verdict]:
    """What is wrong with the edges of a pipeline."""
    sound: list[Edge] = []
    for edge in judged.pipeline.edges:
        flaws = [
            *(() if edge.source is None else end_verdicts(judged, edge.source, "source")),
            *(() if edge.target is None else end_verdicts(judged, edge.target, "target")),
        ]
        yield from flaws
        broken = any(flaw.code == "VH306" for flaw in flaws)
        if not broken and edge.source is not None and edge.target is not None:
            sound.append(edge)
    yield from _together(judged, sound)


def end_verdicts(judged: JudgedPipeline, end: End, side: str) -> Iterator[Verdict]:
    """One end; `side` is source, target, or parameter for the target of a pipeline's parameter."""
    at = At(judged.number, end.place)
    if len(end.parts) != 3:
        example = {"source": "node.output.*", "target": "node.input.name"}.get(side, "node.parameters.name")
        yield Verdict("VH306", at, f"{end.text} does not have three parts; write {example}")
        return
    first, kind, _ = end.parts
    node = judged.node(first.text)
    if node is None:
        # Of two nodes of one name, one may be the one that is looked for: their finding says enough.
        if judged.pipeline.complete and (
            not judged.has_doubled or nearest(first.text, judged.names) is not None
        ):
            yield unknown(judged.number, first, judged.names, "node")
        return
    found = _kind(judged, node, kind, side)
    if found is not None:
        yield found
        if found.code == "VH306":
            return
    yield from _name(judged, node, end, _single(kind.text), side)


def _kind(judged: JudgedPipeline, node: PipelineNode, kind: Name, side: str) -> Verdict | None:
    """The middle part: whether such a node has that, on this side."""
    at, word = At(judged.number, kind.place), kind.text
    if side == "parameter":
        if word.startswith("parameter"):
            return None
        message = f"a pipeline's parameter goes to a parameter of a node, not to {word}"
        near = nearest(word, ("parameters",))
        return Verdict("VH306", at, f"{message}; write parameters", text=near)
    possible = _possible(node, side)
    single = _single(word)
    if single not in possible and word not in _RARE:
        if not possible:
            return Verdict("VH306", at, "a deployment node cannot be the source of an edge; swap the ends")
        near, end = hint(word, possible)
        message = f"{word} is not the {side} of an edge for {_article(node.kind)} node{end}"
        return Verdict("VH306", at, message, text=near)
    if single != word:
        message = f"an edge says {single}, not {word}: `vh lint` refuses it; write {single}"
        return Verdict("VH312", at, message, text=single)
    return None


def _possible(node: PipelineNode, side: str) -> tuple[str, ...]:
    if node.kind == "deployment":
        return tuple(DEPLOYMENT_TARGETS) if side == "target" else ()
    if side == "source":
        return tuple(EDGE_SOURCES)
    return tuple(EDGE_TARGETS) if node.kind else (*EDGE_TARGETS, *DEPLOYMENT_TARGETS)


def _single(word: str) -> str:
    return word.removesuffix("s") if word in _PLURALS else word


def _article(kind: str) -> str:
    return f"an {kind}" if kind == "execution" else f"a {kind}" if kind else "this"


def _name(judged: JudgedPipeline, node: PipelineNode, end: End, kind: str, side: str) -> Iterator[Verdict]:
    """The last part: whether the node's step, or its endpoint, has it."""
    if kind == "file":
        yield from _file(judged, node, end)
        return
    step = judged.steps.get(end.parts[0].text)
    if step is None or not kind.startswith(("input", "parameter")):
        return
    if side == "source" and "*" in end.parts[2].text:
        return
    noun = "parameter" if kind.startswith("parameter") else "input"
    yield from unknown_names(judged.number, end.parts[2:], step, noun)


def _file(judged: JudgedPipeline, node: PipelineNode, end: End) -> Iterator[Verdict]:
    if not end.file:
        message = "a file is named with its endpoint; write node.file.endpoint.file"
        yield Verdict("VH306", At(judged.number, end.parts[2].place), message)
        return
    endpoint, file = end.file
    known = judged.catalogue.endpoints.get(endpoint.text)
    if known is None:
        stated = [each.text for each in node.endpoints]
        if judged.catalogue.complete and endpoint.text not in stated:
            yield unknown(judged.number, endpoint, list(judged.catalogue.endpoints), "endpoint")
    elif known.files is not None and file.text not in known.files:
        yield unknown(judged.number, file, list(known.files), "file", f" in endpoint {endpoint.text}")


def _together(judged: JudgedPipeline, edges: list[Edge]) -> Iterator[Verdict]:
    """Edges that are there twice, or that lead back."""
    first: dict[tuple[str, str], Edge] = {}
    values: dict[str, Edge] = {}
    onward: dict[str, set[str]] = {}
    for edge in edges:
        if edge.source is None or edge.target is None:
            continue
        source, target = edge.source.parts[0].text, edge.target.parts[0].text
        at = At(judged.number, edge.place)
        same = first.setdefault((edge.source.text, edge.target.text), edge)
        value = values.setdefault(edge.target.text, edge) if _is_parameter(edge.target) else edge
        if same is not edge:
            related = ((At(judged.number, same.place), "the first one"),)
            yield Verdict("VH312", at, "this edge is there twice; remove one", related, removes=True)
        elif value is not edge:
            related = ((At(judged.number, value.place), "the first one"),)
            message = f"another edge already goes to {edge.target.text}, which takes one value; remove one"
            yield Verdict("VH312", at, message, related)
        elif judged.is_doubled(source) or judged.is_doubled(target):
            continue
        elif source == target:
            yield Verdict("VH306", at, f"this edge leads from {source} to itself; choose another node")
        elif _leads(onward, target, source):
            message = f"this edge closes a circle: {target} would wait for {source}, and that for {target}"
            yield Verdict("VH306", at, f"{message}; remove one edge of it")
        else:
            onward.setdefault(source, set()).add(target)


def _is_parameter(end: End) -> bool:
    return end.parts[1].text.startswith("parameter")


def _leads(onward: Mapping[str, set[str]], start: str, goal: str) -> bool:
    seen, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        if here == goal:
            return True
        new = onward.get(here, set()) - seen
        seen |= new
        waiting += new
    return False

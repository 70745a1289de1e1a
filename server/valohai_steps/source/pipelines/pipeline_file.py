"""What a Python text says of pipelines."""

from msgspec import Struct

from valohai_steps.model.finding import Finding
from valohai_steps.model.pipeline import PipelineFact
from valohai_steps.source.evaluation.outlines.dependencies import Dependency


class PipelineFile(Struct, frozen=True):
    """What a Python text says of pipelines; every span counts in `text`.

    `pipeline` is None when it is not known, or when running `main(config)` would raise: `problems` say
    where. `is_broken`: the text is half-typed. `imported` are the files that this depends on.
    """

    text: str
    pipeline: PipelineFact | None = None
    problems: tuple[Finding, ...] = ()
    is_broken: bool = False
    imported: tuple[Dependency, ...] = ()

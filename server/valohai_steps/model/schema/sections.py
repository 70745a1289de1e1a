"""The top-level items of a valohai.yaml, in the order in which Valohai looks for them in an item."""

from collections.abc import Mapping
from types import MappingProxyType

from valohai_steps.model.schema.endpoints import DEPLOYMENT, ENDPOINT
from valohai_steps.model.schema.pipelines import PIPELINE
from valohai_steps.model.schema.shape import Shape
from valohai_steps.model.schema.steps import STEP
from valohai_steps.model.schema.tasks import TASK

# What pipelines were called once; the parser still takes it (`valohai_yaml.objs.config`).
FORMER_SECTION = "blueprint"
SECTIONS: Mapping[str, Shape] = MappingProxyType(
    {
        "step": STEP,
        "task": TASK,
        "endpoint": ENDPOINT,
        "pipeline": PIPELINE,
        FORMER_SECTION: PIPELINE,
        "deployment": DEPLOYMENT,
    }
)
# Those that are written today, the most frequent first.
SECTIONS_BY_USE = ("step", "pipeline", "task", "endpoint", "deployment")

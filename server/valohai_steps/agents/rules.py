"""The tool `explain_rule`: what a finding means, and what to do about it."""

from typing import Annotated

from msgspec import Meta, Struct

from valohai_steps.agents.answer import Answer, ToolError
from valohai_steps.agents.surroundings import Surroundings
from valohai_steps.model.rules import RULES
from valohai_steps.project.settings.rule_pages import code_of, rule_page, unknown_rule


class RuleInput(Struct, frozen=True, forbid_unknown_fields=True):
    """Which rule."""

    code: Annotated[str, Meta(description="The code of the rule such as VH202, or its name, out-of-date.")]


class RuleExplained(Struct, frozen=True):
    """A rule."""

    code: str
    name: str
    severity: Annotated[str, Meta(description="Without settings: error, warning, information, hint or off.")]
    summary: str
    page: Annotated[str, Meta(description="The section of the manual, in Markdown, with examples.")]


def explain_rule(_around: Surroundings, asked: RuleInput) -> Answer:
    """The row of the table, and its section of the manual. Raises ToolError for a code that is none."""
    code = code_of(asked.code)
    if code is None:
        raise ToolError(unknown_rule(asked.code, "check names those of its findings"))
    rule = RULES[code]
    page = rule_page(code) or f"{rule.code} {rule.name}: {rule.summary}"
    return Answer(RuleExplained(code, rule.name, rule.default, rule.summary, page), f"{page}\n")

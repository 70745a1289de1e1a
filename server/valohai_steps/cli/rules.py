"""`valohai-steps rules`: the table of rules, or one rule explained."""

import argparse

from valohai_steps.cli.outcomes import DONE, UsageError
from valohai_steps.cli.output.terminal import Terminal
from valohai_steps.model.rules import RULES
from valohai_steps.project.settings.rule_pages import code_of, rule_page, unknown_rule


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print the table, or the section of docs/rules.md. Raises UsageError for a code that is none."""
    if options.code is None:
        for rule in RULES.values():
            severity = rule.default
            terminal.write(
                f"{terminal.painted(rule.code, 'bold')}  {rule.name:<25} {severity:<12} {rule.summary}\n"
            )
        return DONE
    code = code_of(options.code)
    if code is None:
        raise UsageError(unknown_rule(options.code, "`valohai-steps rules` lists them"))
    page = rule_page(code)
    rule = RULES[code]
    terminal.write(f"{page or f'{rule.code} {rule.name}: {rule.summary}'}\n")
    return DONE

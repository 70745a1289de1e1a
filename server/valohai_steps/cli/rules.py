"""`valohai-steps rules`: the table of rules, or one rule explained."""

import argparse

from valohai_steps.cli.exit_codes import DONE
from valohai_steps.cli.sources import UsageError
from valohai_steps.cli.terminal import Terminal
from valohai_steps.model.rules import RULES
from valohai_steps.project.rule_pages import rule_page
from valohai_steps.project.settings import nearest


def run(options: argparse.Namespace, terminal: Terminal) -> int:
    """Print the table, or the section of docs/rules.md. Raises UsageError for a code that is none."""
    if options.code is None:
        for rule in RULES.values():
            severity = rule.default
            terminal.write(
                f"{terminal.painted(rule.code, 'bold')}  {rule.name:<25} {severity:<12} {rule.summary}\n"
            )
        return DONE
    by_name = {rule.name: rule.code for rule in RULES.values()}
    code = by_name.get(options.code.lower(), options.code.upper())
    if code not in RULES:
        hint = nearest(code, tuple(RULES)) or "; `valohai-steps rules` lists them"
        raise UsageError(f"no rule {options.code!r}{hint}")
    page = rule_page(code)
    rule = RULES[code]
    terminal.write(f"{page or f'{rule.code} {rule.name}: {rule.summary}'}\n")
    return DONE

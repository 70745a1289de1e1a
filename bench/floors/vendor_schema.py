# It runs where valohai-yaml is, and not in the environment of the checks.
# mypy: ignore-errors
"""Prints the schema of a valohai.yaml that valohai-yaml holds, as one document."""

import json
import sys

from valohai_yaml.validation import get_json_schema

ADDRESS = "/schemas/"


def inside(value):
    """The same with every reference to a schema by its address made one to a definition in the document."""
    if isinstance(value, list):
        return [inside(each) for each in value]
    if not isinstance(value, dict):
        return value
    found = {key: inside(each) for key, each in value.items() if key != "$id"}
    reference = found.get("$ref")
    if isinstance(reference, str) and ADDRESS in reference:
        found["$ref"] = f"#/$defs/{reference.rpartition(ADDRESS)[2]}"
    return found


schema = get_json_schema()
schema["$defs"] = {name.rpartition(ADDRESS)[2]: each for name, each in schema["$defs"].items()}
json.dump(inside(schema), sys.stdout)

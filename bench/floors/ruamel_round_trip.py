"""A ruamel.yaml round trip that sets one default: python ruamel_round_trip.py VALUE FILE...

Writes each file in place. Prints a JSON list of wall and processor ms for each file, imports not counted, or
null where ruamel.yaml could not read the file.
"""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path

# It is installed only in the environment that this runs in.
from ruamel.yaml import YAML  # type: ignore[import-not-found]  # in an environment of its own
from ruamel.yaml.error import YAMLError  # type: ignore[import-not-found]  # in an environment of its own


def main() -> None:
    value, *files = sys.argv[1:]
    print(json.dumps([_timed(Path(name), float(value)) for name in files]))


def _timed(path: Path, value: float) -> tuple[float, float] | None:
    content = path.read_bytes()
    wall, spent = time.perf_counter(), time.process_time()
    try:
        after = _set_default(content.decode("utf-8"), value)
    except YAMLError:
        return None
    took = (time.perf_counter() - wall) * 1000, (time.process_time() - spent) * 1000
    path.write_bytes(after.encode("utf-8"))
    return took


def _set_default(text: str, value: float) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 1 << 20
    data = yaml.load(text)
    step = next(item["step"] for item in data if item["step"]["name"] == "train")
    step["parameters"][0]["default"] = value
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()


if __name__ == "__main__":
    main()

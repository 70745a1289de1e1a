"""Split images into training and validation sets. No prepare(): argparse, and a hand-written valohai.yaml."""

import argparse
import json
import os
import random
from pathlib import Path

INPUTS = Path(os.getenv("VH_INPUTS_DIR", ".inputs"))
OUTPUTS = Path(os.getenv("VH_OUTPUTS_DIR", ".outputs"))


def get_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--validation-share", type=float, default=0.2, help="Share of images kept for validation"
    )
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def main() -> None:
    args = get_arguments()
    names = sorted(path.name for path in (INPUTS / "images").glob("*.png"))
    random.Random(args.seed).shuffle(names)  # noqa: S311  # a split, and no secret
    kept = round(len(names) * args.validation_share)
    OUTPUTS.mkdir(parents=True, exist_ok=True)
    split = {"validation": names[:kept], "training": names[kept:]}
    (OUTPUTS / "split.json").write_text(json.dumps(split))
    print(json.dumps({"training_images": len(split["training"]), "validation_images": kept}))


if __name__ == "__main__":
    main()

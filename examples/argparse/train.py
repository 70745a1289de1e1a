"""Train a model on the split. The arguments are argparse's own; valohai.yaml is compared with them."""

import argparse
import json
import os
from pathlib import Path

INPUTS = Path(os.getenv("VH_INPUTS_DIR", ".inputs"))
OUTPUTS = Path(os.getenv("VH_OUTPUTS_DIR", ".outputs"))


def add_model_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("model")
    group.add_argument("--depth", type=int, choices=[18, 34, 50], default=18, help="Layers of the network")
    group.add_argument("--pretrained", action=argparse.BooleanOptionalAction, default=True)


def get_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    add_model_arguments(parser)
    parser.add_argument(
        "--epochs", type=int, default=10, help="How often to see each image (default: %(default)s)"
    )
    parser.add_argument("--learning_rate", type=float, default=0.001)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--tag", action="append", help="A label of the model; may be repeated")
    return parser.parse_args()


def main() -> None:
    args = get_arguments()
    split = json.loads((INPUTS / "split" / "split.json").read_text())
    OUTPUTS.mkdir(parents=True, exist_ok=True)
    for epoch in range(args.epochs):
        print(json.dumps({"epoch": epoch, "loss": 1 / (1 + epoch * args.learning_rate)}))
    model = {
        "depth": args.depth,
        "pretrained": args.pretrained,
        "tags": args.tag,
        "seen": len(split["training"]),
    }
    (OUTPUTS / "model.json").write_text(json.dumps(model))


if __name__ == "__main__":
    main()

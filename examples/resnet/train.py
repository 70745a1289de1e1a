"""Train a ResNet on the scaled images; the numbers here are made by a formula, not by a network."""

import valohai

parameters = {
    "epochs": 5,
    "learning-rate": 0.001,
    "layers": [64, 128, 256],
    "optimizer": {"default": "adam", "choices": ["adam", "sgd"], "description": "How the weights move"},
}

valohai.prepare(
    step="train-resnet",
    default_parameters=parameters,
    default_inputs={"scaled": "s3://acme-datasets/birds/scaled.tar.gz", "weights": None},
    image="pytorch/pytorch:2.4.1-cuda12.1-cudnn9-runtime",
)


def main() -> None:
    """Report one line of metadata for each epoch."""
    rate = valohai.parameters("learning-rate").value
    for epoch in range(1, valohai.parameters("epochs").value + 1):
        with valohai.logger() as log:
            log.log("epoch", epoch)
            log.log("loss", round(1 / (1 + epoch * rate * 1000), 4))


if __name__ == "__main__":
    main()

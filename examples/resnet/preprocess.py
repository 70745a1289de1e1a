"""Scale the images once, so that training does not have to."""

import valohai

valohai.prepare(
    step="preprocess",
    default_parameters={"image-size": 224, "augment": True, "seed": 42},
    default_inputs={"images": "s3://acme-datasets/birds/raw/*.jpg"},
)


def main() -> None:
    """Print what would be done: this example has no image library among its needs."""
    size = valohai.parameters("image-size").value
    print(f"scale {', '.join(valohai.inputs('images').uris())} to {size} x {size}")
    print(f"augment: {valohai.parameters('augment').value}, seed: {valohai.parameters('seed').value}")


if __name__ == "__main__":
    main()

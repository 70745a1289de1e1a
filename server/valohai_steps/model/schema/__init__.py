"""What Valohai knows: the objects of `valohai.yaml`, their keys and values, each with a sentence."""

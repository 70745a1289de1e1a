"""The objects of `valohai.yaml`, with a span for every name and value."""

"""What the workspace's own functions, dataclasses, annotations and converters say about arguments."""

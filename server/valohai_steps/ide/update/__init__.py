"""Updates of `valohai.yaml` and of requirements, and the state of both sides."""

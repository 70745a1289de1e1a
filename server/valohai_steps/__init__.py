"""valohai-steps: keep valohai.yaml in step with `valohai.prepare()` calls, without running them."""

__version__ = "0.1.0"

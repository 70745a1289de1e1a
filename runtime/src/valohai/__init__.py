"""valohai.prepare() for training code."""

"""Findings that take both sides: what Python says, held against valohai.yaml, and the other way round."""

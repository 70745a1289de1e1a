"""What is around a cursor in a valohai.yaml, found by its lines alone: half-typed text is the usual case."""

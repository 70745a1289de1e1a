"""How what is offered is written into a valohai.yaml, in the layout that it has."""

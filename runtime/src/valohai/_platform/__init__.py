"""What Valohai's side of a run expects and offers: metadata lines, its API, notebooks."""

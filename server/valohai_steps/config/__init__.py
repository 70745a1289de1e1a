"""Reading and editing valohai.yaml: text in, nodes with spans and minimal edits out."""

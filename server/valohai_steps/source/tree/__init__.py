"""The syntax tree of a Python text: spans, scopes, bindings, changes in place, and proofs by `ast`."""

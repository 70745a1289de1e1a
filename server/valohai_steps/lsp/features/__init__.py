"""One module per feature of the protocol: locate, call the feature of `ide`, convert.

Each handler takes the session and the request's parameters; `lsp.methods` lists them all.
"""

"""The one tokenizer of Python's strings, comments, brackets and line ends, for half-typed text too."""

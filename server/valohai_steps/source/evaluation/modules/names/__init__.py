"""Names that go from file to file: by imports, `import *`, and what a file hands on."""

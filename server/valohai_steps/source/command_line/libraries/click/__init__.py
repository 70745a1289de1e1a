"""click: commands, the objects that go with them, and options."""

"""What the table of keys cannot say of one top-level item: values, names, commands."""

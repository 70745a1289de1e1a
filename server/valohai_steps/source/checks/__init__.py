"""The rules of one Python file, as functions over what was read; `table.py` lists them."""

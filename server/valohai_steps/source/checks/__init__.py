"""The rules VH101-VH122, as functions over what was read; `table.py` lists them."""

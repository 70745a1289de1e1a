"""What IPython adds to Python in the cells of a notebook."""

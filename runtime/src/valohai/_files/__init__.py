"""Files of a run: what inputs consist of, downloads, archives."""

"""Where things are: spans and ranges, documents and cells, files and URIs."""

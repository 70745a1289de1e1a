"""What is known without reading it: valohai-papi, Python's own functions, strings and lists."""

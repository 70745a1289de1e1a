"""What a file reads of its steps, against what they declare and the runtime offers."""

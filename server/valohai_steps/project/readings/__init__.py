"""What is read from a snapshot when it is asked for: command lines, pipelines, half-typed YAML."""

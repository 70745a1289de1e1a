"""Who names what: every place where a step, a parameter, an input or a part of a pipeline is named."""

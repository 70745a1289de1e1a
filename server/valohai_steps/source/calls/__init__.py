"""The calls that matter: `prepare()`, reads of parameters and inputs, pipelines."""

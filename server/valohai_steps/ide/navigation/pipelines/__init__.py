"""Names of pipelines that Python makes."""

"""Python against valohai.yaml: the differences, and the plan that removes them. Pure functions over facts."""

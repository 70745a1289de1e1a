"""Values that are reached without their names: by text that is run, by modules as objects, by frames."""

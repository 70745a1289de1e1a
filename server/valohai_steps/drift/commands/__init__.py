"""What the commands of a step run and read: their words, files, scripts and requirements."""

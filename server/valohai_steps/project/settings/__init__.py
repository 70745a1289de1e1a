"""The settings, in the file that holds them, and the pages of the rules that they name."""

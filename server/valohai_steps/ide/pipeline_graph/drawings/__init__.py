"""A pipeline drawn: as text, SVG, and in the languages of drawing programs."""

"""What a command prints: to a person, and in the formats of other programs."""

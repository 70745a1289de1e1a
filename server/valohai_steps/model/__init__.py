"""The nouns that every floor shares: text, steps, findings, rules. Pure data; no disk, no protocol."""

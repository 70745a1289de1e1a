"""How to run a step or a script here."""

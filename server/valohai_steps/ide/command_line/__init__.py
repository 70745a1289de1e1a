"""What can be done about scripts that read their own command line: steps and parameters made from them."""

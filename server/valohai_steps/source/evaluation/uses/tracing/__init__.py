"""Following a reference, step by step, from an expression to what the code around it does with it."""

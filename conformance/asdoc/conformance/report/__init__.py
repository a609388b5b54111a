"""What is told of a run, and in which form."""

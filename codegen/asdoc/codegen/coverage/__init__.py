"""Which of what is documented is tried by a case."""

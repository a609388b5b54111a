"""What each protocol asks of a client, from its specification: models of our own, through the whole way of a model."""

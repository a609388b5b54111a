"""What generated code calls: the client half, the server half, and the values both speak of."""

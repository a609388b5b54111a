"""What the reference backend does, seen through our own client."""

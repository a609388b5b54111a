"""What services do that is told in prose only."""

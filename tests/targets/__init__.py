"""Other people's implementations, started from their PyPI packages on loopback."""

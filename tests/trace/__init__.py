"""Where facts were read, and where they went."""

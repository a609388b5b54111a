"""The server half of the runtime: requests in, responses out."""

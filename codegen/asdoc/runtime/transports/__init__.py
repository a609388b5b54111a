"""The ways a request can go: a pool of connections, a `requests.Session`, or straight into a backend."""

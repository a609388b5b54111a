"""One module a protocol: how an operation's input becomes a request."""

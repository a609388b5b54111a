"""The server half of the runtime: a service table and a behaviour become `handle(request) -> response`."""

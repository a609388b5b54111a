"""What there is to try: the cases of a service, read from its generated package."""

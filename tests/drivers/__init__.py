"""Other people's clients drive every operation that is built, each in an environment of its own.

What they import runs there, so nothing here but the tests imports anything of asdoc's.
"""

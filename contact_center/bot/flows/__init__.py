"""One module per kind of talk. Pure: they look at state, turn and facts, and give back a ``Decision``."""

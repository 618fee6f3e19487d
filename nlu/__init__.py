"""Vietnamese understanding: from a citizen's words to an `Understanding`.

A library of its own: it knows nothing of the contact centre's tickets, database or channels.
Importing this package is cheap; models and tables load on first use.
"""

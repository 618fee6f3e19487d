"""The 1022 contact centre: one folder per noun, put together in ``app.py`` and ``cli.py``."""

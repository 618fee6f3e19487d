"""Our understanding inside a Rasa server, for provinces whose people work with Rasa.

Rasa 3.6 needs Python 3.10 and an environment of its own (`make rasa`). `components`, `importer`, `train` and `serve`
run there; `words` and `wire` run on both sides. See docs/decisions/0006-rasa-beside-the-house.md.
"""

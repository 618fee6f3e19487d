"""Understanding from a Rasa server instead of from this process, with this process as the fallback.

``service.engine_of`` gives the engine an installation asked for; ``keeper`` runs the server and swaps its model.
"""

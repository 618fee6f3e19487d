"""What goes wrong with the embedded servers, in one sentence for whoever typed the command."""


class EmbeddedServerError(RuntimeError):
    """A server could not be had. Reads as one Vietnamese sentence and the same in English; ``code`` is stable."""

    def __init__(self, code: str, *, vi: str, en: str) -> None:
        super().__init__(f"{vi} / {en}")
        self.code = code
        self.vi = vi
        self.en = en

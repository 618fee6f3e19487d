"""Domain errors: what was refused, with a stable ASCII code for programs and a message key for people.

The words people read are in the message catalogue under ``error.<code>``; ``details`` fills their blanks and is
given to API clients as it is, so it never holds personal data.
"""

from typing import Any, ClassVar


class DomainError(Exception):
    """A request that the rules refuse. ``code`` is stable; ``status`` is the HTTP status it answers with."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400

    def __init__(self, **details: Any) -> None:
        super().__init__(self.code, details)
        self.details = details


class NotFound(DomainError):
    """Missing and forbidden look alike to someone who may not know the difference."""

    code = "not_found"
    status = 404


class NotAllowed(DomainError):
    code = "not_allowed"
    status = 403


class NotSignedIn(DomainError):
    code = "not_signed_in"
    status = 401


class Conflict(DomainError):
    """Somebody else changed it first; ``details`` says what is there now."""

    code = "conflict"
    status = 409


class InvalidInput(DomainError):
    """``details`` maps a field to the key of the sentence shown beside it."""

    code = "invalid_input"
    status = 422


class TooManyRequests(DomainError):
    """``details["retry_after_s"]`` is the number of seconds to wait."""

    code = "too_many_requests"
    status = 429


class NotConfigured(DomainError):
    """``details["name"]`` is the environment variable somebody has to set."""

    code = "not_configured"
    status = 503

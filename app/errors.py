"""Expected failures: one class is one HTTP status and one slug.

Every failure a client can cause, or has to live through, is an `AppError`. The edge turns it into an RFC 9457
problem document; nothing below the edge knows of HTTP beyond the status number.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one parameter (`parameter`) or one place of a body (`pointer`, RFC 6901)."""

    code: str
    message: str
    parameter: str | None = None
    pointer: str | None = None
    suggestion: str | None = None

    def as_dict(self) -> dict[str, str]:
        """Give the members that are set, ready for a problem document."""
        members = {
            "parameter": self.parameter,
            "pointer": self.pointer,
            "code": self.code,
            "message": self.message,
            "suggestion": self.suggestion,
        }
        return {name: value for name, value in members.items() if value is not None}


class AppError(Exception):
    """A failure that is part of the interface: `status` and `code` are promised to clients."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Internal error"

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: dict[str, str] | None = None,
        extra: dict[str, object] | None = None,
    ) -> None:
        """Hold the sentence for this occurrence, its parts, response headers and extension members."""
        super().__init__(detail)
        self.detail = detail
        self.errors = list(errors)
        self.headers = headers or {}
        self.extra = extra or {}


class BadQueryError(AppError):
    """A query parameter is unknown, malformed or out of bounds."""

    status = 400
    code = "bad-query"
    title = "The question could not be understood"

    @classmethod
    def at(cls, parameter: str, code: str, message: str, suggestion: str | None = None) -> BadQueryError:
        """Give the error for one parameter; its sentence is the detail as well."""
        return cls(message, errors=[FieldError(code, message, parameter=parameter, suggestion=suggestion)])


class InvalidCursorError(AppError):
    """A cursor was altered, belongs to another question, or was signed with another key."""

    status = 400
    code = "invalid-cursor"
    title = "The cursor does not belong to this question"


class AuthenticationError(AppError):
    """No key, or one that is unknown, expired or revoked."""

    status = 401
    code = "unauthorized"
    title = "A valid API key is needed"


class ForbiddenError(AppError):
    """The key is good but lacks the scope."""

    status = 403
    code = "forbidden"
    title = "The key does not allow this"


class NotFoundError(AppError):
    """Nothing has this id or this path."""

    status = 404
    code = "not-found"
    title = "Nothing is here"


class NotAcceptableError(AppError):
    """None of the asked media types can be served."""

    status = 406
    code = "not-acceptable"
    title = "No such representation"


class AmbiguousCodeError(AppError):
    """A code stands for several actors over time; the candidates are listed with their dates."""

    status = 300
    code = "ambiguous-code"
    title = "The code stands for several things"


class MovedError(AppError):
    """The id was merged into another; `Location` names it."""

    status = 308
    code = "moved"
    title = "This id was merged into another"


class GoneError(AppError):
    """The id existed and was withdrawn, with a reason."""

    status = 410
    code = "gone"
    title = "This was withdrawn"


class ConflictError(AppError):
    """The write collides with what is there."""

    status = 409
    code = "conflict"
    title = "This collides with what is there"


class PreconditionFailedError(AppError):
    """`If-Match` names an older version."""

    status = 412
    code = "precondition-failed"
    title = "The thing has changed meanwhile"


class PreconditionRequiredError(AppError):
    """A change needs `If-Match`."""

    status = 428
    code = "precondition-required"
    title = "Say which version you change"


class TooLargeError(AppError):
    """The body asks for more at once than is answered."""

    status = 413
    code = "too-large"
    title = "Too much at once"


class UnsupportedMediaTypeError(AppError):
    """The body is of a type that is not read here."""

    status = 415
    code = "unsupported-media-type"
    title = "The body is of another type"


class InvalidBodyError(AppError):
    """A body does not fit: where (RFC 6901), and what was expected; status and code as for a body that no schema takes."""

    status = 422
    code = "invalid-body"
    title = "The body does not fit"

    @classmethod
    def at(cls, pointer: str, code: str, message: str, suggestion: str | None = None) -> InvalidBodyError:
        """Give the error for one place of a body; its sentence is the detail as well."""
        return cls(message, errors=[FieldError(code, message, pointer=pointer, suggestion=suggestion)])


class ReadOnlyError(AppError):
    """The store was opened for reading only, or is the replica of another."""

    status = 503
    code = "read-only"
    title = "The store can only be read right now"


class InvalidRecordError(AppError):
    """A record of a file or a body breaks the rules: where, which field, which value, what was expected."""

    status = 422
    code = "invalid-record"
    title = "A record was refused"


class UnavailableError(AppError):
    """The store is away or a question ran past its deadline."""

    status = 503
    code = "unavailable"
    title = "Not available right now"


def problem(  # noqa: PLR0913, PLR0917 - the members of RFC 9457
    status: int,
    code: str,
    title: str,
    detail: str,
    instance: str = "",
    errors: Sequence[FieldError] = (),
) -> dict[str, object]:
    """Give an RFC 9457 problem document as plain values; `type` is a path of this API."""
    document: dict[str, object] = {
        "type": f"/problems/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": instance,
        "code": code,
    }
    if errors:
        document["errors"] = [error.as_dict() for error in errors]
    return document


def nearest(word: str, choices: Sequence[str]) -> str | None:
    """Give the choice that `word` was probably meant to be, or None when nothing is near (difflib, ratio 0.6)."""
    folded = {choice.casefold(): choice for choice in choices}
    matches = get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None

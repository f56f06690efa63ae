"""Compression of answers, but for the files of releases."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from starlette_compress import CompressMiddleware

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from app.edge.caching import Fields


CODINGS = ("zstd", "br", "gzip")
"""The codings there are, in the order in which they are chosen."""


@lru_cache(256)
def coding_of(accept_encoding: str) -> str:
    """Give the coding that `Compression` chooses for an `Accept-Encoding` (RFC 9110, 12.5.3); empty where it leaves a body alone.

    Weights only refuse (`q=0`) or allow; `*` allows what is not named.
    """
    weights: dict[str, bool] = {}
    for part in accept_encoding.lower().split(","):
        coding, *parameters = (one.strip() for one in part.split(";"))
        weights[coding] = all(_allows(one) for one in parameters)
    anything = weights.get("*", False)
    return next((one for one in CODINGS if weights.get(one, anything)), "")


def _allows(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return True
    try:
        return float(value) > 0
    except ValueError:
        return False


_SMALLEST = 1000
"""Bytes of a body below which a coding is not worth its header."""


class Compression:
    """Zstandard, Brotli or gzip for what is made on the way; a file goes out as it lies on the disk.

    Its validator and its ranges are of those bytes: a download that was broken off compressed could not be resumed.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._plain = app
        self._compressed = CompressMiddleware(app, minimum_size=_SMALLEST)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await (self._plain if _left_alone(scope) else self._compressed)(scope, receive, send)


class Packer:
    """Codes an answer that is whole as `Compression` does, without waiting."""

    def __init__(self) -> None:
        """Make what can code again and again."""
        self._compressed = CompressMiddleware(_answer, minimum_size=_SMALLEST)

    @staticmethod
    def packs(scope: Scope, body: bytes) -> bool:
        """Give whether an answer to a request may be coded: it asks for a coding, and the body is worth it."""
        return len(body) >= _SMALLEST and not _left_alone(scope)

    def pack(self, scope: Scope, fields: Fields, body: bytes) -> tuple[Fields, bytes]:
        """Give the fields and the body of an answer to a request, in the coding that it asks for."""
        sent: list[Message] = []

        async def keep(message: Message) -> None:
            sent.append(message)

        work = self._compressed({**scope, _ANSWER: (fields, body)}, _nothing, keep)
        with suppress(StopIteration):
            work.send(None)
            work.close()  # it waits for something: only a stream does
        start, coded = sent
        return list(start["headers"]), bytes(coded["body"])


_ANSWER = "answer"


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    del receive
    fields, body = scope[_ANSWER]
    await send({"type": "http.response.start", "status": 200, "headers": list(fields)})
    await send({"type": "http.response.body", "body": body})


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def _left_alone(scope: Scope) -> bool:
    """Give whether an answer goes out as it is: a file, or a read that asks for no coding (it says itself what it varies by)."""
    if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
        return False
    fixed = scope["path"].startswith("/v1/releases/") and "/files/" in scope["path"]
    return fixed or all(name != b"accept-encoding" for name, _ in scope["headers"])

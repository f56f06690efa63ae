"""What a request wants done on a snapshot, said before anybody waits for one.

So a read is the same whoever does it: the event loop at once (`app.edge.at_once`), or a thread while the request waits.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from app.edge.context import context_of
from app.edge.whole import TRIED

if TYPE_CHECKING:
    from app.db.sessions import Snapshot
    from app.edge.blanks import Blank

Answer: TypeAlias = "Response | Callable[[], Response]"
"""An answer, or what makes it where there is time: the beginning of a stream."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A piece of reading that ends in an answer; `least` and `brief` are those of `Context.read`."""

    work: Callable[[Snapshot], Answer]
    least: int = 0
    brief: bool = True
    blank: Callable[[Snapshot], Blank | None] | None = None
    """What makes a blank of answers to the same question about other single things (`app.edge.blanks`)."""


Reader: TypeAlias = Callable[[Request], Errand]
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


async def carry_out(request: Request, errand: Errand) -> Response:
    """Do it where there is time, or at once where it takes none."""
    brief = errand.brief and not request.scope.get("state", {}).get(TRIED)
    answer = await context_of(request).read(errand.work, least=errand.least, brief=brief)
    return answer if isinstance(answer, Response) else await context_of(request).in_thread(answer)


def endpoint(reader: Reader) -> Endpoint:
    """Give the endpoint of a read, which still says what the reader is."""

    async def answer(request: Request) -> Response:
        return await carry_out(request, reader(request))

    answer.__doc__, answer.__name__ = reader.__doc__, reader.__name__
    answer.reader = reader  # type: ignore[attr-defined]  # for `reader_of`
    return answer


def reader_of(found: object) -> Reader | None:
    """Give what an endpoint was made of, None for one that waits on its own."""
    reader: Reader | None = getattr(found, "reader", None)
    return reader

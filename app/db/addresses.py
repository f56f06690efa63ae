"""Where a store is: a file, a server, or several servers of which one takes writes and the others follow it.

Several are written as libpq writes them (PostgreSQL's manual, 34.1.1.2): `postgresql://user@one,two:5433/name?sslmode=require`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

Target: TypeAlias = Literal["read-write", "prefer-standby"]
_ATTRS = "target_session_attrs"


def read_address(url: str) -> URL:
    """Give SQLAlchemy's address of a store, whose hosts and ports stand in the query where there are several."""
    if not url.startswith("postgresql") or "," not in (parts := urlsplit(url)).netloc:
        return make_url(url)
    user, at, places = parts.netloc.rpartition("@")
    hosts, ports = zip(*(_host_and_port(place) for place in places.split(",")), strict=True)
    alone = make_url(f"{parts.scheme}://{user}{at}{parts.path}?{parts.query}")
    return alone.update_query_dict({"host": ",".join(hosts), "port": ",".join(ports)})


def _host_and_port(place: str) -> tuple[str, str]:
    host, colon, port = place.rpartition(":")
    if not colon or place.endswith("]"):
        host, port = place, ""
    return host.strip("[]"), port or "5432"


def has_several_hosts(address: URL) -> bool:
    """Tell whether an address names more than one server."""
    hosts = address.query.get("host", ())
    return len(hosts.split(",") if isinstance(hosts, str) else hosts) > 1


def aimed(address: URL, target: Target) -> URL:
    """Give the address for one use of several servers: `read-write` finds the primary, `prefer-standby` spares it.

    What an address says itself about its readers is kept; a writer has no choice.
    """
    if not has_several_hosts(address) or (target != "read-write" and _ATTRS in address.query):
        return address
    return address.update_query_dict({_ATTRS: target})

"""Rules on sources and claims: links that a reader can follow, nothing cited twice, no source that nothing cites."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from app.schemas.records import OrganizationIn, SourceIn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.curation.findings import Finding, Seed
    from app.schemas.record_parts import ClaimIn
    from app.schemas.records import Record

_TRACKER = re.compile(r"utm_\w+|fbclid|gclid|yclid|dclid|msclkid|mc_[ce]id|igshid|_ga|_hs(?:enc|mi)")
_RESERVED = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|localhost|local|invalid|test|internal)$")
"""Names that no public page has (RFC 2606, RFC 6761)."""
_NUMERIC = re.compile(r"[\d.]+|[\da-f:]*:[\da-f:]*")


def link_fault(url: str) -> str | None:
    """Say why a text is no link to a public page: scheme, host, spaces, trackers; None when it is one."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").casefold()
    except ValueError as error:
        return f"not an address: {error}"
    tracker = next(
        (name for name, _ in parse_qsl(parts.query, keep_blank_values=True) if _TRACKER.fullmatch(name.casefold())), None
    )
    faults = (
        (re.search(r"\s", url) is not None, "has a space"),
        (parts.scheme not in {"http", "https"}, f"scheme '{parts.scheme}'; http or https was expected"),
        (parts.username is not None or parts.password is not None, "holds a name or password"),
        ("." not in host, f"host '{host}' has no dot"),
        (_RESERVED.search(host) is not None, f"host '{host}' is no public one"),
        (tracker is not None, f"parameter '{tracker}' only tracks the reader"),
    )
    return next((fault for found, fault in faults if found), None)


def links(seed: Seed) -> Iterator[Finding]:
    """Every address of a source and of an organization's website can be followed; a source without one is looked at."""
    for one in seed.given:
        record = one.record
        url = record.url if isinstance(record, SourceIn) else record.website if isinstance(record, OrganizationIn) else None
        if url and (fault := link_fault(url)):
            yield seed.error("link", one, f"{url}: {fault}")
        elif url and _NUMERIC.fullmatch(urlsplit(url).hostname or ""):
            yield seed.warning("link", one, f"{url}: a number for a host; is the page at an address with a name?")
        if isinstance(one.record, SourceIn) and not url:
            yield seed.warning("link", one, "a source without an address: can a page be named?")


def orphans(seed: Seed) -> Iterator[Finding]:
    """Every source is cited by some claim."""
    cited = {claim.source for one in seed.given for _, claims in claim_lists(one.record) for claim in claims}
    for one in seed.given:
        if isinstance(one.record, SourceIn) and one.record.id not in cited:
            yield seed.error("orphan", one, "no claim cites this source")


def repeated_claims(seed: Seed) -> Iterator[Finding]:
    """No fact gives one claim twice."""
    for one in seed.given:
        for place, claims in claim_lists(one.record):
            yield from (
                seed.error("duplicate", one, f"{place} gives a claim of {claim.source} {times} times")
                for claim, times in Counter(claims).items()
                if times > 1
            )


def repeated_sources(seed: Seed) -> Iterator[Finding]:
    """No page is two sources; scheme, case of the host and a last slash make no difference."""
    first: dict[str, str] = {}
    for one in seed.given:
        if isinstance(one.record, SourceIn) and one.record.url:
            page = _page(one.record.url)
            if page in first:
                yield seed.error("duplicate", one, f"{one.record.url} is the page of source {first[page]} too")
            first.setdefault(page, one.record.id)


def _page(url: str) -> str:
    rest = url.partition("://")[2]
    host, slash, path = rest.partition("/")
    return f"{host.casefold()}{slash}{path}".rstrip("/")


def claim_lists(record: Record) -> Iterator[tuple[str, tuple[ClaimIn, ...]]]:
    """Give each list of claims of a record, its own and those of its parts, with its place."""
    for name in type(record).model_fields:
        value: object = getattr(record, name)
        if name == "claims" and isinstance(value, tuple):
            yield "the record", value
        elif isinstance(value, tuple):
            yield from ((f"{name}.{n}", part.claims) for n, part in enumerate(value) if hasattr(part, "claims") and part.claims)

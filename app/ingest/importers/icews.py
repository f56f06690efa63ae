"""ICEWS coded event data: who did what to whom, with a CAMEO code, an intensity and a place, from a sentence of the news.

`NA` is text for a missing value. CAMEO codes are text, with their leading zero. A statement is often coded twice, once in each
direction, and stays two events. Who acts is a country by ICEWS's own name, or an organization; a person or a body without a
country is named in the details and takes part as nobody.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.ingest.importers.base import Actor, EventSeen, Explained, ParticipationSeen
from app.ingest.importers.datasets import Dataset, Form, Importer
from app.ingest.importers.values import UnreadableError, clean, day, each_row, required

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from app.ingest.importers.base import Reading
    from app.ingest.importers.tables import Table
    from app.ingest.readers.delimited import Line

_MISSING = "NA"
_CAMEO = re.compile(r"[0-9]{3,4}")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_DETAILS = {
    "CAMEO Code": "cameo",
    "Event Text": "event_text",
    "Intensity": "intensity",
    "Source Name": "source",
    "Source Sectors": "source_sectors",
    "Target Name": "target",
    "Target Sectors": "target_sectors",
    "Publisher": "publisher",
    "Story ID": "story",
    "Sentence Number": "sentence",
}
ORGANIZATIONS = frozenset({
    "African Union", "Arab League", "Asian Development Bank", "Association of Southeast Asian Nations",
    "Commonwealth of Independent States", "Council of Europe", "European Central Bank", "European Commission",
    "European Parliament", "European Union", "Europol", "G7", "Gulf Cooperation Council", "International Atomic Energy Agency",
    "International Criminal Court", "International Monetary Fund", "Interpol", "North Atlantic Treaty Organization",
    "Organization for Security and Cooperation in Europe", "Organization of American States",
    "Organization of Islamic Cooperation", "Organization of Petroleum-Exporting Countries", "Shanghai Cooperation Organization",
    "UN Security Council", "United Nations", "World Bank", "World Health Organization", "World Trade Organization",
})  # fmt: skip
"""Actors without a country that are organizations of states, by ICEWS's names."""


def read(tables: Sequence[Table]) -> Iterator[Reading]:
    """Give every event and who took part in it, in the file's order."""
    seen: dict[int, int] = {}
    times: dict[int, int] = {}
    for table in tables:
        yield from each_row(table, _Events(table.name, seen, times).event)


class _Events:
    """An id is not unique in the whole data: `seen` has the first row's contents, `times` how often another one came."""

    def __init__(self, file: str, seen: dict[int, int], times: dict[int, int]) -> None:
        self.file = file
        self.seen = seen
        self.times = times

    def event(self, row: Line) -> Iterator[EventSeen | ParticipationSeen | Explained]:
        cells = {column: "" if text == _MISSING else clean(text) for column, text in row.cells.items()}
        number = cells["Event ID"]
        if not (number.isascii() and number.isdecimal()):
            raise UnreadableError("Event ID", number, "a whole number")
        held = day(cells, "Event Date")
        if not held:
            raise UnreadableError("Event Date", "", "the day of the event, YYYY-MM-DD")
        if not _CAMEO.fullmatch(cells["CAMEO Code"]):
            raise UnreadableError("CAMEO Code", cells["CAMEO Code"], "three or four digits, with the leading zero")
        _number(cells, "Intensity", 10)
        source, target = (required(cells, f"{one} Name", "an actor's name") for one in ("Source", "Target"))
        latitude, longitude = _number(cells, "Latitude", 90), _number(cells, "Longitude", 180)
        key = self._key(number, row)
        if not key:
            yield Explained(self.file, row.number, "repeats an event")
            return
        yield EventSeen(
            self.file,
            row.number,
            key,
            f"{source}: {required(cells, 'Event Text')}: {target}",
            "interaction",
            held,
            place=cells["City"] or cells["Province"],
            country=cells["Country"],
            latitude=latitude if longitude is not None else None,
            longitude=longitude if latitude is not None else None,
            details=tuple((name, cells[column]) for column, name in _DETAILS.items() if cells[column]),
        )
        for side, role in (("Source", "source"), ("Target", "target")):
            actor = _actor(cells, side, int(held[:4]))
            if actor:
                sectors = cells[f"{side} Sectors"]
                details = (("name", cells[f"{side} Name"]), *((("sectors", sectors),) if sectors else ()))
                yield ParticipationSeen(self.file, row.number, key, actor, role, details=details)

    def _key(self, number: str, row: Line) -> str:
        """Give the event's key, with a number behind it where the id came before with other contents; empty if with these."""
        contents, code = hash(tuple(row.cells.values())), int(number)
        if code not in self.seen:
            self.seen[code] = contents
            return f"icews:{number}"
        if self.seen[code] == contents:
            return ""
        self.times[code] = self.times.get(code, 1) + 1
        return f"icews:{number}#{self.times[code]}"


def _actor(cells: dict[str, str], side: str, year: int) -> Actor | None:
    country, name = cells[f"{side} Country"], cells[f"{side} Name"]
    if country:
        return Actor(f"icews-name:{country}", country, year, year)
    return Actor(f"icews-name:{name}", name, year, year, "organization") if name in ORGANIZATIONS else None


def _number(cells: dict[str, str], column: str, most: int) -> float | None:
    text = cells[column]
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or abs(float(text)) > most:
        raise UnreadableError(column, text, f"a number from -{most} to {most}, or NA")
    return float(text)


_COLUMNS = (
    "Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text", "CAMEO Code", "Intensity",
    "Target Name", "Target Sectors", "Target Country", "Story ID", "Sentence Number", "Publisher", "City", "District", "Province",
    "Country", "Latitude", "Longitude",
)  # fmt: skip
_URL = "https://doi.org/10.7910/DVN/28075"

ICEWS = Importer(
    "icews",
    "ICEWS coded event data",
    f"{_URL} (Harvard Dataverse: events.YYYY.tab)",
    (
        Dataset(
            "icews",
            "ICEWS Coded Event Data",
            "Lockheed Martin; Harvard Dataverse",
            _URL,
            "Boschee, Lautenschlager, O'Brien, Shellman, Starz, Ward (2015), ICEWS Coded Event Data, Harvard Dataverse, "
            "doi:10.7910/DVN/28075",
            "see the Dataverse page; none stated in the file",
            "2018",
            "2018",
            10,
            (Form("events", "events.YYYY.tab: a row an event, tab-separated", _COLUMNS, delimiter="\t"),),
            read,
        ),
    ),
)

"""Parties of the manytreaties package: from a row for a state to its acts on a treaty.

9999-12-31 has two meanings: in a state's end it means "still bound when coded", in a signature, ratification or entry into force
"has not happened". IEADB writes 2599-01-01, 2899-01-01 and their like, where there is no such day: it is told, and no act.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ingest.importers.actors import named
from app.ingest.importers.base import ActSeen, Explained, Noticed
from app.ingest.importers.messy import NEVER, PLACEHOLDER, messy
from app.ingest.importers.treaties import seen
from app.ingest.importers.values import clean, first_day
from app.vocabulary import ActType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.ingest.importers.base import Actor, AgreementSeen
    from app.ingest.importers.treaties import Source, Treaties
    from app.ingest.readers.delimited import Line

_UNDATED = ""
_REPLACED = "not after the entry into force: the text was replaced before"


class Parties:
    """Reads rows of a parties file; what acts a row tells is the dataset's own matter."""

    def __init__(self, file: str, source: Source, treaties: Treaties) -> None:
        """Hold the treaties that are known, and the acts that have been given, with their lines."""
        self.file = file
        self.source = source
        self.treaties = treaties
        self.given: dict[int, int] = {}

    def party(self, row: Line) -> Iterator[AgreementSeen | ActSeen | Explained | Noticed]:
        """Give the acts of a row that no earlier one gave, and its treaty if nobody gave that."""
        cells = row.cells
        number, title = clean(self.number(row)), clean(cells["Title"])
        notices: list[Noticed] = []
        acts = self.acts(row, notices)
        years = sorted(int(day[:4]) for _, date, _ in acts if (day := first_day(date)))
        actor = named(cells["stateID"], "stateID", (years[0], years[-1]) if years else (None, None), cells.get("StateName", ""))
        key = self.treaties.find(number, title, cells["Signature"])
        if key is None:
            agreement = seen(self.file, row.number, cells, (self.source, number), self.treaties)
            key = self.treaties.find(number, title, cells["Signature"])
            if agreement:
                yield agreement
        fresh = [one for one in acts if self._line(f"{key}|{actor.key}|{one[0]}|{one[1]}", row) == row.number]
        if not acts:
            yield Explained(self.file, row.number, "no date of the state's own")
        elif not fresh:
            first = self._line(f"{key}|{actor.key}|{acts[0][0]}|{acts[0][1]}", row)
            yield Explained(self.file, row.number, f"says what line {first} says")
        for act, date, column in fresh:
            yield self._act(row, (key or "", actor), act, (date, column))
        yield from notices

    def number(self, row: Line) -> str:
        """Give the number that the file has for the treaty."""
        return row.cells[self.source.party_number or "treatyID"]

    def acts(self, row: Line, notices: list[Noticed]) -> list[tuple[ActType, str, str]]:
        """Give act, date and column of every date of the state's own, and put what is odd into the notices."""
        raise NotImplementedError

    def _notice(self, row: Line, notices: list[Noticed], column: str, reason: str, beside: str = "") -> None:
        value = f"{row.cells[column]}; {beside}" if beside else row.cells[column]
        notices.append(Noticed(self.file, row.number, column, value, reason))

    def _line(self, act: str, row: Line) -> int:
        return self.given.setdefault(hash(act), row.number)

    def _act(self, row: Line, pair: tuple[str, Actor], act: ActType, said: tuple[str, str]) -> ActSeen:
        date, column = said
        locator = f"line {row.number}, {column}" if column else f"line {row.number}"
        return ActSeen(self.file, row.number, pair[0], pair[1], act.value, date, locator)


class GgoParties(Parties):
    """GGO: signature, ratification, entry into force and end of every state."""

    def acts(self, row: Line, notices: list[Noticed]) -> list[tuple[ActType, str, str]]:
        """Give the acts; a signature cell that repeats the entry into force of a state that acceded is none."""
        cells = row.cells
        for column in ("End", "Term"):
            if cells[column] != NEVER:
                messy(column, cells[column])
        signed, ratified, force = (_happened(cells, one) for one in ("StateSignature", "StateRatification", "StateForce"))
        end = "" if cells["StateEnd"] == NEVER else messy("StateEnd", cells["StateEnd"])
        if signed and signed == force and signed > cells["Signature"]:
            self._notice(row, notices, "StateSignature", "repeats the entry into force of a state that acceded: no signature")
            signed = ""
        elif signed and ratified and first_day(signed) > first_day(ratified):
            self._notice(row, notices, "StateSignature", "after the ratification", ratified)
        left = self._left(row, end, force, notices)
        told = (
            (ActType.SIGNATURE, signed, "StateSignature"),
            (ActType.RATIFICATION, ratified, "StateRatification"),
            (ActType.ENTRY_INTO_FORCE, force, "StateForce"),
            (ActType.WITHDRAWAL, left, "StateEnd"),
        )
        return [one for one in told if one[1]]

    def _left(self, row: Line, end: str, force: str, notices: list[Noticed]) -> str:
        """Give the state's own end: not the treaty's, and not before the state was bound."""
        cells = row.cells
        if not end or end in {cells["End"], cells["Term"]}:
            return ""
        if force and first_day(end) <= first_day(force):
            self._notice(row, notices, "StateEnd", _REPLACED, force)
            return ""
        if cells["End"] not in {"", NEVER} and first_day(end) > first_day(cells["End"]):
            self._notice(row, notices, "StateEnd", "after the treaty's own end", cells["End"])
        return end


class IeadbParties(Parties):
    """IEADB: signature, ratification and entry into force of every state; `Force` is the state's."""

    def number(self, row: Line) -> str:
        """Give IEADB's own number."""
        return row.cells["ieadbID"]

    def acts(self, row: Line, notices: list[Noticed]) -> list[tuple[ActType, str, str]]:
        """Give the acts."""
        columns = (
            (ActType.SIGNATURE, "stateSignature"),
            (ActType.RATIFICATION, "Rat"),
            (ActType.ENTRY_INTO_FORCE, "Force"),
        )
        told = []
        for act, column in columns:
            if PLACEHOLDER.fullmatch(row.cells[column]):
                self._notice(row, notices, column, "stands for no day")
            elif date := _happened(row.cells, column):
                told.append((act, date, column))
        return told


class SignatoryParties(Parties):
    """DESTA and TFDD: the states that signed, with the date of the agreement that they signed."""

    def acts(self, row: Line, notices: list[Noticed]) -> list[tuple[ActType, str, str]]:
        """Give the signature, dated or not, and the entry into force where the file has one."""
        cells = row.cells
        del notices
        told = [(ActType.SIGNATURE, messy("Signature", cells["Signature"]), "Signature")]
        force = messy("Force", cells.get("Force", ""))
        return [*told, (ActType.ENTRY_INTO_FORCE, force, "Force")] if force else told


class UndatedParties(Parties):
    """GPTAD: who is bound now, later joiners too; the dates are the agreement's, so a state's own is not known."""

    def number(self, row: Line) -> str:
        """Give the title: the file has no number."""
        return row.cells["Title"]

    def acts(self, row: Line, notices: list[Noticed]) -> list[tuple[ActType, str, str]]:
        """Give consent to be bound on a day that nobody says."""
        del row, notices
        return [(ActType.CONSENT_TO_BE_BOUND, _UNDATED, "")]


def _happened(cells: dict[str, str], column: str) -> str:
    text = cells[column]
    return "" if text == NEVER else messy(column, text)

"""A dataset becomes one revision: read as a stream, matched, compared and written part by part, or not at all."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.dates import DateError
from app.errors import InvalidRecordError
from app.ingest.changes import Report, look_through
from app.ingest.imported import Register
from app.ingest.imported_facts import Facts
from app.ingest.importers.base import Explained, Noticed, Refused
from app.ingest.ledger import Ledger
from app.ingest.matching import Matcher, Matches, UnmatchedError
from app.ingest.party_rows import write_parties
from app.ingest.preference import settle
from app.models import Revision, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection

    from app.ingest.changes import Reason
    from app.ingest.importers.base import Reading
    from app.ingest.importers.datasets import Dataset
    from app.ingest.importers.tables import Table

PART = 1000
"""Records that are compared and written together."""

_LINE = re.compile(r"\bline [0-9]+")
_ROOM = 4096
_REMOVED = "remove dataset "
NAMED = 1000
"""Lines of each kind that a report can name; it counts all."""


@dataclass(slots=True)
class Told:
    """Lines that were not taken as they are: how many for each reason, and the first of them."""

    counts: Counter[str] = field(default_factory=Counter)
    first: list[str] = field(default_factory=list)
    lines: set[tuple[str, int]] = field(default_factory=set)

    def note(self, place: tuple[str, int], reason: str, sentence: str) -> None:
        """Count a line and keep its sentence while there is room; reasons that name other lines are one."""
        self.counts[_LINE.sub("line N", reason)] += 1
        self.lines.add(place)
        if len(self.first) < NAMED:
            self.first.append(sentence)


@dataclass(slots=True)
class Imported:
    """What an import came to: lines read, refused, explained and noticed, who was matched how, rows by table."""

    dataset: str
    written: Report = field(default_factory=Report)
    read: int = 0
    refused: Told = field(default_factory=Told)
    explained: Told = field(default_factory=Told)
    noticed: Told = field(default_factory=Told)
    matches: Matches = field(default_factory=Matches)
    preferences: int = 0
    kept: int = 0
    same_files: bool = False
    used: dict[str, bytearray] = field(default_factory=lambda: defaultdict(bytearray), repr=False, compare=False)
    """By file, which lines gave something that was applied: a byte each."""

    def use(self, file: str, line: int) -> None:
        """Note that a line gave something."""
        lines = self.used[file]
        if len(lines) <= line:
            lines.extend(bytes(line + _ROOM - len(lines)))
        lines[line] = 1

    @property
    def applied(self) -> int:
        """How many lines were applied, all of what they say or some of it."""
        return self.read - len(self.idle(self.refused) | self.idle(self.explained))

    def idle(self, told: Told) -> set[tuple[str, int]]:
        """Give the lines of some that gave nothing at all."""
        return {(file, line) for file, line in told.lines if not any(self.used[file][line : line + 1])}


def import_dataset(
    connection: Connection,
    dataset: Dataset,
    tables: Sequence[Table],
    reason: Reason,
    progress: Callable[[int], None] = lambda _bytes: None,
) -> Imported:
    """Write a dataset in the transaction of the connection; the door commits it, or rolls a dry run back.

    The same files again are not even read, unless what they are matched against was changed since. InvalidRecordError for a
    file that is damaged or not of this dataset: then nothing may be committed.
    """
    done = Imported(dataset.name)
    mark = _digest(tables)
    reason = replace(reason, origin=origin_of(dataset.name), reason=f"{reason.reason}, {mark}")
    if dataset.name in held_datasets(connection) and _is_held(connection, reason.origin, mark):
        done.same_files = True
        return done
    ledger = Ledger(connection, dataset.name, reason)
    matcher = Matcher(connection, dataset.name)
    done.matches = matcher.matches
    register = Register(dataset, matcher)
    for _ in _parts(dataset, tables, Facts(register), done):
        ledger.write(register.taken())
        progress(sum(one.position for one in tables))
    write_parties(ledger)
    done.read = sum(one.rows for one in tables)
    _close(ledger, done, {"title": dataset.title, "version": dataset.version})
    return done


def remove_dataset(connection: Connection, name: str, reason: Reason) -> Imported:
    """Take out all that came with a dataset, but for actors that others speak of by now; nothing where it is not held."""
    done = Imported(name)
    ledger = Ledger(connection, name, replace(reason, origin=origin_of(name), reason=f"{_REMOVED}{name}"))
    _close(ledger, done, {})
    return done


def held_datasets(connection: Connection) -> list[str]:
    """Give the datasets that are held, by name."""
    statement = select(Source.id).where(Source.dataset == Source.id, Source.recorded_to.is_(None)).order_by(Source.id)
    return list(connection.execute(statement).scalars())


def origin_of(name: str) -> str:
    """Give what the revisions of a dataset have as their origin."""
    return f"import:{name}"


def _close(ledger: Ledger, done: Imported, told: dict[str, object]) -> None:
    done.kept = ledger.close_rest()
    for one in held_datasets(ledger.connection):
        if one != ledger.dataset and _newest_reason(ledger.connection, one).startswith(_REMOVED):
            ledger.close_kept(one)
    done.preferences = settle(ledger.connection, lambda: ledger.revision)
    done.written = ledger.finish(told)
    if done.written.revision is not None:
        look_through(ledger.connection)


def _newest_reason(connection: Connection, name: str) -> str:
    newest = select(Revision.reason).where(Revision.origin == origin_of(name)).order_by(Revision.id.desc()).limit(1)
    return connection.execute(newest).scalar_one_or_none() or ""


def _parts(dataset: Dataset, tables: Sequence[Table], facts: Facts, done: Imported) -> Iterator[None]:
    """Pause whenever there is enough to write."""
    waiting = 0
    for record in dataset.read(tables):
        if isinstance(record, Refused | Explained | Noticed):
            _note(done, record)
            continue
        try:
            facts.tell(record)
        except (UnmatchedError, DateError) as error:
            _note(done, Refused(record.file, record.line, "", str(_subject(record)), error.expected))
        else:
            done.use(record.file, record.line)
        waiting += 1
        if waiting == PART:
            waiting = 0
            yield
    facts.finish()
    _check_ends(tables, done)
    yield


def _check_ends(tables: Sequence[Table], done: Imported) -> None:
    """Refuse a file whose last line makes no sense where no line end would tell that it is whole."""
    for one in tables:
        last = one.rows + 1
        if not one.form.ends_with_newline and (one.name, last) in done.refused.lines:
            where = f"{one.name}, line {last}"
            sentence = next((told for told in done.refused.first if told.startswith(f"{where}:")), where)
            raise InvalidRecordError(f"the file breaks off in its last line: {sentence}")


def _subject(record: Reading) -> object:
    return getattr(record, "actor", None) or getattr(record, "key", record)


def _note(done: Imported, record: Refused | Explained | Noticed) -> None:
    place = record.file, record.line
    where = f"{record.file}, line {record.line}"
    if isinstance(record, Refused):
        column = f"column {record.column} is {record.value!r}" if record.column else record.value
        done.refused.note(place, f"{record.column}: expected {record.expected}", f"{where}: {column}; expected {record.expected}")
    elif isinstance(record, Explained):
        done.explained.note(place, record.reason, f"{where}: {record.reason}")
    else:
        done.noticed.note(place, record.reason, f"{where}: {record.column} {record.value!r}: {record.reason}")


def _digest(tables: Sequence[Table]) -> str:
    """Give the digest of the files, in whatever order and under whatever names they come."""
    each = []
    for one in tables:
        with one.path.open("rb") as file:
            each.append(hashlib.file_digest(file, "sha256").hexdigest())
    return f"sha256:{hashlib.sha256(' '.join(sorted(each)).encode()).hexdigest()}"


def _is_held(connection: Connection, origin: str, mark: str) -> bool:
    """Tell whether the dataset's last revision was of these files, and only datasets were imported since."""
    newest = select(Revision.id, Revision.reason).where(Revision.origin == origin).order_by(Revision.id.desc()).limit(1)
    found = connection.execute(newest).first()
    if found is None or mark not in found.reason:
        return False
    later = select(Revision.id).where(Revision.id > found.id, Revision.origin.not_like("import:%")).limit(1)
    return connection.execute(later).first() is None

"""What codes and names stand for, and when; a bare code in every scheme where it means something, near misses where none does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from rapidfuzz import fuzz, process
from sqlalchemy import and_, case, literal, select

from app.errors import BadQueryError, NotFoundError
from app.folding import fold
from app.models import Code, Label, Name, SearchEntry
from app.queries.computed import Computation, arguments, listed
from app.queries.predicates import interval, time_truth
from app.queries.resolving import parse_code
from app.queries.searching import alike, sought
from app.schemas.questions import TimeCondition
from app.schemas.search import RESOLVE
from app.schemas.tables import MOMENT_PARTS
from app.vocabulary import PLURALS, SEARCHED_KINDS, Kind, NameUse, Scheme

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Select

    from app.db.sessions import Snapshot
    from app.queries.computed import Computed
    from app.schemas.questions import Question
    from app.schemas.tables import Row, Value

MAX_NEAR = 3
_MAX_COMPARED = 20_000
_WIDTH = 3
_PADDED = frozenset({Scheme.ISONUM, Scheme.M49})
_UNDATED: tuple[Value, ...] = (None,) * (2 * len(MOMENT_PARTS))
_ORDER = ("id", *Scheme, "acronym", "name")


@dataclass(frozen=True, slots=True)
class Asked:
    """A code as it was asked: its scheme, or None for any, and its value."""

    text: str
    scheme: Scheme | None
    value: str

    @property
    def spellings(self) -> set[str]:
        """The forms that the schemes write it in: any case, and with the zeros that isonum and m49 keep."""
        forms = {self.value, self.value.upper(), self.value.lower()}
        return forms | ({self.value.zfill(_WIDTH)} if self.value.isdigit() else set())

    def means(self, scheme: str, value: str) -> bool:
        """Give whether it is this code of this scheme."""
        if self.scheme not in {None, scheme}:
            return False
        padded = self.value.zfill(_WIDTH) if scheme in _PADDED else self.value
        return padded.casefold() == value.casefold()


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a code or name stands for; `held` is False where it does not on the days asked."""

    scheme: str
    code: str
    id: str
    kind: str
    name: str
    dates: tuple[Value, ...]
    certain: bool
    held: bool

    def row(self, asked: str) -> Row:
        """Give the row for what was asked."""
        url = f"/v1/{PLURALS[Kind(self.kind)]}/{self.id}"
        match = "certain" if self.certain else "possible"
        return (asked, self.scheme, self.code, self.id, self.kind, self.name, *self.dates, url, match)

    @property
    def span(self) -> str:
        """Say when it stood for this."""
        return f"{self.id} ({self.dates[0]}/{self.dates[len(MOMENT_PARTS)]})"


def parse_asked(text: str) -> Asked:
    """Understand a code with or without its scheme; BadQueryError names the nearest scheme."""
    if ":" not in text:
        return Asked(text, None, text)
    try:
        scheme, value = parse_code(text)
    except NotFoundError as error:
        suggestion = error.errors[0].suggestion if error.errors else None
        raise BadQueryError.at("code", "unknown-scheme", error.detail, suggestion) from error
    return Asked(text, scheme, value)


def _dated(table: type[Code | Name]) -> list[object]:
    return [getattr(table, f"{end}{part}") for end in ("start", "end") for part in MOMENT_PARTS]


def _truths(table: type[Code | Name], question: Question) -> tuple[list[object], dict[str, object]]:
    """Give two columns, certain and possible, and their values: whether a row holds at the times asked."""
    values: dict[str, object] = {}
    certain, possible = [], []
    for n, time in enumerate(question.times):
        values |= {f"t{n}_first": time.first, f"t{n}_last": time.last}
        truth = time_truth(interval(table), TimeCondition(time.test, f"t{n}_first", f"t{n}_last", ""))
        certain.append(truth.certain)
        possible.append(truth.possible)
    if not certain:
        return [literal(1), literal(1)], values
    return [case((and_(*one), 1), else_=0) for one in (certain, possible)], values


def _meanings(snapshot: Snapshot, statement: Select[*tuple[object, ...]], values: dict[str, object]) -> Iterator[Meaning]:
    width = len(_UNDATED)
    for row in snapshot.execute(statement, values):
        scheme, code, entity, kind, name = (str(part) for part in row[:5])
        certain, possible = row[5 + width :]
        yield Meaning(scheme, code, entity, kind, name, tuple(row[5 : 5 + width]), bool(certain), bool(possible))


def code_meanings(snapshot: Snapshot, asked: Sequence[Asked], question: Question) -> list[Meaning]:
    """Give every thing that has or had one of the codes."""
    truths, values = _truths(Code, question)
    spelled = set[str]().union(*(one.spellings for one in asked))
    statement = select(Code.scheme, Code.value, Code.entity_id, Label.kind, Label.name, *_dated(Code), *truths)
    statement = statement.join(Label, Label.id == Code.entity_id).where(Code.value.in_(sorted(spelled)))
    return list(_meanings(snapshot, statement, values))


def id_meanings(snapshot: Snapshot, asked: Sequence[Asked]) -> list[Meaning]:
    """Give every thing that one of the codes is the id of."""
    spelled = set[str]().union(*(one.spellings for one in asked if one.scheme is None))
    kinds = [kind.value for kind in SEARCHED_KINDS]
    statement = select(Label.id, Label.kind, Label.name).where(Label.id.in_(sorted(spelled)), Label.kind.in_(kinds))
    return [
        Meaning("id", str(entity), str(entity), str(kind), str(name), _UNDATED, certain=True, held=True)
        for entity, kind, name in snapshot.execute(statement)
    ]


def name_meanings(snapshot: Snapshot, texts: Sequence[str], question: Question, *, acronyms: bool) -> list[Meaning]:
    """Give every thing that has or had one of the names, each name with its time; only acronyms if so wanted."""
    truths, values = _truths(Name, question)
    entry = SearchEntry
    columns = [literal("acronym" if acronyms else "name"), entry.name, entry.entity_id, entry.kind, Label.name, *_dated(Name)]
    undated = Name.start_status.is_(None)
    held = [case((undated, 1), else_=one) for one in truths]
    same = and_(Name.entity_id == entry.entity_id, Name.name == entry.name)
    statement = select(*columns, *held).select_from(entry).join(Label, Label.id == entry.entity_id).outerjoin(Name, same)  # type: ignore[call-overload] # columns gathered at run time
    use = entry.use == NameUse.ACRONYM.value if acronyms else entry.use.not_in((NameUse.PLACE.value, NameUse.CODE.value))
    wanted = sorted({fold(text) for text in texts})
    return list(dict.fromkeys(_meanings(snapshot, statement.where(entry.folded.in_(wanted), use), values)))


def _resolve(snapshot: Snapshot, question: Question) -> Computed:
    given = arguments(question)
    asked = [parse_asked(str(text)) for text in given.get("code", ())]
    names = [str(text) for text in given.get("name", ())]
    if not asked and not names:
        raise BadQueryError.at("code", "missing", "'code' or 'name' is needed, such as code=cow:365 or name=Burma")
    found = _found(snapshot, asked, names, question)
    kinds = given.get("kind", ())
    rows: list[Row] = []
    warnings: list[str] = []
    missed: list[str] = []
    for text, meanings in found:
        of_kind = [one for one in meanings if not kinds or one.kind in kinds]
        held = [one for one in of_kind if one.held]
        rows += [one.row(text) for one in sorted(held, key=_place)]
        if not held and of_kind:
            spans = ", ".join(one.span for one in of_kind)
            warnings.append(f"'{text}' stood for nothing then; it stood for {spans}")
        elif not held:
            warnings.append(f"'{text}' stands for nothing" + (f" that is a {' or a '.join(map(str, kinds))}" if kinds else ""))
            missed.append(text)
    near = [one for text in missed[: MAX_NEAR * MAX_NEAR] for one in _near(snapshot, text)]
    answer = listed(RESOLVE.fields, rows)
    return type(answer)(answer.fields, answer.blocks, answer.certain, meta={"warnings": warnings, "near": near})


def _found(
    snapshot: Snapshot, asked: Sequence[Asked], names: Sequence[str], question: Question
) -> Iterator[tuple[str, list[Meaning]]]:
    coded = code_meanings(snapshot, asked, question) if asked else []
    bare = [one for one in asked if one.scheme is None]
    known = id_meanings(snapshot, bare) if bare else []
    short = name_meanings(snapshot, [one.text for one in bare], question, acronyms=True) if bare else []
    for one in asked:
        meanings = [meaning for meaning in coded if one.means(meaning.scheme, meaning.code)]
        if one.scheme is None:
            meanings += [meaning for meaning in known if meaning.code in one.spellings]
            meanings += [meaning for meaning in short if fold(meaning.code) == fold(one.text)]
        yield one.text, meanings
    for text in names:
        yield text, name_meanings(snapshot, [text], question, acronyms=False)


def _place(meaning: Meaning) -> tuple[int, str, str]:
    return _ORDER.index(meaning.scheme), str(meaning.dates[1] or ""), meaning.id


def _near(snapshot: Snapshot, text: str) -> list[dict[str, object]]:
    """Give the codes of the same scheme, or of any, and the names that look most like what stands for nothing."""
    scheme, _, value = text.rpartition(":")
    statement = select(Code.scheme, Code.value, Code.entity_id, Label.name).join(Label, Label.id == Code.entity_id)
    statement = statement.where(Code.scheme == scheme.lower()) if scheme else statement
    codes = {f"{row[0]}:{row[1]}": row for row in snapshot.execute(statement.order_by(Code.pk).limit(_MAX_COMPARED))}
    values = {key: str(row[1]).casefold() for key, row in codes.items()}
    close = process.extract(value.casefold(), values, scorer=fuzz.ratio, limit=MAX_NEAR, score_cutoff=65)
    near = [{"asked": text, "code": key, "id": codes[key][2], "name": codes[key][3]} for _, _, key in close]
    if not scheme:
        near += [
            {"asked": text, "code": hit.id, "id": hit.id, "name": hit.name} for hit in alike(snapshot, sought(text))[:MAX_NEAR]
        ]
    return cast("list[dict[str, object]]", near)


RESOLVING = Computation(RESOLVE, _resolve)

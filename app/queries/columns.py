"""Columns of a resource: a field of the wire shape bound to SQL, and the references most resources share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from sqlalchemy import String, and_, func, select
from sqlalchemy.orm import QueryableAttribute, aliased
from sqlalchemy.sql.expression import ColumnClause

from app.db.hints import Unsought
from app.models import Claim, Code, Label, Link, Name, Organization, Source, State
from app.queries.json_sql import JsonMap, json_array
from app.queries.predicates import Many
from app.schemas.common import fields_of
from app.schemas.sources import ClaimOut, SourceOut
from app.schemas.tables import MOMENT_PARTS, Field, FieldType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import ColumnElement, SQLColumnExpression
    from sqlalchemy.sql.selectable import FromClause

    from app.db.base import CitedFact

Exprs = dict[str, tuple["SQLColumnExpression[object]", ...]]
"""SQL by field path: one expression, or five for a moment."""


Point: TypeAlias = "tuple[SQLColumnExpression[object], SQLColumnExpression[object]]"
"""Latitude and longitude of a row's representative point, in decimal degrees (WGS 84)."""

CitedTable: TypeAlias = "type[CitedFact]"
"""A table, or an alias of one, whose rows carry evidence."""


@dataclass(frozen=True, slots=True)
class Join:
    """A table that some columns need, and how it is reached; left out where no column needs it.

    Where `sure`, every row reaches one: the engine may then begin there.
    """

    target: type[object]
    on: ColumnElement[bool]
    sure: bool = False


def moment(path: str, table: object, name: str) -> Exprs:
    """Bind a date to the five columns of one prefix."""
    return {path: tuple(getattr(table, f"{name}{part}") for part in MOMENT_PARTS)}


def dated(table: object, start: str = "start", end: str = "end") -> Exprs:
    """Bind a resource's interval under its own names."""
    return moment(start, table, "start") | moment(end, table, "end")


def place(path: str, table: object) -> Exprs:
    """Bind a place."""
    return {f"{path}.{part}": (getattr(table, f"place_{part}"),) for part in ("name", "country", "latitude", "longitude")}


def reference(
    path: str, owner: SQLColumnExpression[object], *, name: str = "name", extra: Mapping[str, str] | None = None
) -> tuple[Exprs, Join]:
    """Bind a reference by id to the label of what it names; `extra` maps members to label columns."""
    label = aliased(Label)
    exprs: Exprs = {f"{path}.id": (owner,), f"{path}.{name}": (label.name,)}
    for member, column in (extra or {}).items():
        exprs[f"{path}.{member}"] = (getattr(label, column),)
    return exprs, Join(label, label.id == owner)


def actor(path: str, table: object, column: str) -> tuple[Exprs, Join]:
    """Bind a state or an organization."""
    exprs, join = reference(path, getattr(table, f"{column}_id"))
    return {**exprs, f"{path}.kind": (getattr(table, f"{column}_kind"),)}, join


def spot(table: object) -> Point:
    """Bind the point of a place."""
    return table.place_latitude, table.place_longitude  # type: ignore[attr-defined]  # any table that is Placed


def home(owner: SQLColumnExpression[object]) -> tuple[Point, tuple[Join, Join]]:
    """Bind the point of an actor: a state's representative point, an organization's seat."""
    state, organization = aliased(State), aliased(Organization)
    latitude = func.coalesce(state.latitude, organization.place_latitude)
    longitude = func.coalesce(state.longitude, organization.place_longitude)
    return (latitude, longitude), (Join(state, state.id == owner), Join(organization, organization.id == owner))


def evidence(table: CitedTable, subject: SQLColumnExpression[str] | None = None) -> tuple[Exprs, tuple[Join, ...]]:
    """Bind the evidence of a fact: the counts it carries and its best claim, which is one of the `subject`'s if that is given.

    Then the claim is sought among the subject's: facts that are shown together lie together, and so do their claims, where
    the ids of claims are spread over all of them. Of ten million memberships sixty claims so take a third of the time.
    """
    claim, source, title = aliased(Claim), aliased(Source), aliased(Label)
    best = claim.id == table.best_claim
    if subject is not None:
        best = and_(claim.subject_id == subject, Unsought(claim.id, String()) == table.best_claim)
    exprs: Exprs = {
        "evidence.claims": (table.claim_count,),
        "evidence.conflict": (table.conflict,),
        "evidence.best.id": (table.best_claim,),
        "evidence.best.source": (claim.source_id,),
        "evidence.best.title": (title.name,),
        "evidence.best.publisher": (source.publisher,),
        "evidence.best.url": (source.url,),
        "evidence.best.quote": (claim.quote,),
    }
    joins = (
        Join(claim, best),
        Join(source, source.id == claim.source_id),
        Join(title, title.id == claim.source_id),
    )
    return exprs, joins


def names(owner: SQLColumnExpression[object]) -> SQLColumnExpression[object]:
    """Give the names of an entity as a list, without those of the CLDR."""
    name = aliased(Name)
    exprs: Exprs = {"name": (name.name,), "lang": (name.lang,), "type": (name.type,), **dated(name)}
    fields = [*(Field(one) for one in ("name", "lang", "type")), Field("start", FieldType.MOMENT), Field("end", FieldType.MOMENT)]
    source = select().select_from(name).where(name.entity_id == owner, name.type != "cldr").correlate(correlated(owner))
    return json_array(exprs, fields, source, (name.position,))


def codes(owner: SQLColumnExpression[object]) -> SQLColumnExpression[object]:
    """Give the codes of an entity in use, or last in use, as an object by scheme."""
    code = aliased(Code)
    newest = func.row_number().over(partition_by=code.scheme, order_by=_newest(code))
    source = select(code.scheme, code.value, newest.label("place")).where(code.entity_id == owner).correlate(correlated(owner))
    placed = source.subquery()
    rows = select(placed.c.scheme, placed.c.value).where(placed.c.place == 1).order_by(placed.c.scheme).subquery()
    return select(JsonMap(rows.c.scheme, rows.c.value)).select_from(rows).scalar_subquery()


def _newest(code: type[Code]) -> tuple[SQLColumnExpression[object], ...]:
    """Give the order of the codes of a scheme: those in use first, then the one taken up last; the first given decides."""
    return (code.end_latest.is_not(None), code.start_earliest.desc().nulls_last(), code.pk)


def code_of(owner: SQLColumnExpression[object], scheme: str) -> SQLColumnExpression[object]:
    """Give the code of an entity in one scheme, the latest where it had several."""
    code = aliased(Code)
    return (
        select(code.value)
        .where(code.entity_id == owner, code.scheme == scheme)
        .order_by(*_newest(code))
        .limit(1)
        .correlate(correlated(owner))
        .scalar_subquery()
    )


def localized(owner: SQLColumnExpression[object], default: SQLColumnExpression[object], lang: str) -> SQLColumnExpression[object]:
    """Give the name of an entity in a language, by its short or official name, then the CLDR's, else the default."""
    name = aliased(Name)
    found = (
        select(name.name)
        .where(
            name.entity_id == owner, name.lang == lang, name.type.in_(("short", "official", "cldr")), name.end_status == "ongoing"
        )
        .order_by(name.type.desc(), name.position)
        .limit(1)
        .correlate(correlated(owner))
        .scalar_subquery()
    )
    return func.coalesce(found, default)


def claims(owner: SQLColumnExpression[object], *, full: bool) -> SQLColumnExpression[object]:
    """Give the claims on a fact as a list, each with its source in short or in full."""
    claim, source, title = aliased(Claim), aliased(Source), aliased(Label)
    fields = [one for one in fields_of(ClaimOut) if full or not one.path.startswith("source.")]
    exprs = claim_exprs(claim, source, title)
    if full:
        fields = [one for one in fields if not one.path.startswith("source.")]
        fields += [Field(f"source.{one.path}", one.type) for one in fields_of(SourceOut)]
        exprs |= {f"source.{path}": value for path, value in source_exprs(source, title).items()}
    else:
        fields.append(Field("source.id"))
    query = (
        select()
        .select_from(claim)
        .join(source, source.id == claim.source_id)
        .join(title, title.id == claim.source_id)
        .where(claim.subject_id == owner)
        .correlate(correlated(owner))
    )
    return json_array(exprs, fields, query, (claim.stance.desc(), claim.id))


def claim_exprs(claim: type[Claim], source: type[Source], title: type[Label]) -> Exprs:
    """Bind a claim and its source in short."""
    own = {one: (getattr(claim, one),) for one in ("id", "property", "value", "stance", "quote", "locator", "confidence")}
    return {
        **own,
        "subject.kind": (claim.subject_kind,),
        "subject.id": (claim.subject_id,),
        "source.id": (claim.source_id,),
        "source.title": (title.name,),
        "source.publisher": (source.publisher,),
        "source.url": (source.url,),
        **moment("source.published", source, "published"),
    }


def source_exprs(source: type[Source], title: type[Label]) -> Exprs:
    """Bind a source."""
    said = ("id", "publisher", "url", "type", "lang", "accessed", "version", "citation", "terms", "precedence")
    own = {one: (getattr(source, one),) for one in said}
    return {**own, "title": (title.name,), **moment("published", source, "published")}


def correlated(owner: SQLColumnExpression[object]) -> type[object] | FromClause:  # type: ignore[explicit-any] # SQLAlchemy's default
    """Give the table that a subquery is correlated to: the one that the owner's id stands in."""
    if isinstance(owner, QueryableAttribute):
        return cast("type[object]", owner.parent.entity)
    if isinstance(owner, ColumnClause) and owner.table is not None:
        return owner.table
    raise TypeError(owner)


def merged(*parts: Exprs) -> Exprs:
    """Put bindings together."""
    return {path: exprs for part in parts for path, exprs in part.items()}


def with_prefix(prefix: str, exprs: Mapping[str, Sequence[SQLColumnExpression[object]]]) -> Exprs:
    """Move bindings below a path."""
    return {f"{prefix}.{path}": tuple(value) for path, value in exprs.items()}


def claim_includes(owner: SQLColumnExpression[object]) -> dict[str, Callable[[], SQLColumnExpression[object]]]:
    """Give what `include=claims` and `include=claims.source` add to a fact."""
    return {"claims": lambda: claims(owner, full=False), "claims.source": lambda: claims(owner, full=True)}


def linked(
    owner: SQLColumnExpression[object], prop: str, *, name: str = "name", acronym: bool = False
) -> SQLColumnExpression[object]:
    """Give the entities an entity is linked to, as a list of references in the order of the record."""
    link, label = aliased(Link), aliased(Label)
    exprs: Exprs = {"id": (link.object_id,), name: (label.name,)} | ({"acronym": (label.acronym,)} if acronym else {})
    source = (
        select()
        .select_from(link)
        .join(label, label.id == link.object_id)
        .where(link.subject_id == owner, link.property == prop)
        .correlate(correlated(owner))
    )
    return json_array(exprs, [Field(one) for one in exprs], source, (link.position,))


def linked_filter(owner: SQLColumnExpression[object], prop: str) -> Many:
    """Bind a filter on the entities an entity is linked to."""
    return Many(owner, Link.subject_id, Link.object_id, (Link.property == prop,))

"""The register of identities, and what every identity has: a label, names, codes, links, search entries."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, Dated, Recorded
from app.models.checks import in_order, one_of, table_args
from app.vocabulary import Kind, NameType, NameUse, Scheme


class Entity(Base):
    """An id that never vanishes: it can be merged into another or withdrawn, with the reason."""

    __tablename__ = "entity"
    __table_args__ = (UniqueConstraint("id", "kind"), one_of("kind", Kind))

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column()
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("entity.id"))
    withdrawn: Mapped[str | None] = mapped_column()


class Label(Recorded):
    """The name that an entity is shown by, and its acronym."""

    __tablename__ = "label"
    __table_args__ = table_args("label", Index("ix_label_acronym", "acronym"), Index("ix_label_id", "id"))

    id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    kind: Mapped[str] = mapped_column()
    name: Mapped[str] = mapped_column(CheckConstraint("name <> ''", name="name_given"))
    acronym: Mapped[str | None] = mapped_column()


class Name(Dated, Recorded):
    """A further name with its language, type and time."""

    __tablename__ = "name"
    __table_args__ = table_args("name", one_of("type", NameType), in_order(), Index("ix_name_entity_lang", "entity_id", "lang"))

    id: Mapped[str] = mapped_column()
    entity_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    name: Mapped[str] = mapped_column()
    lang: Mapped[str] = mapped_column()
    type: Mapped[str] = mapped_column()
    position: Mapped[int] = mapped_column()


class Code(Dated, Recorded):
    """A code of an entity in one scheme, for the time it stood for it."""

    __tablename__ = "code"
    __table_args__ = table_args(
        "code",
        one_of("scheme", Scheme),
        in_order(),
        Index("ix_code_scheme_value", "scheme", "value"),
        Index("ix_code_entity_scheme", "entity_id", "scheme"),
    )

    id: Mapped[str] = mapped_column()
    entity_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    scheme: Mapped[str] = mapped_column()
    value: Mapped[str] = mapped_column()


class Link(Recorded):
    """An undated reference of one entity to another: an event's organization, an agreement's topic."""

    __tablename__ = "link"
    __table_args__ = table_args(
        "link",
        Index("ix_link_subject", "subject_id", "property"),
        Index("ix_link_object", "object_id", "property"),
    )

    id: Mapped[str] = mapped_column()
    subject_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    property: Mapped[str] = mapped_column()
    object_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    position: Mapped[int] = mapped_column()


class SearchEntry(Recorded):
    """One spelling of a name that an entity can be found by; the full-text index points to these rows.

    `folded` are its ASCII words, `grams` the letters that misspelled words share with them (none for titles of sources);
    `use` and `lang` say what name it is.
    """

    __tablename__ = "search_entry"
    __table_args__ = table_args(
        "search_entry",
        one_of("use", NameUse),
        Index("ix_search_entry_entity", "entity_id"),
        Index("ix_search_entry_folded", "folded"),
    )

    id: Mapped[str] = mapped_column()
    entity_id: Mapped[str] = mapped_column(ForeignKey("entity.id"))
    kind: Mapped[str] = mapped_column()
    name: Mapped[str] = mapped_column()
    folded: Mapped[str] = mapped_column()
    grams: Mapped[str] = mapped_column()
    use: Mapped[str] = mapped_column()
    lang: Mapped[str | None] = mapped_column()
    weight: Mapped[int] = mapped_column()

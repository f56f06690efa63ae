"""Shapes of vocabularies and the data set itself."""

from __future__ import annotations

from pydantic import BaseModel
from pydantic import Field as Describe


class WordOut(BaseModel):
    """One word of a closed list."""

    value: str
    label: str
    authority: str | None = None


class VocabularyOut(BaseModel):
    """A closed list."""

    name: str
    description: str
    words: list[WordOut]


class CountOut(BaseModel):
    """How many rows a collection holds, and which share of their intervals is known to the day."""

    rows: int
    day_precise: float | None = Describe(
        description="share of intervals known to the day: their start, and their end unless they go on"
    )


class OrganizationCountOut(BaseModel):
    """Memberships held of one organization."""

    memberships: int
    day_precise: float
    claims: int


class ImportedOut(BaseModel):
    """A dataset that was imported: `source=` with its id selects it."""

    id: str = Describe(examples=["cow-igo-year"])
    title: str
    publisher: str | None
    url: str | None
    version: str | None
    citation: str | None = Describe(description="how it wants to be cited")
    terms: str | None = Describe(description="on which terms it is given")
    precedence: int | None = Describe(
        description="where several speak of one membership the least is preferred; curated data have 0"
    )
    rows: dict[str, int] = Describe(description="rows that came with it, by collection")


class DatasetOut(BaseModel):
    """The data set: what it holds, its licence, its newest revision."""

    name: str
    description: str
    revision: int
    recorded_at: str | None
    data_license: str
    code_license: str
    citation: str
    collections: dict[str, CountOut]
    organizations: dict[str, OrganizationCountOut] = Describe(description="by organization, of the memberships shown by default")
    imported: list[ImportedOut] = Describe(description="the datasets that were imported, the one that is preferred first")

"""The manytreaties package (globalgov, Geneva): nine datasets of international agreements, five of them with parties.

A file says by its header whose it is. Every dataset is a source of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.ingest.importers.datasets import Dataset, Form, Importer
from app.ingest.importers.treaties import Agreements, Source, Treaties
from app.ingest.importers.treaty_parties import GgoParties, IeadbParties, SignatoryParties, UndatedParties
from app.ingest.importers.values import each_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from app.ingest.importers.base import Reading
    from app.ingest.importers.tables import Table
    from app.ingest.importers.treaty_parties import Parties


class Kind(NamedTuple):
    """One dataset: its source, title, citation, columns and rows of both files, and how its parties are read."""

    source: Source
    title: str
    publisher: str
    citation: str
    agreements: tuple[str, int]
    parties: tuple[str, int] = ("", 0)
    party: type[Parties] | None = None


_GGO = (
    "treatyID Title Begin End Signature Force Term Grounds TypeDomain TypeAgree TypeAmbit TypeGeo TypeSubject Location "
    "Depository Published Secretariat Website TitleAlt Language Languages Text TextURL Coder Comments Source"
)
_GGO_PARTIES = (
    "stateID treatyID Title Begin End Signature StateSignature StateRatification Force StateForce Term StateEnd Coder Comments"
)
_IEADB = (
    "treatyID Title Begin End Signature Force Term Grounds TypeAmbit TypeAgree TypeSubject Lineage Location Auspices Secretariat "
    "TitleAlt TextURL Language Coder Comments Version mitchID"
)
_TFDD = (
    "treatyID Title Begin Signature TypeAgree TypeAmbit TypeRegion TypeGeo TypeSubject Location Secretariat Comments Source "
    "tfddID Infrastructure Hydropower Irrigation Groundwater Equity_Sustainability LocalNeeds Navigation Fishing BorderIssues "
    "TerritorialIssues NonWater_Embed PredictionModel JointMgmt TechCoop InfoExchange Monitoring AgreeFinance Consultations "
    "National_Prog_Law People_Interests AmendMech"
)
KINDS = (
    Kind(
        Source("ggo", "treatyID"),
        "Geneva Global Observatory of treaties (GGO)",
        "globalgov, Graduate Institute Geneva",
        "Hollway and Tan (2025), GGO, in manytreaties 1.0.0",
        (_GGO, 4532),
        (_GGO_PARTIES, 98_320),
        GgoParties,
    ),
    Kind(
        Source("ieadb", "mitchID"),
        "International Environmental Agreements Database (IEADB)",
        "IEA Database Project, University of Oregon",
        "Mitchell, Andonova, Axelrod et al. (2020), What we know (and could know) about international environmental agreements, "
        "Global Environmental Politics 20(1), 103-121",
        (_IEADB, 3583),
        ("stateID treatyID Begin End Title stateSignature Signature Rat Force ieadbID", 15_463),
        IeadbParties,
    ),
    Kind(
        Source("desta", "destaID", "destaID"),
        "Design of Trade Agreements (DESTA)",
        "DESTA, World Trade Institute",
        "Dür, Baccini, Elsig (2014), The design of international trade agreements, Review of International Organizations 9, "
        "353-375",
        ("treatyID Title Begin Signature Force TypeAgree TypeAmbit TypeGeo TitleAlt Language destaID", 987),
        ("stateID treatyID Begin Title Signature Force StateName destaID", 7466),
        SignatoryParties,
    ),
    Kind(
        Source("tfdd", "tfddID", "tfddID"),
        "Transboundary Freshwater Dispute Database, treaties (TFDD)",
        "Oregon State University",
        "Oregon State University (2021), Transboundary Freshwater Dispute Database, International Freshwater Treaties",
        (_TFDD, 953),
        ("stateID treatyID Begin Title Signature tfddID", 1832),
        SignatoryParties,
    ),
    Kind(
        Source("gptad", "Title"),
        "Global Preferential Trade Agreements Database (GPTAD)",
        "World Bank",
        "World Bank (2014), Global Preferential Trade Agreements Database",
        ("manyID treatyID Title Begin AgreementType DocType GeogArea Signature Force gptadID", 340),
        ("stateID treatyID Begin Title Signature Force", 2192),
        UndatedParties,
    ),
    Kind(
        Source("heidi", "heidiID"),
        "Historical environmental institutions (HEIDI)",
        "Morin and Blouin",
        "Morin and Blouin (2019), How environmental treaties contribute to global health governance, Globalization and Health "
        "15, 47",
        ("manyID treatyID Title Begin Signature Lineage heidiID", 2280),
    ),
    Kind(
        Source("labpta", "labptaID", years=True),
        "Labor Provisions in Preferential Trade Agreements (LABPTA)",
        "Raess and Sari",
        "Raess, Dür, Sari (2018), Protecting labor rights in preferential trade agreements, Review of International "
        "Organizations 13, 143-162",
        ("manyID treatyID Title Begin Signature Force labptaID", 483),
    ),
    Kind(
        Source("tota", "totaID"),
        "Texts of Trade Agreements (ToTA)",
        "Alschner, Seiermann, Skougarevskiy",
        "Alschner, Seiermann, Skougarevskiy (2017), Text-as-data analysis of preferential trade agreements, UNCTAD Research "
        "Paper 5",
        ("manyID treatyID Title Begin Signature Force totaID", 442),
    ),
    Kind(
        Source("trend", "trendID", years=True),
        "Trade and Environment Database (TREND)",
        "Morin, Dür, Lechner",
        "Morin, Dür, Lechner (2018), Mapping the trade and environment nexus, Global Environmental Politics 18(1), 122-139",
        ("manyID treatyID Title Begin Signature Force trendID", 710),
    ),
)
_URL = "https://github.com/globalgov/manytreaties"
_TERMS = "CC BY 4.0 (DESCRIPTION of manytreaties; its LICENSE.md is the text of the AGPL 3); cite the dataset's authors"


def _reader(kind: Kind) -> Callable[[Sequence[Table]], Iterator[Reading]]:
    def read(tables: Sequence[Table]) -> Iterator[Reading]:
        """Give every treaty, then the acts of the parties."""
        treaties = Treaties(kind.source.scheme)
        for table in tables:
            if kind.party and table.form.name == "parties":
                yield from each_row(table, kind.party(table.name, kind.source, treaties).party)
            else:
                yield from each_row(table, Agreements(table.name, kind.source, treaties).agreement)

    return read


def _forms(kind: Kind) -> tuple[Form, ...]:
    name = kind.source.scheme
    columns, rows = kind.agreements
    agreements = Form("agreements", f"agreements_{name}.csv: a row an agreement", tuple(columns.split()), rows=rows)
    columns, rows = kind.parties
    parties = Form("parties", f"parties_{name}.csv: a row an agreement and state", tuple(columns.split()), rows=rows)
    return (agreements, parties) if kind.party else (agreements,)


MANYTREATIES = Importer(
    "manytreaties",
    "manytreaties: international agreements and their parties, nine datasets",
    f"{_URL} (tables of data/agreements.rda and data/parties.rda, written as CSV with NA as empty)",
    tuple(
        Dataset(
            f"manytreaties-{kind.source.scheme}",
            kind.title,
            kind.publisher,
            _URL,
            f"{kind.citation}; Hollway and Sposito (2025), manytreaties 1.0.0",
            _TERMS,
            "1.0.0",
            "2025-10-05",
            20,
            _forms(kind),
            _reader(kind),
        )
        for kind in KINDS
    ),
)

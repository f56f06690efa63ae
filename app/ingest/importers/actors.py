"""Who is meant by the codes of manystates, manytreaties and their kin: mostly ISO 3166-1 alpha-3, and sometimes not."""

from __future__ import annotations

import re
from typing import NamedTuple

from app.ingest.importers.base import Actor
from app.ingest.importers.values import UnreadableError, clean

_CODES = """
ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM BLR
BLZ BMU BOL BRA BRB BRN BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP
CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB
GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN
KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA MDG MDV MEX MHL MKD
MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN
PCN PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM
SPM SRB SSD STP SUR SVK SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR
UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF WSM YEM ZAF ZMB ZWE
"""
ISO3 = frozenset(_CODES.split())
"""ISO 3166-1 alpha-3, the 249 codes in force."""

_WITHDRAWN = frozenset({"ANT", "BUR", "BYS", "CSK", "DDR", "SCG", "SUN", "TMP", "VDR", "YMD", "YUG", "ZAR"})
"""ISO 3166-3: codes of states that are no more (withdrawn alpha-3)."""


class Meant(NamedTuple):
    """The code in use elsewhere, or none, with the name; `kind` as `Actor` has it."""

    key: str
    name: str
    kind: str = "state"


_OTHERS = {
    "ALG": Meant("iso3:DZA", "Algeria"),
    "AUH": Meant("cow:300", "Austria-Hungary"),
    "BZL": Meant("iso3:BLZ", "Belize"),
    "DZG": Meant("manystates:DZG", "Free City of Danzig"),
    "EAT": Meant("manystates:EAT", "Tanganyika"),
    "EAZ": Meant("cow:511", "Zanzibar"),
    "EC": Meant("manystates:EC", "European Communities", "organization"),
    "EFTA": Meant("manystates:EFTA", "European Free Trade Association", "organization"),
    "EUE": Meant("manystates:EUE", "European Union", "organization"),
    "EUU": Meant("manystates:EUE", "European Union", "organization"),
    "GDR": Meant("iso3:DDR", "German Democratic Republic"),
    "HSG": Meant("cow:275", "Hesse Grand Ducal"),
    "KOS": Meant("cow:347", "Kosovo"),
    "Kosovo": Meant("cow:347", "Kosovo"),
    "LES": Meant("iso3:LSO", "Lesotho"),
    "PRU": Meant("manystates:PRU", "Prussia"),
    "ROM": Meant("iso3:ROU", "Romania"),
    "UKN": Meant("iso3:GBR", "United Kingdom"),
    "USR": Meant("iso3:SUN", "Soviet Union"),
    "YAR": Meant("cow:678", "Yemen Arab Republic"),
    "YPR": Meant("cow:680", "Yemen People's Republic"),
}
"""Codes of the project's own, from the names that its files give them (states_ggo.csv, parties_desta.csv, IEADB)."""

_ORGANIZATION = re.compile(r"IO-(?P<short>.+)|(?:[A-Z]{2,7}) (?P<long>[A-Z].+)")
_SEVERAL = re.compile(r"[A-Z]{3} - [A-Z]{3}")
EXPECTED = "one state's code: ISO 3166-1 alpha-3, or one of the dataset's own"


def named(code: str, column: str, years: tuple[int | None, int | None], name: str = "") -> Actor:
    """Give the actor of a code, used in years; where the code is empty, the dataset's own name speaks.

    UnreadableError: an ambiguous code (`SWA - SWZ`) without a name, a code that nobody explains.
    """
    code, name = clean(code), clean(name)
    if code in ISO3 or code in _WITHDRAWN:
        return Actor(f"iso3:{code}", name, *years)
    known = _OTHERS.get(code or name)
    if known:
        return Actor(known.key, known.name, *years, known.kind)
    if name and (not code or _SEVERAL.fullmatch(code)):
        return Actor(f"manystates-name:{name}", name, *years)
    organization = _ORGANIZATION.fullmatch(code)
    if organization and not name:
        told = organization["long"] or organization["short"]
        return Actor(f"manystates:{code}", told, *years, "organization")
    raise UnreadableError(column, code, EXPECTED)

"""Code schemes with their authorities, languages and licences."""

from __future__ import annotations

from enum import StrEnum


class Scheme(StrEnum):
    """Code schemes that ids in paths and filters may be written in."""

    ISO2 = "iso2"
    ISO3 = "iso3"
    ISONUM = "isonum"
    M49 = "m49"
    COW = "cow"
    GW = "gw"
    WD = "wd"
    COW_IGO = "cow-igo"


SCHEME_AUTHORITIES = {
    Scheme.ISO2: "ISO 3166-1 alpha-2",
    Scheme.ISO3: "ISO 3166-1 alpha-3",
    Scheme.ISONUM: "ISO 3166-1 numeric, three digits",
    Scheme.M49: "UN Statistics Division, M49, three digits",
    Scheme.COW: "Correlates of War state number",
    Scheme.GW: "Gleditsch and Ward state number",
    Scheme.WD: "Wikidata item",
    Scheme.COW_IGO: "Correlates of War IGO short name (ioname)",
}


LANGUAGES = ("ar", "az", "be", "de", "es", "fa", "fr", "hy", "it", "ja", "ka", "kk", "ky", "pt", "ru", "tg", "tk", "tr", "uk",
             "uz", "zh")  # fmt: skip
"""Languages that names of states are held in beside English (Unicode CLDR)."""


DATA_LICENSE = "CC-BY-4.0"


CODE_LICENSE = "Apache-2.0"

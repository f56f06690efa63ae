"""Parties as UK Treaties Online names them: which inverted or old names stand for which state."""

from __future__ import annotations

import re

CODES = {
    "AUSTRIA-HUNGARY": "cow:300",
    "BADEN": "cow:267",
    "BAVARIA": "cow:245",
    "BYELORUSSIA S S R": "iso3:BLR",
    "CHINA P R": "iso3:CHN",
    "CONGO, DEMOCRATIC REPUBLIC OF": "iso3:COD",
    "CONGO, PEOPLES REPUBLIC OF": "iso3:COG",
    "CONGO, REPUBLIC OF": "iso3:COG",
    "DOMINICA, COMMONWEALTH OF": "iso3:DMA",
    "ELECTORATE OF HESSE": "cow:273",
    "GAMBIA THE": "iso3:GMB",
    "GERMANY FEDERAL REPUBLIC": "cow:260",
    "GRAND DUCHY OF HESSE": "cow:275",
    "HANOVER": "cow:240",
    "HAYTI": "iso3:HTI",
    "HESSE CASSEL": "cow:273",
    "HESSE DARMSTADT": "cow:275",
    "HONG KONG SAR": "iso3:HKG",
    "IRELAND, REPUBLIC OF": "iso3:IRL",
    "KOREA": "cow:730",
    "MACEDONIA THE FYR OF": "iso3:MKD",
    "MECKLENBERG-SCHWERIN": "cow:280",
    "MECKLENBURG-SCHWERIN": "cow:280",
    "MODENA": "cow:332",
    "NETHERLANDS THE": "iso3:NLD",
    "PARMA": "cow:335",
    "ROUMANIA": "iso3:ROU",
    "SALVADOR": "iso3:SLV",
    "SAXONY": "cow:269",
    "TUSCANY": "cow:337",
    "UKRAINE S S R": "iso3:UKR",
    "VIETNAM, REPUBLIC OF": "cow:817",
    "VIETNAM, SOCIALIST REP OF": "iso3:VNM",
    "WURTEMBURG": "cow:271",
    "YEMEN, PEOPLES'S DEMOCRATIC REPUBLIC OF": "iso3:YMD",
    "YUGOSLAVIA, FEDERAL REPUBLIC OF": "iso3:SCG",
}
"""Name in the file -> a code that means one state; every other name is matched as it stands, or is its own."""

ORGANIZATION = re.compile(
    r"AGENCY|ASSOCIATION|\bBANK\b|COMMISSION|COMMUNIT|COUNCIL|FUND|INSTITUTE|ORGANI[SZ]ATION|PROGRAMME|UNITED NATIONS"
    r"|(?<!SOVIET )UNION"
)
"""Words by which a party is an organization."""

"""The questions that this project was made for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FOURTEEN = {"ARE", "ARM", "AZE", "BHR", "EGY", "KHM", "KWT", "LKA", "MDV", "MMR", "NPL", "QAT", "SAU", "TUR"}
FOUNDERS = {"CHN", "KAZ", "KGZ", "RUS", "TJK", "UZB"}

Ask = Callable[[str], list[dict[str, Any]]]


def test_the_sco_has_fourteen_dialogue_partners_on_the_eve_of_the_tianjin_summit(rows: Ask) -> None:
    found = rows("/v1/organizations/sco/dialogue-partners?at=2025-08-30")
    assert {row["member"]["id"] for row in found} == FOURTEEN
    assert all(row["evidence"]["best"]["url"] for row in found)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2001-06-14", set()),
        ("2001-06-15", FOUNDERS),
        ("2017-06-08", FOUNDERS),
        ("2017-06-09", FOUNDERS | {"IND", "PAK"}),
        ("2023-07-03", FOUNDERS | {"IND", "PAK"}),
        ("2023-07-04", FOUNDERS | {"IND", "PAK", "IRN"}),
        ("2024-07-04", FOUNDERS | {"IND", "PAK", "IRN", "BLR"}),
    ],
)
def test_members_change_on_the_day_of_their_accession(rows: Ask, day: str, expected: set[str]) -> None:
    found = rows(f"/v1/organizations/sco/member-states?at={day}")
    assert {row["member"]["id"] for row in found} == expected

"""What follows from acts: who is bound by an agreement, from when until when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from app.dates import parse_end, parse_start
from app.ingest.parties import DatedAct, Terms, derive
from app.vocabulary import ActType, AgreementStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

TODAY = date(2026, 11, 24)

Acts = list[tuple[str, str]]
Parties = list[tuple[str, str, str, int | None]]


def parties(acts: Sequence[tuple[str, str]], *, in_force: str | None, terminated: str = "..", until: str = "..") -> Parties:
    """Give status, start, end and the place of the act that ended it, for acts on a treaty that is in force."""
    terms = Terms(AgreementStatus.IN_FORCE, parse_start(in_force) if in_force else None, parse_end(terminated, TODAY))
    given = [DatedAct(str(n), ActType(act), parse_start(day)) for n, (act, day) in enumerate(acts)]
    return [
        (one.status.value, one.interval.start.edtf, one.interval.end.edtf, int(one.ended_by) if one.ended_by else None)
        for one in derive(given, terms, parse_end(until, TODAY))
    ]


@pytest.mark.parametrize(
    ("acts", "terms", "expected"),
    [
        pytest.param(
            [("signature", "2016-04-22"), ("acceptance", "2016-09-03"), ("withdrawal", "2020-11-04"), ("acceptance", "2021-01-20"),
             ("entry_into_force", "2021-02-19"), ("withdrawal", "2026-01-27")],
            {"in_force": "2016-11-04"},
            [("signatory", "2016-04-22", "2016-09-03", 1), ("contracting", "2016-09-03", "2016-11-04", 1),
             ("party", "2016-11-04", "2020-11-04", 2), ("contracting", "2021-01-20", "2021-02-19", 4),
             ("party", "2021-02-19", "2026-01-27", 5)],
            id="who left and came back has a spell for each time",
        ),
        pytest.param(
            [("accession", "1993-01-01"), ("denunciation", "2008-08-18"), ("withdrawal", "2009-08-18")],
            {"in_force": "1994-01-22"},
            [("contracting", "1993-01-01", "1994-01-22", 0), ("party", "1994-01-22", "2009-08-18", 2)],
            id="a denunciation and the withdrawal that follows it are one end",
        ),
        pytest.param(
            [("ratification", "1973-10-16")],
            {"in_force": "1976-01-03", "until": "1991-12-26"},
            [("contracting", "1973-10-16", "1976-01-03", 0), ("party", "1976-01-03", "1991-12-26", None)],
            id="nobody is a party longer than it is there",
        ),
        pytest.param(
            [("ratification", "1988-06-01")],
            {"in_force": "1988-06-01", "terminated": "2019-08-02", "until": "1991-12-26"},
            [("party", "1988-06-01", "1991-12-26", None)],
            id="the first of all ends is the end",
        ),
        pytest.param(
            [("signature", "1990-03-22")],
            {"in_force": None, "terminated": "2019-08-02"},
            [("signatory", "1990-03-22", "2019-08-02", None)],
            id="the end of the agreement ends a signature too",
        ),
    ],
)  # fmt: skip
def test_parties_follow_from_acts_in_order_of_time(acts: Acts, terms: dict[str, str | None], expected: Parties) -> None:
    assert parties(acts, **terms) == expected  # type: ignore[arg-type] # the names of the terms are keywords

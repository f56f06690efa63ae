"""A damaged file is refused with a sentence that names it, and leaves the store as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.errors import InvalidRecordError
from tests.ingest.damage import DAMAGES, damaged
from tests.ingest.made_files import bring_in, content, held, igo_year, state_year

if TYPE_CHECKING:
    from pathlib import Path

    from app.db.sessions import Store

SEEDS = 40
STATES = """stateabb,ccode,statenme,styear,stmonth,stday,endyear,endmonth,endday,version
USA,2,United States of America,1816,1,1,2016,12,31,2016
AZE,373,Azerbaijan,1991,12,26,2016,12,31,2016
GFR,260,German Federal Republic,1955,5,5,1990,10,2,2016
"""


@pytest.mark.parametrize("name", ["igo.csv", "states.csv", "spells.csv"])
def test_a_damaged_file_is_refused_with_a_sentence_and_changes_nothing(filled: Store, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "igo.csv":
        igo_year(path, {"COE": {"uk": held(range(1998, 2015)), "russia": held(range(1998, 2015), 3)}})
    elif name == "states.csv":
        state_year(path, {"uk": {"COE": held(range(1998, 2015)), "UN": held(range(1998, 2015))}})
    else:
        path.write_text(STATES, encoding="utf-8")
    whole = path.read_bytes()
    importer = "cow-states" if name == "spells.csv" else "cow-igo"
    before = content(filled)
    for seed in range(SEEDS):
        file, damage = damaged(path, whole, seed)
        with pytest.raises(InvalidRecordError) as caught:
            pytest.fail(f"{file.name} ({damage}): {bring_in(filled, importer, file)}")
        assert file.name in caught.value.detail, damage
    assert (content(filled), filled.revision()) == (before, 1)
    assert bring_in(filled, importer, path)[0].written.revision == 2


def test_every_damage_is_tried() -> None:
    assert SEEDS % len(DAMAGES) == 0

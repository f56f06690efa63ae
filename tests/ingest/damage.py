"""Files damaged as files are: cut, shuffled, in other delimiters and encodings, with NULs, or something else altogether."""

from __future__ import annotations

import gzip
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_CLOSE = 30


def cut(content: bytes, chance: random.Random, _delimiter: str) -> bytes:
    """End in the middle of a line that is not the header."""
    header = content.index(b"\n") + 1
    at = chance.randrange(header + 1, len(content) - 1)
    while content[at - 1 : at] == b"\n" or content[at : at + 1] == b"\n":
        at -= 1
    return content[:at]


def cut_in_header(content: bytes, chance: random.Random, _delimiter: str) -> bytes:
    """End in the header."""
    return content[: chance.randrange(1, content.index(b"\n"))]


def shuffled_columns(content: bytes, chance: random.Random, delimiter: str) -> bytes:
    """Exchange two columns in every line, the header too."""
    lines = [line.split(delimiter) for line in content.decode().splitlines()]
    width = len(lines[0])
    one = chance.randrange(width)
    other = (one + chance.randrange(1, width)) % width
    for cells in lines:
        if len(cells) > max(one, other):
            cells[one], cells[other] = cells[other], cells[one]
    return "".join(delimiter.join(cells) + "\n" for cells in lines).encode()


def shifted_row(content: bytes, chance: random.Random, delimiter: str) -> bytes:
    """Leave a cell out of one line; one without quotes, as within them a comma divides no cells."""
    lines = content.decode().splitlines()
    at = chance.choice([n for n, line in enumerate(lines) if n and '"' not in line] or [0])
    cells = lines[at].split(delimiter)
    del cells[chance.randrange(len(cells))]
    lines[at] = delimiter.join(cells)
    return "".join(line + "\n" for line in lines).encode()


def other_delimiter(content: bytes, chance: random.Random, delimiter: str) -> bytes:
    """Put another sign between the cells."""
    signs = [one for one in ";|\t," if one != delimiter]
    return content.replace(delimiter.encode(), chance.choice(signs).encode())


def other_encoding(content: bytes, chance: random.Random, _delimiter: str) -> bytes:
    """Write the file in another encoding; one that looks the same gets a letter that does not."""
    text = content.decode()
    name = chance.choice(["utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252"])
    if not name.startswith("utf"):
        at = chance.randrange(len(text))
        text = text[:at] + "é" + text[at:]
    return text.encode(name, "replace")


def with_nuls(content: bytes, chance: random.Random, _delimiter: str) -> bytes:
    """Put NULs somewhere."""
    at = chance.randrange(len(content))
    return content[:at] + b"\0" * chance.randint(1, 5) + content[at:]


def binary(content: bytes, chance: random.Random, _delimiter: str) -> bytes:
    """Be no text at all."""
    return chance.choice(
        [b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"SQLite format 3\0", b""]
    ) + chance.randbytes(len(content))


def broken_gzip(content: bytes, chance: random.Random, _delimiter: str) -> bytes:
    """End in the middle of a compressed file, or have some bytes of it exchanged."""
    packed = bytearray(gzip.compress(content, mtime=0))
    if chance.random() < 1 / 2:
        return bytes(packed[: chance.randrange(2, len(packed) - 1)])
    for at in range(len(packed) // 2, min(len(packed), len(packed) // 2 + _CLOSE)):
        packed[at] ^= chance.randint(1, 255)
    return bytes(packed)


def empty(_content: bytes, chance: random.Random, _delimiter: str) -> bytes:
    """Hold nothing."""
    return chance.choice([b"", b"\n", b"\xef\xbb\xbf", b"<!doctype html><title>404</title>\n", b'{"error": "not found"}\n'])


DAMAGES: tuple[Callable[[bytes, random.Random, str], bytes], ...] = (
    cut, cut_in_header, shuffled_columns, shifted_row, other_delimiter, other_encoding, with_nuls, binary, broken_gzip, empty,
)  # fmt: skip


def damaged(path: Path, content: bytes, seed: int) -> tuple[Path, str]:
    """Write a damaged copy beside a file, the same for the same seed; give its path and what was done to it."""
    chance = random.Random(seed)  # noqa: S311 - it protects nothing
    damage = DAMAGES[seed % len(DAMAGES)]
    first = content.split(b"\n", 1)[0]
    delimiter = "\t" if first.count(b"\t") > first.count(b",") else ","
    done = damage(content, chance, delimiter)
    packed = damage is broken_gzip or (damage is not binary and chance.random() < 1 / 4)
    target = path.with_name(f"{seed}-{path.name.removesuffix('.gz')}{'.gz' if packed else ''}")
    target.write_bytes(done if damage is broken_gzip or not packed else gzip.compress(done, mtime=0))
    return target, damage.__name__

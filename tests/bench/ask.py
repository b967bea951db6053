"""The support desk with 100,000 customers: 200 questions a second, by the door and over HTTP."""

import http.client
import json
import random
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from netwatch.intake.door import Door
from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.model.contacts import Contact
from tests.bench.measure import NotMeasuredError
from tests.bench.report import Table
from tests.bench.run import answering, cpu_s_of, p99, rss_mb_of
from tests.edges.ports import free_port

PEOPLE: Final = 100_000
PER_S: Final = 200
ASKING: Final = 16
"""So many at the desks ask at a time."""
SWITCHES: Final = 200
KEY: Final = "a secret for a bench, and nothing else"
STREETS: Final = [f"{kind} {number}" for kind in ("Polna", "Leśna", "Źródlana", "Krótka", "Mała")
                  for number in "ABCDEFGHIJKLMNOPQRST"]  # fmt: skip
FIRST: Final = ("Jan", "Anna", "Piotr", "Žofie", "Łukasz", "Jörg", "Олена", "Mária", "Iwan", "Ewa")
HEAD: Final = (
    "", "asked/s", "p50 ms", "p99 ms", "slowest ms", "wrong", "CPU ms each", "RSS MB",
)  # fmt: skip

Ask = Callable[[str], dict[str, Any]]


def ask(*, quick: bool) -> Iterator[Table]:
    """Measure how soon the desk hears of a caller."""
    seconds = 15.0 if quick else 60.0
    port = free_port()
    with TemporaryDirectory(prefix="netwatch-bench-") as name:
        folder = Path(name)
        people = _write(folder, port)
        door = Door([folder / "state" / "run" / "door.sock"])
        with _started(folder, "run") as process, answering(process, door, folder / "log"):
            begun, cpu_s = time.monotonic(), cpu_s_of(process.pid)
            door.patient(300).call("desk-ask", query="S-1")
            first_s, first_cpu_s = time.monotonic() - begun, cpu_s_of(process.pid) - cpu_s
            _works(folder)

            def by_door(query: str) -> dict[str, Any]:
                return door.call("desk-ask", query=query)

            rows = [_row("at the door", by_door, people, process.pid, seconds)]
            with _started(folder, "web") as web:
                _until_served(web)
                for _ in range(50):  # its threads and modules are there once it was asked
                    _http(port)("S-1")
                rows.append(_row("over HTTP", _http(port), people, process.pid, seconds))
                web.terminate()
                web.wait(30)
            with contacts_changing(folder):
                rows.append(_row("while contacts change", by_door, people, process.pid, seconds))
    yield Table(
        title=f"The support desk: {PEOPLE:,} customers",
        words=(
            f"{PER_S} questions a second, whether or not the last are answered, by {ASKING} at a"
            " time: by phone, contract, name, address and by rubbish; a tenth of the lines is"
            " under planned works. Each answer must name the line. The bar: p99 200 ms."
        ),
        head=HEAD,
        rows=rows,
        notes=[
            f"the first question waits for the directory: {first_s:.1f} s, {first_cpu_s:.1f} CPU s",
            "contacts change every 20 s: the whole store is written, read and compared anew",
            "who asks runs on the same cores",
        ],
    )


def _row(
    name: str, ask_: Ask, people: Sequence[dict[str, str]], pid: int, seconds: float
) -> tuple[str, ...]:
    chance = random.Random(7)  # noqa: S311 - a bench's dice
    questions = [_question(chance, people) for _ in range(int(PER_S * seconds))]
    begun, cpu_s = time.monotonic(), cpu_s_of(pid)

    def one(at: int) -> tuple[float, bool]:
        query, wanted = questions[at]
        due = begun + at / PER_S
        time.sleep(max(0.0, due - time.monotonic()))
        found = {match["subscriber"] for match in ask_(query)["matches"]}
        return time.monotonic() - due, wanted in found if wanted else not found

    with ThreadPoolExecutor(ASKING) as pool:
        told = list(pool.map(one, range(len(questions))))
    took_s = time.monotonic() - begun
    lasted = [1000 * span for span, _ in told]
    return (
        name,
        f"{len(told) / took_s:.0f}",
        f"{statistics.median(lasted):.1f}",
        f"{p99(lasted):.1f}",
        f"{max(lasted):.0f}",
        f"{sum(not right for _, right in told)} of {len(told):,}",
        f"{1000 * (cpu_s_of(pid) - cpu_s) / len(told):.2f}",
        f"{rss_mb_of(pid):.0f}",
    )


def _question(chance: random.Random, people: Sequence[dict[str, str]]) -> tuple[str, str]:
    one = chance.choice(people)
    phone, street = one["phone"], one["address"].partition(",")[0]
    ways = (
        (phone, one["id"]),
        (phone.replace("+48", "0048 "), one["id"]),
        (f"{phone[3:6]} {phone[6:9]} {phone[9:]}", one["id"]),
        (one["id"], one["id"]),
        (f"{one['name'].split()[1]} {one['name'].split()[0]}", one["id"]),
        (street, one["id"]),
        (f"{one['name'].split()[1]} {street.partition('/')[0]}", one["id"]),
        ("Nowhere 77, nobody", ""),
    )
    return chance.choice(ways)


def _write(folder: Path, port: int) -> list[dict[str, str]]:
    """Write an installation; return its customers."""
    (folder / "inventory").mkdir()
    (folder / "key").write_text(KEY)
    (folder / "netwatch.toml").write_text(
        'inventory = "inventory"\nstate = "state"\nlanguages = ["pl", "uk", "en"]\n'
        f'[contacts]\nkey = "file:key"\n[web]\npublic = "127.0.0.1:{free_port()}"\n'
        f'console = "127.0.0.1:{port}"\n'
    )
    (folder / "inventory" / "a.yaml").write_text(
        "vantage: core\nareas: [{id: dolina, name: Dolina}]\nsubscribers: [people.csv]\n"
        "devices:\n  - {id: core, kind: router, address: 127.21.0.1}\n"
        + "".join(
            f"  - {{id: sw-{n}, kind: switch, address: 127.21.1.{n % 250 + 1}, uplink: [core]}}\n"
            for n in range(SWITCHES)
        )
    )
    chance = random.Random(3)  # noqa: S311 - a bench's dice
    people = [
        {
            "id": f"S-{n}",
            "device": f"sw-{n % SWITCHES}",
            "language": chance.choice(("pl", "uk", "en", "cs")),
            "name": f"{chance.choice(FIRST)} Nazw{n}ski",
            "phone": f"+48{500_000_000 + n * 7}",
            "address": f"ul. {chance.choice(STREETS)} {n % 500 + 1}/{n // 500 + 1}, Dolina",
        }
        for n in range(PEOPLE)
    ]
    lines = ["id,device,area,language,address"]
    lines += [
        f'{one["id"]},{one["device"]},dolina,{one["language"]},"{one["address"]}"' for one in people
    ]
    (folder / "inventory" / "people.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    _keep(folder, people)
    return people


def _keep(folder: Path, people: Sequence[dict[str, str]]) -> None:
    """Write the contact store."""
    book = {
        one["id"]: Contact(subscriber=one["id"], name=one["name"], phone=one["phone"])
        for one in people
    }
    store = ContactStore(folder / "state", lambda: KEY)
    (folder / "state").mkdir(exist_ok=True)
    with store.changing() as write:
        write(Book(contacts=book))


@contextmanager
def contacts_changing(folder: Path) -> Iterator[None]:
    """Write the contact store every twenty seconds, in processes of their own."""
    ended = threading.Event()

    def write() -> None:
        while not ended.wait(20.0):
            command = [sys.executable, "-m", "tests.bench.ask", str(folder)]
            subprocess.run(command, check=True, timeout=60)

    writing = threading.Thread(target=write)
    writing.start()
    try:
        yield
    finally:
        ended.set()
        writing.join()


def _works(folder: Path) -> None:
    """Plan works on a tenth of the lines, from now on."""
    below = [f"sw-{n}" for n in range(0, SWITCHES, 10)]
    command = [sys.executable, "-m", "netwatch", "maintenance", "add", *below, "--for", "2h"]
    command += ["--despite-clashes", "--config", str(folder / "netwatch.toml")]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _http(port: int) -> Ask:
    def over_http(query: str) -> dict[str, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            body = json.dumps({"query": query})
            connection.request("POST", "/api/desk/ask", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            told: dict[str, Any] = json.loads(answer.read())
            if answer.status != 200:
                raise NotMeasuredError(f"HTTP {answer.status}: {told}")
            return told
        finally:
            connection.close()

    return over_http


def _started(folder: Path, verb: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "netwatch", verb, "--config", str(folder / "netwatch.toml")]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
        )


def _until_served(web: "subprocess.Popen[bytes]") -> None:
    assert web.stdout is not None
    for _ in range(2):
        web.stdout.readline()


def _change(folder: Path) -> None:
    store = ContactStore(folder / "state", lambda: KEY)
    with store.changing() as write:
        new = Contact(subscriber="S-new", name=f"Nowy {time.time()}", phone="+48600700800")
        write(Book(contacts={**store.read().contacts, "S-new": new}))


if __name__ == "__main__":
    _change(Path(sys.argv[1]))

"""The staff's pages before a whole service in which something is broken, and who looks at them."""

import asyncio
import http.client
import re
import threading
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from netwatch.delivery.channels import open_channel
from netwatch.intake.door import Door
from netwatch.model.names import PersonId, SubscriberId
from netwatch.model.network import Network
from netwatch.rules import read_rules
from netwatch.service.accounts.book import Account, AccountBook
from netwatch.service.accounts.passwords import sealed
from netwatch.service.accounts.roles import Role
from netwatch.service.channel_settings import Channel
from netwatch.service.clock import machine_time
from netwatch.service.files import Files
from netwatch.service.live import Service
from netwatch.service.secrets import Secret
from netwatch.service.settings import settings_or_defaults
from netwatch.service.wiring import Bring, Edges
from tests.edges.crash_service import files as quick_files
from tests.edges.evening import CUT_AT, Outage
from tests.edges.ports import free_port
from tests.edges.receiver import receiver
from tests.edges.web_house import serving
from tests.unit.service.story import ROUND, behind, round_of, town

HOSTILE = "<img src=x onerror=\"document.title='run'\"><script>alert(1)</script>{{7*7}}\u202e'\""
PASSWORD = "seven herons by the weir"  # noqa: S105 - a test's
PHONE = "+48 555 010 101"
PEOPLE = """\
people:
  - {id: ewa, name: Ewa Lis}
  - {id: jan, name: Jan Wolny}
  - {id: magda, name: "Magda <b>Kos</b>"}
  - {id: tomas, name: Tomáš}
roles: [{id: on-call, people: [ewa]}]
"""
POLICY = """\
policy:
  - id: facebook-confirmed
    channel: facebook
    phase: confirmed
    least_subscribers: 1
    one_person_above: 0
    two_people_above: 1
"""
STAFF = {
    "ewa": ("ewa", Role.NOC),
    "ewa-too": ("ewa", Role.MANAGER),
    "jan": ("jan", Role.MANAGER),
    "magda": ("magda", Role.DESK),
    "tomas": ("tomas", Role.FIELD),
}
DEADLINE_S = 150.0
"""Only a service that hangs takes longer: a laden machine takes many times an idle one's time."""
ROUNDS = CUT_AT + 9
_FORM = re.compile(r'name="form" value="([0-9a-f]+)"')


@dataclass(slots=True)
class Evening(Outage):
    """One switch is cut off; then the story stands still while the test does what people do."""

    began: datetime = field(default_factory=lambda: machine_time() - ROUNDS * ROUND)
    ready: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)

    async def run(self) -> None:
        assert self.service is not None
        assert self.bring is not None
        for step in range(ROUNDS):
            silent = behind(self.network, "a") if step >= CUT_AT else frozenset()
            self.at = self.began + step * ROUND
            samples = [replace(one, at=self.at) for one in round_of(self.network, self.at, silent)]
            await self.bring(samples)
            await self._settled(self.service)
        self.ready.set()
        await asyncio.to_thread(self.done.wait)
        self.over.set()
        await asyncio.Event().wait()


@dataclass
class Browser:
    """Somebody's browser: it keeps cookies and finds the word of forms, and runs no script."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    form: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        return self.ask("GET", path, None, headers)

    def send(self, path: str, **fields: str) -> tuple[int, dict[str, str], str]:
        """Send a form with the word of the page that was read last."""
        body = urllib.parse.urlencode({"form": self.form, **fields}, errors="surrogatepass")
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, body, kind)

    def ask(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=DEADLINE_S)
        cookies = "; ".join(f"{name}={word}" for name, word in self.cookies.items() if word)
        try:
            given = {**({"Cookie": cookies} if cookies else {}), **self.headers, **headers}
            connection.request(method, path, body, given)
            answer = connection.getresponse()
            for name, line in answer.getheaders():
                if name.lower() == "set-cookie":
                    key, _, word = line.partition(";")[0].partition("=")
                    self.cookies[key] = word.strip('"')
            text = answer.read().decode()
            if found := _FORM.search(text):
                self.form = found[1]
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, text
        finally:
            connection.close()

    def follow(self, path: str, **fields: str) -> tuple[int, str]:
        """Send a form, and read where it leads."""
        status, headers, text = self.send(path, **fields)
        if status == 303:
            status, _, text = self.get(headers["location"].partition("#")[0])
        return status, text

    def login(self, name: str, password: str = PASSWORD) -> "Browser":
        assert self.get("/login")[0] == 200
        status, headers, text = self.send("/login", name=name, password=password)
        assert status == 303, text
        assert self.get(headers["location"])[0] == 200
        return self


@dataclass
class Office:
    """A service, its pages, and its people."""

    folder: Path
    port: int
    page: int
    script: Evening
    book: AccountBook

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def door(self) -> Door:
        return Door([self.book.path.parent.parent / "run" / "door.sock"])

    def browser(self, name: str = "") -> Browser:
        one = Browser(self.port)
        return one.login(name) if name else one

    def staffed(self) -> None:
        """Give everybody their account."""
        seal = sealed(PASSWORD)
        with self.book.changing() as accounts:
            for name, (person, role) in STAFF.items():
                accounts[name] = Account(name=name, person=PersonId(person), role=role, seal=seal)


def peopled() -> Network:
    """Return the town with people, one of whom is critical and has a hostile name."""
    network = town()
    names = {"S-a0": HOSTILE, "S-a1": "Jan Kowal", "S-b0": "Olena Kowal"}
    people = {
        key: replace(
            one,
            name=names.get(key, "Adam Nowak"),
            phone=f"+485550101{number:02}",
            language=("pl", "en", "uk")[number % 3],
            critical=key in {"S-a0", "S-a2"},
        )
        for number, (key, one) in enumerate(network.subscribers.items())
    }
    assert SubscriberId("S-a0") in people
    return replace(network, subscribers=people)


def _files(folder: Path, network: Network) -> Files:
    for path, text in (("people/own.yaml", PEOPLE), ("notices/policy.yaml", POLICY)):
        (folder / "rules" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "rules" / path).write_text(text)
    book = read_rules(folder / "rules", network).rulebook
    assert book is not None
    stages = replace(book.stages, correlation=quick_files().rulebook.stages.correlation)
    return Files(network=network, rulebook=replace(book, stages=stages))


@contextmanager
def office(folder: Path, more: str = "") -> Iterator[Office]:
    """Run a service in which a switch is cut off, and serve its pages."""
    page, port = free_port(), free_port()
    config = folder / "netwatch.toml"
    (folder / "key").write_text("a secret that is long enough")
    config.write_text(
        'name = "Dolina"\ntimezone = "Europe/Warsaw"\nstate = "state"\nrules = "rules"\n'
        'languages = ["pl", "en", "uk"]\n[contacts]\nkey = "file:key"\n'
        '[publishing]\nmode = "full"\n'
        f'[web]\npublic = "127.0.0.1:{page}"\nconsole = "127.0.0.1:{port}"\n{more}'
    )
    network = peopled()
    script = Evening(folder / "script", network=network)
    script.at = script.began
    with ExitStack() as stack:
        duty, far = stack.enter_context(receiver()), stack.enter_context(receiver())
        urls = {"duty": duty.url, "facebook": far.url}
        settings = replace(
            settings_or_defaults(config),
            channels={name: Channel(url=Secret(url)) for name, url in urls.items()},
        )

        def source(_: object, __: object, ___: object, bring: Bring) -> Evening:
            script.bring = bring
            return script

        edges = Edges(source=source, channel=open_channel, clock=script.clock)
        service = script.service = Service(settings, _files(folder, network), edges)
        thread = threading.Thread(target=lambda: asyncio.run(service.run(script.over)))
        thread.start()
        try:
            assert script.ready.wait(DEADLINE_S), "the service does not get so far"
            stack.enter_context(serving(config))
            yield Office(folder, port, page, script, AccountBook(settings.state))
        finally:
            script.done.set()
            thread.join(DEADLINE_S)
        assert not thread.is_alive()

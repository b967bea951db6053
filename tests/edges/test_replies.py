"""A technician's SMS through a whole service: note, desk, public page and an answer, in seconds."""

import asyncio
import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from netwatch.intake.door import Door, DoorRefusedError
from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.journal.journal import Journal
from netwatch.model.contacts import Contact
from netwatch.model.facts import EndExpected
from netwatch.model.reply_facts import ReplyTaken
from netwatch.service.channel_settings import Channel
from netwatch.service.clock import SteadyClock
from netwatch.service.paths import JOURNAL
from netwatch.service.secrets import Secret
from netwatch.service.settings_schema import WebDesk
from netwatch.service.source_settings import Contacts
from tests.edges.crash_service import settings_in
from tests.edges.evening import Outage, ruled_by
from tests.edges.modem_house import FakeModem, arriving, modem_of
from tests.edges.ports import free_port
from tests.edges.receiver import receiver
from tests.edges.web_house import Served, serving
from tests.unit.service.story import NIGHT, ROUND, behind, round_of, town

PEOPLE = """\
people:
  - {id: marek, language: en}
  - {id: ewa, language: pl, channels: [ewa-phone]}
roles:
  - {id: on-call, people: [marek]}
  - {id: field, people: [ewa]}
"""
KEY = "a key of more than twenty characters"
EWA, STRANGER = "+48555010002", "+48555010099"
SECRET = "right"  # noqa: S105 - of this test alone
MARKER = "studzienka-przy-debie"
DEADLINE_S = 60.0


@dataclass(slots=True)
class Evening(Outage):
    """One switch is cut off; then the clock runs as all clocks do, and people write."""

    runs_since: float | None = None
    folder: Path = Path()
    served: Served | None = None
    phone: list[Any] = field(default_factory=list)
    duty: list[Any] = field(default_factory=list)
    took_s: dict[str, float] = field(default_factory=dict)
    statuses: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    desk: str = ""
    page: str = ""
    refused: str = ""

    def clock(self, not_before: datetime | None) -> SteadyClock:
        return SteadyClock(not_before=not_before, wall=self.now, steady=self._steady_s)

    def now(self) -> datetime:
        ran = 0.0 if self.runs_since is None else time.monotonic() - self.runs_since
        return self.at + timedelta(seconds=ran)

    def _steady_s(self) -> float:
        return self.now().timestamp()

    def people_act(self) -> None:
        self.runs_since = time.monotonic()
        try:
            self._write()
        finally:
            self.at, self.runs_since = self.now(), None

    def _write(self) -> None:
        self._sms(EWA, "hm?")
        self.until("asked back", lambda: "Napisz na przykład" in self._heard())
        self._sms(EWA, f"przecięty kabel 2 h, {MARKER}", id="gw-1")
        self.until("page", lambda: "05:15" in self.website())
        self.until("desk", lambda: "05:15" in self._desk())
        self.until("answer", lambda: "05:15" in self._heard())
        self._sms(EWA, f"przecięty kabel 2 h, {MARKER}", id="gw-1")
        self._sms(STRANGER, "I-1 false alarm")
        self.until("told", lambda: "nobody of the staff" in json.dumps(self.duty, default=str))
        self._sms(EWA, "wstrzymaj 2 h")
        self.until("held", lambda: "wstrzymane do" in self._heard())
        self.desk, self.page = self._desk(), self.website()
        self.texts = [json.dumps(body, ensure_ascii=False, default=str) for body in self.phone]

    def _sms(self, sender: str, text: str, **more: str) -> None:
        assert self.served is not None
        form = {"from": sender, "text": text, "secret": SECRET, **more}
        self.began = time.monotonic()
        self.statuses.append(self.served.send(f"/in/sms?secret={SECRET}", form)[0])

    def until(self, name: str, true: Any) -> None:
        end = time.monotonic() + DEADLINE_S
        while not true():
            assert time.monotonic() < end, (name, self._heard(), self.duty)
            time.sleep(0.02)
        self.took_s[name] = time.monotonic() - self.began

    began: float = 0.0

    def website(self) -> str:
        files = sorted((self.folder / "website").rglob("*.html"))
        return "\n".join(one.read_text() for one in files)

    def _desk(self) -> str:
        door = Door([self.folder / "run" / "door.sock"])
        try:
            return json.dumps(door.call("desk-ask", query="S-a1"), ensure_ascii=False)
        except DoorRefusedError as fault:
            return str(fault)

    def _heard(self) -> str:
        return json.dumps(self.phone, ensure_ascii=False, default=str)


def test_a_technicians_sms_is_on_desk_and_page_within_seconds(tmp_path: Path) -> None:
    network = town()
    page, console = free_port(), free_port()
    config = tmp_path / "netwatch.toml"
    config.write_text(
        f'name = "Dolina"\nlanguages = ["en"]\nstate = "{tmp_path}"\n'
        f'[web]\npublic = "127.0.0.1:{page}"\nconsole = "127.0.0.1:{console}"\n'
    )
    store = ContactStore(tmp_path, lambda: KEY)
    with store.changing() as write:
        write(Book(contacts={"ewa": Contact(subscriber="ewa", phone=EWA)}))
    script = Evening(
        tmp_path / "script", network=network, folder=tmp_path, people_at=16, over_at=20
    )
    with ExitStack() as stack:
        duty = stack.enter_context(receiver())
        phone = stack.enter_context(receiver())
        script.phone, script.duty = phone.bodies, duty.bodies
        channels = {
            "duty": Channel(url=Secret(duty.url)),
            "ewa-phone": Channel(url=Secret(phone.url), two_way=True),
        }
        settings = replace(
            settings_in(tmp_path, ""),
            channels=channels,
            contacts=Contacts(key=Secret(KEY)),
            web=WebDesk(hooks=Secret(SECRET)),
        )
        files = ruled_by(tmp_path, network, "people/staff.yaml", PEOPLE)
        process, _ = stack.enter_context(serving(config))
        script.served = Served(tmp_path, page, console, process)

        script.lived(settings, files, within_s=240.0)

    assert script.statuses == [200] * 5
    assert MARKER not in script.page
    assert MARKER not in "".join(script.texts)
    answers = [text for text in script.texts if "Twoje zostają u nas" in text]
    assert len(answers) == 1, "a repetition is answered once"
    assert "I-1" in answers[0]
    assert "kabel" in answers[0]
    assert "05:15" in script.desk


@dataclass(slots=True)
class Cut(Evening):
    """The same, and only a modem leads to the staff."""

    fake: FakeModem = field(default_factory=FakeModem)
    starts: int = 0
    """In which round of the evening this life of the service begins."""
    acts: Callable[["Cut"], None] = lambda _: None

    async def run(self) -> None:
        assert self.service is not None
        assert self.bring is not None
        for step in range(self.starts, self.starts + 20):
            silent = behind(self.network, "a") if step >= 3 else frozenset()
            self.at = NIGHT + step * ROUND
            await self.bring(
                [replace(one, at=self.at) for one in round_of(self.network, self.at, silent)]
            )
            await self._settled(self.service)
            if step == self.starts + 17:
                await asyncio.to_thread(self.people_act)
        self.over.set()
        await asyncio.Event().wait()

    def people_act(self) -> None:
        self.runs_since = time.monotonic()
        try:
            self.acts(self)
        finally:
            self.at, self.runs_since = self.now(), None

    def said(self) -> list[str]:
        """Return what the modem sent to Ewa."""
        return [part.text for part in self.fake.taken if part.number == EWA]


def test_with_only_a_modem_left_a_restart_loses_and_doubles_nothing(tmp_path: Path) -> None:
    network = town()
    store = ContactStore(tmp_path, lambda: KEY)
    with store.changing() as write:
        write(Book(contacts={"ewa": Contact(subscriber="ewa", phone=EWA)}))
    files = ruled_by(tmp_path, network, "people/staff.yaml", PEOPLE.replace("ewa-phone", "modem"))

    def first(life: Cut) -> None:
        life.fake.keeps = True
        life.fake.comes(*arriving(EWA, "przecięty kabel 2 h"))
        life.until("answer", lambda: any("05:15" in text for text in life.said()))
        life.until("page", lambda: "05:15" in life.website())

    def second(life: Cut) -> None:
        life.fake.keeps = False
        life.until("forgotten", lambda: not life.fake.lying)
        life.fake.comes(*arriving(EWA, "gotowe", at=1))
        life.until("forgotten", lambda: not life.fake.lying)

    with modem_of(FakeModem()) as fake, receiver() as duty:
        urls = {"duty": duty.url, "modem": f"modem://{fake.device}"}
        channels = {
            name: Channel(url=Secret(url), two_way=name == "modem") for name, url in urls.items()
        }
        settings = replace(
            settings_in(tmp_path, ""), channels=channels, contacts=Contacts(key=Secret(KEY))
        )
        for number, act in enumerate((first, second)):
            life = Cut(
                tmp_path / f"script-{number}", network=network, folder=tmp_path,
                fake=fake, starts=number * 30, acts=act,
            )  # fmt: skip
            life.lived(settings, files, within_s=120.0)

    journal = Journal.open(tmp_path / JOURNAL)
    facts = [fact for _, fact in journal.read()]
    journal.close()
    assert [(one.by, one.channel) for one in facts if isinstance(one, ReplyTaken)] == [
        ("ewa", "modem"), ("ewa", "modem"),
    ]  # fmt: skip
    assert len([one for one in facts if isinstance(one, EndExpected)]) == 1
    assert len([text for text in life.said() if "Twoje zostaj" in text]) == 1

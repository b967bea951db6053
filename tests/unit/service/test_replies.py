"""Who wrote, and what proves it: numbers, chats, sealed mails, codes; what does not is refused."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from netwatch.delivery.channels import Received
from netwatch.intake.doorkeeper import Brought, RefusedError
from netwatch.intake.links import Act, Link, token_of
from netwatch.inventory.contact_store.store import Book, ContactStore
from netwatch.model.answers import Answer
from netwatch.model.arrivals import Command
from netwatch.model.contacts import Contact
from netwatch.model.facts import Audience, IncidentClosed, NoticeDue, Phase, Purpose
from netwatch.model.faults import ConfigError, DeliveryError
from netwatch.model.meaning import Unclear
from netwatch.model.names import ChannelName, IncidentId, PersonId
from netwatch.model.replying import Reply, Stray
from netwatch.response.people import ON_CALL, People, Person, Role
from netwatch.response.rules import ResponseRules
from netwatch.rules import read_rules
from netwatch.service.fetching import TRIES, fetchers, taker
from netwatch.service.files import Files
from netwatch.service.inbound import Inbound
from netwatch.service.inbox_settings import InboxOf
from netwatch.service.replies import Came, Replies, Way
from netwatch.service.reply_proofs import Proofs, code_of, is_code
from netwatch.service.secrets import Secret
from netwatch.service.settings_schema import Settings
from netwatch.service.wishes import Changes
from tests.unit.response.hands import MINUTE, ONE, opened
from tests.unit.response.hands import Hands as Stage
from tests.unit.web.asked import Town, Tray

KEY = bytes(range(32))
MAREK = PersonId("marek")
ADDRESS, CHAT, PHONE = "marek@dolina.example", "telegram:77", "+48555010001"


class Stopped:
    """The stage's clock, as the edges ask it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def now(self) -> datetime:
        return self.stage.at

    def monotonic(self) -> float:
        return self.stage.at.timestamp()


@dataclass
class Desk:
    """The real stage, an incident in it, and Marek who is on call."""

    state: Path
    strays: list[Stray] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    dues: list[NoticeDue] = field(default_factory=list)
    shut: bool = False

    def __post_init__(self) -> None:
        people = People(
            persons={MAREK: Person(id=MAREK)}, roles={ON_CALL: Role(id=ON_CALL, people=(MAREK,))}
        )
        self.stage = Stage(ResponseRules(people=people))
        self.stage.happen(opened(self.stage))
        self.stage.move(2 * MINUTE)
        book = read_rules(None, None).rulebook
        assert book is not None
        files = Files(network=Town().network, rulebook=book.with_people(people))
        self.clock = Stopped(self.stage)
        self.store = ContactStore(self.state, self._key)
        marek = Contact(subscriber=MAREK, phone=PHONE, email="Marek@Dolina.example", chats=(CHAT,))
        with self.store.changing() as write:
            write(Book(contacts={MAREK: marek}))
        self.proofs = Proofs(KEY, self.clock)
        self.inbound = Inbound(
            secret=None,
            store=self.store,
            changes=Changes(self.store),
            files=lambda: files,
            bring=self._bring,
            loop=Tray(),  # type: ignore[arg-type] - only reports go there
            clock=self.clock,
            replies=Replies(
                key=KEY,
                files=lambda: files,
                state=lambda: self.stage.response,
                bring=self._bring,
                clock=self.clock,
                timezone="Europe/Warsaw",
                languages=("en",),
                channels=("mail", "chat", "duty"),
            ),
        )

    def _key(self) -> str:
        if self.shut:
            from netwatch.model.faults import Place  # noqa: PLC0415 - one use

            raise ConfigError(Place("x"), "the key is gone", "bring it back")
        return "a key of more than twenty characters"

    async def _bring(self, command: Command) -> Brought:
        if isinstance(command, Stray):
            self.strays.append(command)
        if isinstance(command, Reply):
            self.replies.append(command)
        facts = self.stage.bring(command)
        self.dues += [fact for fact in facts if isinstance(fact, NoticeDue)]
        return Brought()

    def mail(self, text: str, quoted: str = "", sender: str = ADDRESS, number: str = "1") -> None:
        self.take(
            Came(
                way=Way.MAIL, sender=sender, text=text, number=number, channel="mail",
                whole=f"{text}\n> {quoted}",
            )
        )  # fmt: skip

    def take(self, came: Came) -> None:
        asyncio.run(self.inbound.take(came))

    def sealed(self, person: str = MAREK) -> str:
        """Return what stands below a mail of ours."""
        due = NoticeDue(
            at=self.stage.at, incident=ONE, audience=Audience.STAFF, channel=ChannelName("mail"),
            phase=Phase.CONFIRMED, purpose=Purpose.ALERT, revision=1, recipients=(person,),
        )  # fmt: skip
        self.stage.move(MINUTE)
        return self.proofs.afterword(due, person, "en")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def whys(desk: Desk) -> list[str]:
    return [one.why for one in desk.strays]


def test_a_mail_counts_where_it_quotes_a_message_of_ours_and_once(desk: Desk) -> None:
    seal = desk.sealed()
    desk.mail("cable cut 2 h", seal)
    assert [one.by for one in desk.replies] == [MAREK]
    assert desk.stage.response.cases[ONE].owner == MAREK
    told = len(desk.stage.story)
    desk.mail("until 21:30", seal, number="2")
    assert whys(desk) == ["used"]
    desk.mail("until 21:30", seal, number="2")
    desk.mail("cable cut 2 h", seal, number="1")
    assert whys(desk) == ["used", "used"], "what was taken is handed in again by its way"
    assert [one for one in desk.stage.story[told:] if getattr(one, "by", "") == MAREK] == []
    desk.mail("until 21:30", desk.sealed(), number="3")
    assert desk.stage.response.cases[ONE].expected_end is not None


def test_forged_expired_and_foreign_seals_prove_nothing(desk: Desk) -> None:
    good = desk.sealed()
    for forged in (
        "", good[:-3] + "AB]", good.replace("marek", "maret"),
        "[netwatch:r~ffffffff~I-1~marek~AAAAAAAAAAAAAAAA]", desk.sealed("ewa"),
        f"[netwatch:{_token(desk, Act.ACKNOWLEDGE)}]",
    ):  # fmt: skip
        desk.mail("cable cut 2 h", forged)
    assert whys(desk) == ["unsigned"] * 6
    assert desk.replies == []
    desk.stage.at += timedelta(hours=13)
    desk.mail("cable cut 2 h", good)
    assert desk.replies == []


def _token(desk: Desk, act: Act) -> str:
    expires = desk.stage.at + timedelta(hours=1)
    return token_of(KEY, Link(act=act, person=MAREK, subject=ONE, expires=expires))


def test_who_writes_from_another_address_is_nobody_even_with_a_seal(desk: Desk) -> None:
    desk.mail("I-1 ok", desk.sealed(), sender="marek@elsewhere.example")
    desk.mail("hello", desk.sealed(), sender="customer@elsewhere.example")
    assert whys(desk) == ["unknown-sender"]
    assert desk.replies == []


def test_a_chat_knows_who_wrote(desk: Desk) -> None:
    desk.take(Came(way=Way.CHAT, sender=CHAT, text="on site", number="10", channel="chat"))
    desk.take(Came(way=Way.CHAT, sender="telegram:78", text="I-1 ok", number="11", channel="chat"))
    assert [(one.by, one.channel) for one in desk.replies] == [(MAREK, "chat")]
    assert whys(desk) == ["unknown-sender"]


def test_a_false_alarm_is_taken_back_with_the_code_that_was_sent(desk: Desk) -> None:
    desk.take(Came(way=Way.SMS, sender=PHONE, text="false alarm", number="1"))
    asked = desk.dues[-1]
    assert asked.purpose is Purpose.ANSWER
    code = desk.proofs.afterword(asked, MAREK, "en")
    assert len(code) == 6
    wrong = f"{(int(code) + 1) % 1_000_000:06}"
    desk.take(Came(way=Way.SMS, sender=PHONE, text=wrong, number="2"))
    assert whys(desk) == ["wrong-code"]
    desk.take(Came(way=Way.SMS, sender=PHONE, text=code, number="3"))
    closed = [one for one in desk.stage.story if isinstance(one, IncidentClosed)]
    assert [(one.incident, one.by, one.mistaken) for one in closed] == [(ONE, MAREK, True)]
    desk.take(Came(way=Way.SMS, sender=PHONE, text=code, number="4"))
    assert whys(desk) == ["wrong-code", "wrong-code"]


def test_a_code_is_for_one_person_one_incident_and_one_question() -> None:
    code = code_of(KEY, "marek", "I-1", 5)
    assert is_code(KEY, code, "marek", "I-1", 5)
    for other in (("ewa", "I-1", 5), ("marek", "I-2", 5), ("marek", "I-1", 6)):
        assert not is_code(KEY, code, *other)
    assert not is_code(bytes(32), code, "marek", "I-1", 5)


def test_only_questions_bear_a_code_and_only_mails_a_seal(desk: Desk) -> None:
    due = NoticeDue(
        at=desk.stage.at, incident=None, audience=Audience.STAFF, channel=ChannelName("duty"),
        phase=Phase.UPDATE, purpose=Purpose.ANSWER, revision=1, recipients=(MAREK,),
        subject="R-1", detail=Answer(incident=IncidentId("I-1"), taken=True).to_text(),
    )  # fmt: skip
    assert desk.proofs.afterword(due, MAREK, "en") == ""
    assert desk.proofs.afterword(due, "<script>", "en") == ""


def test_while_the_contact_store_is_shut_a_message_stays_where_it_lies(desk: Desk) -> None:
    desk.shut = True
    desk.store = ContactStore(desk.state, desk._key)
    desk.inbound._store = desk.store
    taken = taker(desk.inbound.take, Way.SMS, "duty")
    with pytest.raises(DeliveryError):
        asyncio.run(taken(Received(sender=PHONE, text="ok", number="1")))
    desk.shut = False
    asyncio.run(taken(Received(sender=PHONE, text="ok", number="1")))
    assert [one.by for one in desk.replies] == [MAREK]


def test_a_message_that_meets_a_bug_is_tried_again_and_then_passed_over() -> None:
    calls = 0

    async def take(_: Came, __: object) -> None:
        nonlocal calls
        calls += 1
        raise ZeroDivisionError

    taken = taker(take, Way.SMS, "duty")
    one = Received(sender=PHONE, text="ok", number="1")
    for _ in range(TRIES - 1):
        with pytest.raises(DeliveryError):
            asyncio.run(taken(one))
    asyncio.run(taken(one))
    assert calls == TRIES


def test_an_inbox_that_cannot_be_is_a_mistake_of_the_settings(desk: Desk) -> None:
    async def tell(_: object) -> None: ...

    settings = Settings(inboxes={"box": InboxOf(url=Secret("pop3://a:canary@mail.example"))})
    with pytest.raises(ConfigError) as caught:
        fetchers(settings, desk.inbound.take, desk.clock, tell)
    assert "inboxes.box" in str(caught.value)
    assert "canary" not in str(caught.value)


def test_what_cannot_be_kept_is_refused_and_not_lost(desk: Desk) -> None:
    async def take(_: Came, __: object) -> None:
        raise RefusedError("not now")

    with pytest.raises(DeliveryError):
        asyncio.run(taker(take, Way.SMS, "")(Received(sender=PHONE, text="ok", number="1")))


def test_unclear_reasons_have_names_for_ever() -> None:
    assert {one.value for one in Unclear} >= {"nothing", "doubt", "time", "confirm"}

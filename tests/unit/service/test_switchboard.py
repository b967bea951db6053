"""A telephone system: announcements by who calls, and missed calls that become callbacks once."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

import pytest

from netwatch.delivery.render import Renderer
from netwatch.delivery.words import ANNOUNCEMENT
from netwatch.intake.doorkeeper import RefusedError
from netwatch.inventory.contact_store.store import ContactStore
from netwatch.inventory.contact_store.wishes import last_digits
from netwatch.model.facts import Cause, Phase, PublishHeld
from netwatch.model.voices import PhoneCounts, Voice, Way
from netwatch.response.rules import Mode
from netwatch.service.secrets import Secret
from netwatch.service.switchboard import Switchboard
from netwatch.service.wishes import Changes
from netwatch.web.switchboard import Switchboard as Hooks
from tests.unit.service.desk_house import BOOK, DeskHouse
from tests.unit.service.test_asking import ELEVEN, HALL, LANGUAGES, TWELVE, peopled, works
from tests.unit.views.tales import NIGHT, confirmed, opened

SECRET = "a secret of hooks"  # noqa: S105 - a test's


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOKS", SECRET)


def switchboard(
    desk: DeskHouse,
    store: ContactStore | None = None,
    heard: Callable[[PhoneCounts | Voice], object] = lambda _: None,
    mode: Mode = Mode.FULL,
) -> Switchboard:
    words = Renderer(BOOK.words, desk.network, "Dolina", "Europe/Warsaw", desk.languages)
    return Switchboard(
        secret=Secret("env:HOOKS"),
        board=lambda: desk.board,
        ways=lambda: desk.ways,
        renderer=lambda: words,
        callers=desk.callers,
        changes=Changes(store),
        languages=desk.languages,
        clock=desk,
        heard=heard,
        mode=mode,
    )


def call(desk: DeskHouse, caller: str, said: str = SECRET) -> dict[str, Any]:
    return asyncio.run(switchboard(desk).call({"caller": caller, "secret": said}, "web"))


def test_who_has_no_service_hears_of_it_before_a_person_answers_and_nobody_else_does() -> None:
    desk = DeskHouse(peopled(), [opened(subscribers=(ELEVEN,)), confirmed()])
    phone = desk.network.subscribers[ELEVEN].phone
    told = call(desk, phone.replace("+48", "0048 "))

    assert (told["announce"], told["state"], told["incident"]) == (True, "down", "I-1")
    assert "awari" in told["say"]
    assert "Kowal" not in repr(told)
    fine = call(desk, desk.network.subscribers[TWELVE].phone)
    assert (fine["announce"], fine["state"], fine["say"]) == (False, "up", "")
    assert call(desk, "+48 999 888 777") == call(desk, "anonymous")
    assert call(desk, "anonymous")["known"] is False


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cause", [Cause.FIBRE, Cause.POWER_HOMES, Cause.PARTNER])
def test_it_is_said_in_the_callers_language(language: str, cause: Cause) -> None:
    network = peopled()
    people = {one.id: replace(one, language=language) for one in network.subscribers.values()}
    network = replace(network, subscribers=people)
    for facts in ([opened(subscribers=(ELEVEN,), cause=cause)],
                  [opened(subscribers=(ELEVEN,), cause=cause), confirmed()],
                  works("device:s-1")):  # fmt: skip
        told = call(DeskHouse(network, facts), people[ELEVEN].phone)
        assert told["language"] == language
        assert told["say"]
        assert "{" not in told["say"]


def test_of_several_lines_the_one_without_service_is_told_of() -> None:
    network = peopled()
    phone = network.subscribers[ELEVEN].phone
    network = peopled(**{HALL: replace(network.subscribers[HALL], phone=phone)})
    assert call(DeskHouse(network, [opened(subscribers=(HALL,))]), phone)["state"] == "down"


def test_while_public_words_are_stopped_nothing_is_announced() -> None:
    facts = [opened(subscribers=(ELEVEN,)), PublishHeld(at=NIGHT, by="ewa", until=None)]
    told = call(DeskHouse(peopled(), facts), peopled().subscribers[ELEVEN].phone)

    assert (told["announce"], told["say"], told["state"]) == (False, "", "down")


def test_in_shadow_nothing_is_announced_for_nothing_is_published() -> None:
    desk = DeskHouse(peopled(), [opened(subscribers=(ELEVEN,)), confirmed()])
    question = {"caller": desk.network.subscribers[ELEVEN].phone, "secret": SECRET}
    told = asyncio.run(switchboard(desk, mode=Mode.SHADOW).call(question, "web"))

    assert (told["announce"], told["say"], told["state"]) == (False, "", "down")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phase_has_words_to_be_heard_that_point_at_no_page(language: str) -> None:
    said = BOOK.words.templates
    phases = [*Phase, "line"]
    spoken = [said[phase, "any", ANNOUNCEMENT, language].body for phase in phases]
    spoken += [
        said[phase, cause, ANNOUNCEMENT, language].body
        for phase, cause in (
            ("confirmed", "power-homes"), ("suspected", "power-homes"), ("update", "power-homes"),
            ("update", "apart"), ("planned", "start"),
        )
    ]  # fmt: skip
    assert not [body for body in spoken if "{{ now }}" in body or "{{ page }}" in body]


def test_without_the_secret_nothing_is_told_and_nothing_taken() -> None:
    with pytest.raises(RefusedError):
        call(DeskHouse(peopled()), "+48555010100", "guessed")
    with pytest.raises(RefusedError):
        asyncio.run(switchboard(DeskHouse(peopled())).missed({"callers": ["1"]}, "web"))


def test_of_a_thousand_missed_calls_none_is_lost_and_none_is_kept_twice(tmp_path: Path) -> None:
    chance = Random(5)  # noqa: S311 - a test's dice
    store = ContactStore(tmp_path, lambda: "a secret that is long enough")
    desk = DeskHouse(peopled(), store=store)
    known = [one.phone for one in desk.network.subscribers.values()]
    strangers = [f"+48600{n:06}" for n in range(650)]
    calls = [*known, *strangers]
    calls += [chance.choice(calls) for _ in range(1000 - len(calls))]
    chance.shuffle(calls)
    ways = (str, lambda n: n.replace("+48", "0048"), lambda n: n[3:])
    handed = [chance.choice(ways)(number) for number in calls]
    board = switchboard(desk, store)

    async def all_of_them() -> list[dict[str, Any]]:
        batches = [handed[n : n + 100] for n in range(0, 900, 100)] + [
            [one] for one in handed[900:]
        ]
        return await asyncio.gather(
            *(board.missed({"callers": batch, "secret": SECRET}, "web") for batch in batches)
        )

    told = asyncio.run(all_of_them())

    wishes = list(store.read().wishes.values())
    assert sum(one["noted"] for one in told) == 1000
    assert sum(one["no_room"] + one["withheld"] for one in told) == 0
    assert sum(one.times for one in wishes) == 1000
    assert {last_digits(one.phone) for one in wishes} == {last_digits(one) for one in calls}
    assert len(wishes) == len(set(calls))
    assert {one.subscriber for one in wishes if one.subscriber} == set(desk.network.subscribers)


def test_who_withholds_their_number_cannot_be_called_back(tmp_path: Path) -> None:
    store = ContactStore(tmp_path, lambda: "a secret that is long enough")
    board = switchboard(DeskHouse(peopled(), store=store), store)
    question = {"callers": ["anonymous", "", "+48600000001"], "secret": SECRET}
    told = asyncio.run(board.missed(question, "web"))

    assert (told["noted"], told["withheld"]) == (1, 2)


def test_the_description_names_each_way_in_and_all_that_is_answered(tmp_path: Path) -> None:
    text = files("netwatch.web").joinpath("static/hooks.openapi.json").read_text("utf-8")
    described = json.loads(text)
    paths = {route.path for route in Hooks(None, lambda: 0.0).routes}  # type: ignore[arg-type]
    store = ContactStore(tmp_path, lambda: "a secret that is long enough")
    board = switchboard(DeskHouse(peopled(), store=store), store)
    noted = asyncio.run(board.missed({"callers": ["+48600000001"], "secret": SECRET}, "web"))
    schemas = described["components"]["schemas"]

    assert set(described["paths"]) == paths - {"/in/openapi.json"}
    assert set(schemas["Announcement"]["required"]) == set(call(DeskHouse(peopled()), "1234567"))
    assert set(schemas["Noted"]["required"]) == set(noted)


def counted(given: dict[str, Any]) -> list[PhoneCounts | Voice]:
    desk, heard = DeskHouse(peopled()), list[PhoneCounts | Voice]()
    board = switchboard(desk, heard=heard.append)
    asyncio.run(board.counts({"secret": SECRET, **given}, "web"))
    return heard


def test_counts_are_taken_as_a_form_or_as_numbers_have_them() -> None:
    (one,) = counted({"offered": "12", "answered": 9, "lost": "3", "waiting": 4, "seconds": "300"})
    assert isinstance(one, PhoneCounts)
    assert (one.offered, one.answered, one.lost, one.waiting) == (12, 9, 3, 4)
    assert one.over.total_seconds() == 300


@pytest.mark.parametrize(
    "offered", ["", "-1", "1e5", "99999999", 100_001, True, None, [1], "٣", "1\n2"]
)
def test_what_is_no_count_is_refused(offered: object) -> None:
    with pytest.raises(RefusedError):
        counted({"offered": offered})


def test_counts_need_the_secret() -> None:
    with pytest.raises(RefusedError):
        counted({"offered": 1, "secret": "no"})


def test_a_customer_who_called_in_vain_is_heard_once_and_by_nobodys_number(tmp_path: Path) -> None:
    store = ContactStore(tmp_path, lambda: "a secret that is long enough")
    desk, heard = DeskHouse(peopled(), store=store), list[PhoneCounts | Voice]()
    phone = desk.network.subscribers[ELEVEN].phone
    question = {"callers": [phone, phone, "+48600000001"], "secret": SECRET}
    asyncio.run(switchboard(desk, store, heard.append).missed(question, "web"))

    assert heard == [Voice(at=desk.now(), way=Way.CALL, source="", subscriber=ELEVEN)]
    assert phone not in repr(heard)

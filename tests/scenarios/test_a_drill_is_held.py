"""A drill, from its first message to its last: who hears what when, and who hears nothing."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from netwatch.delivery.channels import Address
from netwatch.delivery.render import Text
from netwatch.intake.doorkeeper import RefusedError
from netwatch.intake.said import said
from netwatch.model.arrivals import Acknowledge
from netwatch.model.facts import IncidentKind
from netwatch.model.faults import DeliveryError
from netwatch.model.names import ChannelName, IncidentId, NoticeKey
from netwatch.model.replying import Reply
from netwatch.model.tasking import FinishTask
from netwatch.response.rules import Mode
from netwatch.service.drill.answers import routed
from netwatch.service.drill.doors import with_drills
from netwatch.service.drill.paper import HEAD, REPORT
from tests.scenarios.drill_fuzz import held_at_random
from tests.scenarios.drill_hall import Office, listening, office, ruled, watch_sockets
from tests.scenarios.moved_hands import Hands
from tests.unit.service.story import town

MINUTE_S = 60.0
Story = Callable[[Office], Coroutine[Any, Any, None]]


def held(folder: Path, story: Story, **how: Any) -> Office:
    """Let a story be lived in an installation; return it as it was left."""
    with asyncio.Runner(loop_factory=Hands) as runner:
        hands = runner.get_loop()
        assert isinstance(hands, Hands)
        house = office(folder, hands, **how)

        async def lived() -> None:
            running = asyncio.create_task(house.drills.run())
            await asyncio.sleep(0)
            try:
                await story(house)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)
                for channel in house.channels:
                    await channel.close()

        runner.run(lived())
    return house


def test_the_staff_is_alerted_marked_in_each_language_and_customers_hear_nothing(
    tmp_path: Path,
) -> None:
    async def story(house: Office) -> None:
        await house.start()
        await asyncio.sleep(60 * MINUTE_S)

    with listening() as ears:
        called = watch_sockets()
        house = held(tmp_path, story, ears=ears)
        assert called == []
        assert (ears.visits, ears.octets) == (0, 0)
    first = house.to("on-call")[0]
    assert first.title.startswith("DRILL: DRILL-1-I-1")
    assert first.body.startswith("DRILL: nothing is broken")
    assert all(one.title.startswith("DRILL / ĆWICZENIA") for one in house.to("ewa")[:-1])
    assert house.to("ewa")[-1].title == "DRILL over, KONIEC ĆWICZEŃ"
    assert all(
        one.title.startswith("DRILL") and one.body.startswith("DRILL") for one in house.heard
    )
    report = house.drills.shelf.get("DRILL-1", REPORT)
    assert report["complete"] is True
    assert {row["channel"] for row in report["words"]} == {"website"}
    assert all(row["text"].startswith("DRILL: ") for row in report["words"])


def test_it_ends_by_itself_once_everything_works_and_is_closed(tmp_path: Path) -> None:
    async def story(house: Office) -> None:
        await house.start()
        await house.ended()

    house = held(tmp_path, story)
    report = house.drills.shelf.get("DRILL-1", REPORT)
    assert report["why"] == ""
    assert report["score"] is not None
    assert report["incidents"][0]["subscribers"] == 8


def test_a_real_incident_ends_it_within_a_second_and_everybody_who_heard_is_told(
    tmp_path: Path,
) -> None:
    moments = []

    async def story(house: Office) -> None:
        await house.start()
        await asyncio.sleep(8 * MINUTE_S)
        house.real()
        moments.append(house.clock.now())
        await asyncio.sleep(30 * MINUTE_S)

    house = held(tmp_path, story)
    late = [one for one in house.heard if one.at >= moments[0]]
    assert {one.recipient for one in late} == {one.recipient for one in house.heard}
    assert all(one.title.startswith("DRILL over") and "I-77" in one.title for one in late)
    assert all(one.at - moments[0] <= timedelta(seconds=1) for one in late)
    assert house.drills.shelf.get("DRILL-1", REPORT)["why"] == "real incident I-77"
    assert house.drills.drill is None


def test_one_home_without_service_ends_no_drill(tmp_path: Path) -> None:
    async def story(house: Office) -> None:
        await house.start()
        await asyncio.sleep(2 * MINUTE_S)
        house.real(IncidentKind.LINE)
        await asyncio.sleep(2 * MINUTE_S)
        assert house.drills.drill is not None
        await house.stop()

    held(tmp_path, story)


def test_none_begins_while_people_are_without_service(tmp_path: Path) -> None:
    async def story(house: Office) -> None:
        house.real()
        with pytest.raises(RefusedError, match="I-77 is open"):
            await house.start()

    assert held(tmp_path, story).heard == []


def test_two_at_a_time_are_refused_and_so_is_what_nobody_knows(tmp_path: Path) -> None:
    async def story(house: Office) -> None:
        with pytest.raises(RefusedError, match="there is no drill 'fire'"):
            await house.start("fire")
        with pytest.raises(RefusedError, match="device:nobody"):
            await house.start(at="device:nobody")
        await house.start()
        with pytest.raises(RefusedError, match="on already"):
            await house.start()
        await house.stop()
        with pytest.raises(RefusedError, match="no drill is on"):
            await house.stop()
        assert (await house.start())["drill"] == "DRILL-2"
        await house.stop()

    held(tmp_path, story)


def test_where_the_staff_has_only_what_customers_hear_by_it_is_refused(tmp_path: Path) -> None:
    async def story(house: Office) -> None:
        with pytest.raises(RefusedError, match="to the staff and to nobody else"):
            await house.start()

    assert held(tmp_path, story, staff=("sms",)).heard == []


def test_who_is_not_heard_is_told_so_and_the_ladder_goes_on(tmp_path: Path) -> None:
    said = []

    async def story(house: Office) -> None:
        await house.start("nobody-answers")
        await asyncio.sleep(2 * MINUTE_S)
        name = IncidentId("DRILL-1-I-1")
        with pytest.raises(RefusedError, match="nobody hears you until"):
            await house.drills.bring(Acknowledge(at=house.clock.now(), incident=name, by="marek"))
        await asyncio.sleep(15 * MINUTE_S)
        late = Acknowledge(at=house.clock.now(), incident=name, by="marek")
        said.append(await house.drills.bring(late))
        await house.stop()

    house = held(tmp_path, story)
    assert [fact["fact"] for fact in said[0].facts] == ["IncidentAcknowledged"]
    took = house.drills.shelf.get("DRILL-1", REPORT)["measures"]["acknowledged_s"]
    assert took > 15 * MINUTE_S


def test_while_a_way_is_down_messages_find_another(tmp_path: Path) -> None:
    async def story(house: Office) -> None:
        await house.start("gateway-down")
        await asyncio.sleep(5 * MINUTE_S)
        await house.stop()

    book = ruled(tmp_path, town())
    people = replace(book.stages.response, staff_channels=("duty", "ewa-phone"))
    book = replace(book, stages=replace(book.stages, response=people))
    house = held(tmp_path, story, book=book)
    alert = next(one for one in house.heard if one.title.startswith("DRILL: DRILL-1-I-1"))
    assert alert.channel == "ewa-phone"
    assert not [one for one in house.heard if one.channel == "duty" and "over" not in one.title]


def test_tasks_are_done_by_their_numbers_and_counted(tmp_path: Path) -> None:
    async def story(house: Office) -> None:
        await house.start()
        await asyncio.sleep(3 * MINUTE_S)
        rows = (await house.drills.tasks({}, "marek"))["tasks"]
        for row in rows:
            command = FinishTask(at=house.clock.now(), task=row["task"], by="ewa")
            await house.drills.bring(command)
        await house.ended()

    house = held(tmp_path, story)
    roles = {row["role"]: row for row in house.drills.shelf.get("DRILL-1", REPORT)["roles"]}
    assert roles["desk"]["in_time"] >= 1
    assert roles["on-call"]["in_time"] >= 1


def test_the_next_start_ends_what_a_stop_cut_off_and_says_so_once(tmp_path: Path) -> None:
    async def first(house: Office) -> None:
        await house.start()
        await asyncio.sleep(8 * MINUTE_S)

    async def second(house: Office) -> None:
        await asyncio.sleep(MINUTE_S)

    before = held(tmp_path, first)
    assert not [one for one in before.heard if "over" in one.title]
    after = held(tmp_path, second)
    assert {one.recipient for one in after.heard} == {one.recipient for one in before.heard}
    assert all(one.title.startswith("DRILL over") for one in after.heard)
    head = after.drills.shelf.get("DRILL-1", HEAD)
    assert head["why"] == "netwatch was restarted"
    assert held(tmp_path, second).heard == []


@pytest.mark.parametrize("mode", list(Mode))
def test_in_every_mode_the_same_staff_is_told(tmp_path: Path, mode: Mode) -> None:
    async def story(house: Office) -> None:
        await house.start()
        await asyncio.sleep(3 * MINUTE_S)
        await house.stop()

    house = held(tmp_path, story, mode=mode)
    assert house.to("on-call")


def test_the_desk_hears_what_it_would_say_beside_what_is_true(tmp_path: Path) -> None:
    answers = []

    async def desk(question: dict[str, Any], _who: str) -> dict[str, Any]:
        match = {"subscriber": question["query"], "language": "pl"}
        return {"matches": [match], "next": None}

    async def nobody(*_: object) -> dict[str, Any]:
        return {"tasks": []}

    async def story(house: Office) -> None:
        asks = with_drills(house.drills, {"tasks": nobody, "desk-ask": desk})
        await house.start()
        await asyncio.sleep(2 * MINUTE_S)
        answers.append(await asks["desk-ask"]({"query": "S-a0"}, "ewa"))
        answers.append(await asks["desk-ask"]({"query": "S-b0"}, "ewa"))
        answers.append(await asks["desk-ask"]({"query": "nobody"}, "ewa"))
        answers.append(await asks["tasks"]({}, "ewa"))
        await house.stop()
        answers.append(await asks["desk-ask"]({"query": "S-a0"}, "ewa"))

    held(tmp_path, story)
    here, there, stranger, tasks, after = answers
    assert here["matches"][0]["drill"]["say"].startswith("DRILL / ĆWICZENIA: ")
    assert "never to a real caller" in here["next"]
    assert [one["next"] for one in (there, stranger, after)] == [None, None, None]
    assert {row["incident"] for row in tasks["tasks"]} == {"DRILL-1-I-1"}


def test_who_answers_in_the_moment_in_which_it_ends_is_not_left_waiting(tmp_path: Path) -> None:
    said = []

    async def story(house: Office) -> None:
        await house.start()
        await asyncio.sleep(3 * MINUTE_S)
        name = IncidentId("DRILL-1-I-1")
        house.real()
        command = Acknowledge(at=house.clock.now(), incident=name, by="marek")
        said.append(await house.drills.bring(command))

    held(tmp_path, story)
    assert "nothing of it was real" in said[0].refused


def test_one_line_of_who_was_told_is_understood_in_the_drill(tmp_path: Path) -> None:
    async def story(house: Office) -> None:
        await house.start()
        await asyncio.sleep(3 * MINUTE_S)
        drill, at = house.drills.drill, house.clock.now()
        assert drill is not None
        text = "ok, cable cut, 2h"
        reply = Reply(
            at=at,
            by="marek",
            channel=ChannelName("duty"),
            message="m",
            meaning=said(text, ("en",), at, ZoneInfo("UTC")),
            text=text,
        )
        found = routed(reply, drill.name, drill.is_told)
        assert found.to_drill
        brought = await house.drills.bring(found.reply)
        kinds = {str(fact["fact"]) for fact in brought.facts}
        assert {"IncidentAcknowledged", "EndExpected", "CauseNamed"} <= kinds
        await asyncio.sleep(MINUTE_S)
        await house.stop()

    house = held(tmp_path, story)
    assert house.to("marek")[0].title.startswith("DRILL")
    assert not house.board.outages


def test_chance_reaches_no_customer_whatever_the_rules_and_people_do() -> None:
    counted = held_at_random(25, seed=4)
    assert counted["begun"] > 5
    assert counted["messages to the staff"] > 0
    assert counted["messages without a mark"] == 0
    assert counted["sealed"] > 0
    assert counted["calls at the sockets"] == 0
    assert counted["visits to customers"] == counted["octets to customers"] == 0


def test_the_far_ends_would_have_heard_it_if_anything_had_left(tmp_path: Path) -> None:
    async def story(house: Office) -> None:
        channel = house.channels[-1]
        address = Address(recipient="S-a0", language="en", to="+48555010101")
        await channel.send(address, Text("t", "b"), NoticeKey("k"))

    with listening() as ears:
        called = watch_sockets()
        with pytest.raises(DeliveryError):
            held(tmp_path, story, ears=ears)
        assert called
        assert ears.octets > 0

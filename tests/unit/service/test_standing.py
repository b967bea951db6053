"""A start needs only the facts that still matter, and they tell the views the same."""

import json
from collections.abc import Sequence
from datetime import timedelta

from netwatch.model.arrivals import Hold, Receipt, Result, Started, Trouble
from netwatch.model.facts import (
    ApprovalAsked,
    ApprovalGiven,
    Audience,
    Fact,
    NoticeDue,
    NoticeSent,
    Phase,
    Purpose,
    SituationBegan,
    SituationOver,
    keys_of,
)
from netwatch.model.names import ApprovalId, AreaId, ChannelName, DeviceId, SituationId
from netwatch.pipeline import Pipeline
from netwatch.service.mind import Mind
from netwatch.service.standing import KEPT_AFTER_CLOSING, Standing
from netwatch.views.board import Board
from netwatch.views.owed import Owed
from tests.unit.service.story import NIGHT, RULES, SECOND, night, town


def lived(rounds: int, *, paid: bool = True) -> list[Fact]:
    network = town()
    mind = Mind(Pipeline(network, RULES), remember=lambda _: Pipeline(network, RULES), version="1")
    facts = list(mind.think(Started(at=NIGHT - SECOND, version="1"), list).facts)
    facts += mind.think(Hold(at=NIGHT, by="ewa"), list).facts
    facts += mind.think(Trouble(at=NIGHT, where="disk", what="4 % free"), list).facts
    for arrival in night(network)[: rounds * len(network.devices)]:
        new = mind.think(arrival, list).facts
        facts += new
        for due in new:
            if paid and isinstance(due, NoticeDue):
                for key in keys_of(due):
                    receipt = Receipt(at=due.at, key=key, result=Result.ACCEPTED)
                    facts += mind.think(receipt, list).facts
    return facts


def standing_of(facts: Sequence[Fact]) -> Standing:
    standing = Standing()
    for seq, fact in enumerate(facts, start=1):
        standing.take(seq, fact)
    return standing


def kept(facts: Sequence[Fact]) -> list[Fact]:
    return [facts[seq - 1] for seq in standing_of(facts).all()]


def raised_in(board: Board) -> set[DeviceId]:
    standing = board.alarms.standing.values()
    return {alarm.device for alarm in standing if alarm.cleared_at is None}


def test_the_views_are_the_same_from_what_stands_as_from_everything() -> None:
    for rounds in (4, 8, 14, 20, 85):
        for paid in (True, False):
            facts = lived(rounds, paid=paid)
            whole, short = Board.of(facts), Board.of(kept(facts))
            assert short.outages == whole.outages
            assert short.troubles == whole.troubles
            assert (short.held, short.held_by) == (whole.held, whole.held_by)
            assert raised_in(short) == raised_in(whole)
            assert Owed.of(kept(facts)).pending() == Owed.of(facts).pending()


def test_what_is_long_over_does_not_grow_the_start() -> None:
    standing = standing_of(lived(85))
    assert any(about.startswith("incident:") for about in standing.numbers)
    standing._forget(NIGHT + KEPT_AFTER_CLOSING + timedelta(hours=1))
    assert not any(about.startswith("incident:") for about in standing.numbers)
    assert not any(about.startswith("alarm:") for about in standing.numbers)


def test_a_standing_comes_back_from_plain_json() -> None:
    standing = standing_of(lived(14, paid=False))
    assert Standing.from_plain(json.loads(json.dumps(standing.to_plain()))) == standing


def test_situations_and_questions_about_them_are_known_after_a_start() -> None:
    name = SituationId("U-1")
    began = SituationBegan(at=NIGHT, situation=name, areas=(AreaId("polna"),))
    asked = ApprovalAsked(
        at=NIGHT,
        approval=ApprovalId("A-1"),
        situation=name,
        audience=Audience.PUBLIC,
        channel=ChannelName("facebook"),
        phase=Phase.CONFIRMED,
        expires=NIGHT + 900 * SECOND,
    )
    given = ApprovalGiven(at=NIGHT, approval=asked.approval, by="ewa")
    due = NoticeDue(
        at=NIGHT,
        incident=None,
        audience=Audience.PUBLIC,
        channel=asked.channel,
        phase=Phase.CONFIRMED,
        purpose=Purpose.NOTICE,
        revision=1,
        recipients=("public",),
        subject=name,
    )
    sent = NoticeSent(at=NIGHT, keys=keys_of(due), result=Result.ACCEPTED)
    over = SituationOver(at=NIGHT, situation=name)
    other = SituationBegan(at=NIGHT + 2 * KEPT_AFTER_CLOSING, situation=SituationId("U-2"))
    end = SituationOver(at=other.at, situation=other.situation)

    for facts in ([began, asked, given, due], [began, asked, given, due, sent, over]):
        short, whole = Board.of(kept(facts)), Board.of(facts)
        assert short.situations == whole.situations
        assert short.approvals == whole.approvals
        assert Owed.of(kept(facts)).pending() == Owed.of(facts).pending()
    assert kept([began, asked, given, due, sent, over, other, end]) == [other, end]

"""Who was told of planned works is found in a book of many other things, for each of the works."""

from datetime import timedelta
from pathlib import Path

from netwatch.journal.journal import Journal
from netwatch.model.facts import Audience, NoticeDue, NoticeExpired, NoticeRefused, Phase, keys_of
from netwatch.model.names import ChannelName, MaintenanceId
from netwatch.model.works_words import Saying, Time, Told
from netwatch.service.works_told import facts_told_of
from netwatch.views.messages import messages_of_works, works_proof_answer
from tests.unit.views.tales import MINUTE, NIGHT, due, opened, sent

ONE, TWO, OTHER = MaintenanceId("M-1"), MaintenanceId("M-2"), MaintenanceId("M-3")
SMS = ChannelName("sms")


def told(stage: Told, *works: MaintenanceId, readers: tuple[str, ...]) -> NoticeDue:
    """Return a text to subscribers about works, all of one day."""
    times = tuple(Time(one, NIGHT, NIGHT + timedelta(hours=2)) for one in works)
    return due(
        Phase.PLANNED,
        None,
        channel=SMS,
        audience=Audience.SUBSCRIBERS,
        recipients=readers,
        subject=works[0],
        detail=str(Saying(told=stage, times=times)),
    )


def test_a_text_about_several_works_is_found_by_each_and_by_no_other(tmp_path: Path) -> None:
    page = due(Phase.PLANNED, None, subject=TWO)
    both = told(Told.REMIND, ONE, TWO, readers=("S-1", "S-2", "S-3"))
    other = told(Told.ANNOUNCED, OTHER, readers=("S-1",))
    outage = due()
    first, second, third = keys_of(both)
    book = Journal.open(tmp_path / "journal.db")
    book.append(
        [
            opened(),
            outage,
            page,
            both,
            other,
            sent(page),
            sent(other),
            sent(outage),
            NoticeRefused(at=NIGHT + MINUTE, keys=(first, *keys_of(other)), detail="no number"),
            NoticeExpired(at=NIGHT + MINUTE, keys=(second,), detail="they began"),
        ]
    )
    read = {one: [fact for _, fact in facts_told_of(book, one)] for one in (ONE, TWO, OTHER)}
    missing = facts_told_of(book, MaintenanceId("M-9"))
    book.close()

    texts = [("S-1", "refused"), ("S-2", "expired"), ("S-3", "waiting")]
    found = {
        one: [(row.recipient, row.result) for row in messages_of_works(facts, one)]
        for one, facts in read.items()
    }
    assert found == {ONE: texts, TWO: [("public", "accepted"), *texts], OTHER: [("S-1", "refused")]}
    answer = works_proof_answer(ONE, messages_of_works(read[ONE], ONE))
    assert (answer["maintenance"], answer["told"][0]["phase"]) == ("M-1", "planned: remind")
    assert missing == []
    assert third not in {key for fact in read[ONE] for key in getattr(fact, "keys", ())}

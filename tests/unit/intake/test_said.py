"""One line of a technician: what is clear is taken, what is not is asked back, nothing leaks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.intake.lexicon import LANGUAGES, Kind, lexicon
from netwatch.intake.said import said
from netwatch.model.meaning import Meaning, Unclear
from netwatch.model.terms import Cause
from tests.unit.delivery.page.hostile import HOSTILE

NOW = datetime(2026, 11, 23, 17, 5, tzinfo=UTC)
WARSAW = ZoneInfo("Europe/Warsaw")


def heard(text: str, *languages: str, now: datetime = NOW) -> Meaning:
    return said(text, languages or ("pl", "en"), now, WARSAW)


def clock(hours: int, minutes: int = 0) -> datetime:
    """Return a time of that evening's clock on the wall."""
    return datetime(2026, 11, 23, hours, minutes, tzinfo=WARSAW)


@pytest.mark.parametrize(
    ("language", "taken", "there", "cut", "dark", "done", "false"),
    [
        ("pl", "biorę", "jestem na miejscu", "przecięty kabel", "brak prądu", "gotowe",
         "fałszywy alarm"),
        ("cs", "beru", "na místě", "překopnutý kabel", "nejde proud", "hotovo",
         "falešný poplach"),
        ("sk", "beriem", "na mieste", "prerušený kábel", "nejde prúd", "hotovo",
         "falošný poplach"),
        ("uk", "беру", "на місці", "обрив кабелю", "немає світла", "готово",
         "хибна тривога"),
        ("en", "ack", "on site", "cable cut", "no power", "done", "false alarm"),
        ("de", "übernehme", "vor Ort", "Kabel durchtrennt", "kein Strom", "fertig",
         "Fehlalarm"),
        ("ru", "беру", "на месте", "обрыв кабеля", "нет света", "готово",
         "ложная тревога"),
    ],
)  # fmt: skip
def test_each_language_has_words_for_each_thing(
    *, language: str, taken: str, there: str, cut: str, dark: str, done: str, false: str
) -> None:
    assert heard(taken, language) == Meaning(acknowledge=True)
    assert heard(f"{there}!", language) == Meaning(on_site=NOW)
    assert heard(cut.upper(), language) == Meaning(cause=Cause.FIBRE)
    assert heard(dark, language) == Meaning(cause=Cause.POWER_SITE)
    assert heard(done, language) == Meaning(done=True)
    assert heard(false, language) == Meaning(mistaken=True)
    assert heard(cut, "en") == Meaning(cause=Cause.FIBRE), "whatever the writer usually speaks"


@pytest.mark.parametrize(
    "text",
    ["cable cut 2 h", "cable cut 2h", "przecięty kabel 2 h", "przeciety kabel, za 2 godziny",
     "kabel przerwany. 2 godz.", "překopnutý kabel, do 20:15", "обрив кабелю 2 год",
     "обрыв кабеля через 2 часа", "Kabel durchtrennt, in zwei Stunden",
     "cable cut near Polna 4, 2 h", "prerušený kábel 1-2 h"],
)  # fmt: skip
def test_cause_and_end_stand_in_one_line(text: str) -> None:
    assert heard(text, "pl", "cs") == Meaning(cause=Cause.FIBRE, until=clock(20, 15))


@pytest.mark.parametrize(
    ("text", "until"),
    [("30 min", clock(18, 45)), ("2 h", clock(20, 15)), ("do 19:30", clock(19, 30)),
     ("until 19:30", clock(19, 30)), ("za 2 godziny", clock(20, 15)), ("do 19", clock(19)),
     ("do godz. 19:30", clock(19, 30)), ("1,5 h", clock(19, 45)), ("2h30", clock(21)),
     ("2 h 30 min", clock(21)), ("2-3 h", clock(21, 30)), ("half an hour", clock(18, 45)),
     ("gotowe za 2 godziny", clock(20, 15)), ("done by 19:30", clock(19, 30)),
     ("do 19:31", clock(19, 45)), ("do 21:40", clock(21, 45)), ("eta 19:30", clock(19, 30)),
     ("půl hodiny", clock(18, 45)), ("bis 19:30", clock(19, 30))],
)  # fmt: skip
def test_an_expected_end_is_rounded_up(text: str, until: datetime) -> None:
    assert heard(text) == Meaning(until=until)


@pytest.mark.parametrize(
    ("text", "there"),
    [("na miejscu", NOW), ("na miejscu 17:40", clock(17, 40)), ("on site at 18:30", clock(18, 30)),
     ("na miejscu od 17:40", clock(17, 40)), ("vor Ort in 20 min", NOW + timedelta(minutes=20))],
)  # fmt: skip
def test_a_time_beside_on_site_is_no_expected_end(text: str, there: datetime) -> None:
    assert heard(text, "pl", "de") == Meaning(on_site=there)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Unclear.NOTHING),
        ("I-12", Unclear.NOTHING),
        ("nothing works", Unclear.NOTHING),
        ("kabel nie przecięty", Unclear.NOTHING),
        ("nie działa", Unclear.DOUBT),
        ("is it a cable cut?", Unclear.DOUBT),
        ("perhaps cable cut 2 h", Unclear.DOUBT),
        ("looks like cable cut", Unclear.DOUBT),
        ("half done", Unclear.DOUBT),
        ("done but only one half", Unclear.DOUBT),
        ("działa tylko połowa", Unclear.DOUBT),
        ("funguje jen půlka", Unclear.DOUBT),
        ("работает только половина", Unclear.DOUBT),
        ("no power cut here", Unclear.NOTHING),
        ("mam problem z autem", Unclear.NOTHING),
        ("mám problém s autem", Unclear.NOTHING),
        ("no power cut, cable cut", Unclear.DOUBT),
        ("jadę do domu", Unclear.DOUBT),
        ("biorę urlop", Unclear.DOUBT),
        ("jedu domů", Unclear.DOUBT),
        ("idem spať", Unclear.DOUBT),
        ("їду додому", Unclear.DOUBT),
        ("on my way home", Unclear.DOUBT),
        ("ich fahre nach Hause", Unclear.DOUBT),
        ("беру отгул", Unclear.DOUBT),
        ("2 h ago", Unclear.DOUBT),
        ("on site 2 h", Unclear.TIME),
        ("jadę, 20 min", Unclear.TIME),
        ("będę za 20 min", Unclear.TIME),
        ("cable cut, a journey of 2 h", Unclear.TIME),
        ("1/2 h", Unclear.TIME),
        ("19:30", Unclear.TIME),
        ("do 17:30", Unclear.TIME),
        ("0 h", Unclear.TIME),
        ("900 h", Unclear.TIME),
        ("cable cut, no power", Unclear.SEVERAL),
        ("do 19:30, do 21:00", Unclear.SEVERAL),
        ("I-12 ok, I-13 ok", Unclear.SEVERAL),
        ("false alarm, cable cut", Unclear.SEVERAL),
    ],
)
def test_what_is_not_clear_is_asked_back_and_nothing_of_it_counts(text: str, why: Unclear) -> None:
    meaning = heard(text)
    assert meaning.unclear is why
    assert meaning.says_nothing


@pytest.mark.parametrize("text", ["I-12 ok", "i-12: ok", "ok i12", "І-12 ок", "ok, I\u201312"])
def test_the_number_of_an_incident_stands_where_it_likes(text: str) -> None:
    assert heard(text, "uk", "pl") == Meaning(incident="I-12", acknowledge=True)


def test_a_task_has_its_number_and_its_incident() -> None:
    assert heard("I-12.3 done") == Meaning(incident="I-12", task="I-12.3", done=True)


@pytest.mark.parametrize(
    ("text", "hours"),
    [("HOLD", 1), ("hold 2h", 2), ("Hold 90 min please", 1.5), ("HOLD 40d", 24), ("hold 0h", 1),
     ("wstrzymaj", 1), ("hold not sure", 1), ("pozastav 3 hodiny", 3)],
)  # fmt: skip
def test_hold_is_taken_whatever_follows_it(text: str, hours: float) -> None:
    assert heard(text, "pl", "cs") == Meaning(hold=timedelta(hours=hours))


def test_hold_in_the_middle_of_a_line_holds_nothing() -> None:
    for text in ("the HOLD of the ship", "please hold", "do not hold", "resume"):
        assert heard(text).hold is None


def test_a_code_is_six_digits_beside_nothing_or_a_yes() -> None:
    assert heard("482913") == Meaning(code="482913")
    assert heard("tak 482913.") == Meaning(code="482913")
    assert heard("48291").code == heard("4829133").code == ""


def test_each_listed_phrase_means_what_its_list_says() -> None:
    alike = {Kind.ACKNOWLEDGE: "acknowledge", Kind.DONE: "done", Kind.MISTAKEN: "mistaken"}
    for language in LANGUAGES:
        for phrase, uses in lexicon([language]).uses.items():
            meaning = heard(" ".join(phrase), language)
            for use in uses:
                if use.kind in alike:
                    assert getattr(meaning, alike[use.kind]), (language, phrase)
                if use.kind is Kind.CAUSE:
                    assert meaning.cause is use.value, (language, phrase)


def test_no_phrase_of_one_language_says_two_things() -> None:
    said_by = {Kind.ACKNOWLEDGE, Kind.ON_SITE, Kind.DONE, Kind.MISTAKEN, Kind.CAUSE, Kind.HOLD}
    for language in LANGUAGES:
        for phrase, uses in lexicon([language]).uses.items():
            assert len([use for use in uses if use.kind in said_by]) <= 1, (language, phrase)


PIECES = st.sampled_from(
    ["ok", "mam", "cable cut", "przecięty kabel", "2 h", "za", "do", "19:30", "7:05", "30 min",
     "not", "nie", "?", ",", ".", "\n", "done", "hotovo", "I-12", "i12.3", "-", "1,5", "godz",
     "on site", "jadę", "2-3 h", "0", "25:61", "999999999", "polna", "hold", "false alarm"]
)  # fmt: skip
LINES = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=9).map(" ".join))
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=1800)).map(lambda some: NOW + some)
ZONES = st.sampled_from(["Europe/Warsaw", "UTC", "Asia/Kathmandu", "America/St_Johns"])


@given(LINES, MOMENTS, ZONES, st.sampled_from(LANGUAGES))
def test_whatever_is_written_no_end_lies_in_the_past_and_each_is_round(
    text: str, now: datetime, name: str, language: str
) -> None:
    zone = ZoneInfo(name)
    meaning = said(text, [language], now, zone)
    if meaning.until is not None:
        assert now < meaning.until <= now + timedelta(hours=72, minutes=30)
        assert meaning.until.astimezone(UTC).second == 0
    if meaning.unclear is not None:
        assert meaning.says_nothing
    assert said(text, [language], now, zone) == meaning


@given(LINES, MOMENTS)
def test_nothing_of_the_line_itself_comes_out(text: str, now: datetime) -> None:
    meaning = said(text, ["pl", "en"], now, WARSAW)
    for word in (meaning.incident, meaning.task, meaning.code):
        assert word.removeprefix("I-").replace(".", "", 1).isdigit() or not word


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_inert(text: str) -> None:
    for line in (text, f"cable cut 2 h {text}", f"{text}\nok"):
        meaning = heard(line)
        assert meaning.until is None or meaning.until > NOW
        assert meaning.hold is None


def test_a_long_line_costs_no_more_than_a_short_one() -> None:
    assert heard("ok " * 100_000) == Meaning(acknowledge=True)
    assert heard("x" * 1_000_000).unclear is Unclear.NOTHING

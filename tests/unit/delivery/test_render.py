"""What people read: true, in their language, and harmless whatever the inventory says."""

import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from netwatch.delivery.sms import measure
from netwatch.delivery.words import NoWordsError
from netwatch.model.facts import Audience, Cause, IncidentKind, NoticeDue, Phase, Purpose
from netwatch.model.names import (
    AreaId,
    ChannelName,
    DeviceId,
    ElementName,
    IncidentId,
    RiskId,
    SiteId,
    SubscriberId,
    device_element,
    risk_element,
)
from netwatch.model.network import (
    Area,
    Device,
    DeviceKind,
    LocalName,
    Network,
    Risk,
    RiskKind,
    Site,
)
from netwatch.model.works_words import Told
from netwatch.views.told import Shown
from tests.unit.delivery.wording_examples import (
    PEOPLE,
    STORY,
    TOWN,
    at,
    outage,
    renderer,
    shipped_words,
)

LANGUAGES = ("pl", "cs", "sk", "uk", "en", "de", "ru")
CHANNELS = ("website", "sms", "desk")


def told(phase: Phase, channel: str = "website", language: str = "pl", **changed: object) -> str:
    moment, known = next((when, more) for this, when, more in STORY if this is phase)
    when = changed.pop("when", moment)
    assert isinstance(when, datetime)
    text = renderer().notice(outage(**{**known, **changed}), phase, channel, language, when)
    return f"{text.title}\n{text.body}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("phase", "when", "known"), STORY, ids=[str(row[0]) for row in STORY])
def test_a_fibre_outage_is_told_in_every_phase_and_language(
    phase: Phase,
    when: datetime,
    known: dict[str, object],
    language: str,
    snapshot: SnapshotAssertion,
) -> None:
    said = {}
    for channel in CHANNELS:
        text = renderer().notice(outage(**known), phase, channel, language, when)
        said[channel] = [text.title, text.body]

    assert said == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", CHANNELS)
def test_what_was_joined_with_another_outage_is_no_mistake(
    channel: str, language: str, snapshot: SnapshotAssertion
) -> None:
    joined = {"merged_into": IncidentId("I-2"), "closed_at": at(18, 30)}

    said = told(Phase.CORRECTED, channel, language, **joined)

    assert said == snapshot
    assert said != told(Phase.CORRECTED, channel, language)
    for word in ("pomył", "omyl", "chyb", "помил", "mistake", "Irrtum", "ошиб"):
        assert word not in said


WORKS: tuple[tuple[str, datetime, dict[str, object]], ...] = (
    ("remind", at(18, 2, day=13), {"revision": 2}),
    ("start", at(18, 5), {}),
    ("end", at(20, 41), {"restored_at": at(20, 41), "state": "ended"}),
    ("cancelled", at(12, 0), {"state": "cancelled"}),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("stage", "when", "known"), WORKS, ids=[row[0] for row in WORKS])
def test_planned_works_are_told_in_each_of_their_stages(
    stage: str,
    when: datetime,
    known: dict[str, object],
    language: str,
    snapshot: SnapshotAssertion,
) -> None:
    works = {"cause": Cause.CHANGE, "expected_end": at(21, 0), **known}

    said = [
        told(Phase.PLANNED, channel, language, when=when, **works) for channel in ("website", "sms")
    ]

    assert said == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("what", list(Told))
def test_single_readers_are_told_of_works_in_each_of_their_stages(
    what: Told, language: str, snapshot: SnapshotAssertion
) -> None:
    one = outage(cause=Cause.CHANGE, expected_end=at(21, 0), restored_at=None)
    another = replace(one, since=at(22, 2), expected_end=at(23, 30))
    moved = replace(one, since=at(18, 2, day=15), expected_end=at(21, 0, day=15))
    over = replace(one, restored_at=at(21, 0))
    several = (one, another) if what is Told.ANNOUNCED else (one,)
    parts = {Told.MOVED: (one, moved), Told.END: (over,)}.get(what, several)
    when = at(9, 0, day=13) if what not in (Told.START, Told.END) else at(21, 10)
    said = [renderer().works(parts, what, channel, language, when) for channel in ("mail", "sms")]
    assert measure(said[1].body).segments <= (2 if language in ("uk", "ru") else 1)
    assert [f"{text.title}\n{text.body}" for text in said] == snapshot


@pytest.mark.parametrize("language", ["en", "pl"])
def test_who_promised_news_and_gave_none_is_told_what_to_type(language: str) -> None:
    text = renderer().staff(outage(), Purpose.UPDATE, language, at(19, 0), missed=at(19, 0))

    assert "19:00" in text.body.splitlines()[0]
    assert "netwatch incident eta I-1" in text.body.splitlines()[0]
    again = renderer().staff(outage(), Purpose.UPDATE, language, at(19, 0))
    assert "incident eta" not in again.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_outage_closed_by_hand_ended_then_however_late_it_is_read(language: str) -> None:
    closed = {"closed_at": at(20, 41), "without": frozenset()}

    said = told(Phase.RESTORED, language=language, restored_at=None, **closed, when=at(22, 0))

    assert "20:41" in said
    assert "22:00" not in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", CHANNELS)
def test_who_is_told_an_end_that_passes_is_told_that_it_takes_longer(
    channel: str, language: str
) -> None:
    in_time = told(Phase.UPDATE, channel, language, expected_end=at(21, 0), when=at(20, 0))
    late = told(Phase.UPDATE, channel, language, expected_end=at(21, 0), when=at(21, 5))

    assert "21:00" in in_time
    assert "21:00" not in late
    assert "22:00" in late


@pytest.mark.parametrize(("language", "male"), [("cs", "nešel"), ("sk", "nešiel")])
@pytest.mark.parametrize("channel", ["mail", "sms"])
def test_what_was_gone_and_is_back_is_said_without_a_gender(
    channel: str, language: str, male: str
) -> None:
    over = outage(services=("tv", "phone"), restored_at=at(20, 41))
    text = (
        renderer().notice(over, Phase.RESTORED, channel, language, at(20, 42), never_told=True).body
    )

    assert "TV" in text
    assert male not in text
    assert male.replace("š", "s") not in text


@pytest.mark.parametrize("channel", ["website", "facebook", "sms", "desk"])
def test_a_mistake_of_another_day_is_dated_as_german_does_it(channel: str) -> None:
    text = told(Phase.CORRECTED, channel, "de", when=at(12, 0) + timedelta(days=1))

    assert "14." in text
    assert "von 14." not in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["website", "facebook", "mail", "sms", "desk"])
def test_where_no_end_was_ever_told_nothing_takes_longer_than_it(
    channel: str, language: str
) -> None:
    text = told(Phase.UPDATE, channel, language, expected_end=None, when=at(20, 0))

    longer = ("dłuż", "dluz", "déle", "dele", "dlhš", "dlhs", "longer", "länger", "довш", "дольш")
    assert not [word for word in longer if word in text]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("phase", [Phase.SUSPECTED, Phase.CONFIRMED, Phase.UPDATE, Phase.RESTORED])
def test_power_out_at_the_homes_has_words_of_its_own(
    phase: Phase, language: str, snapshot: SnapshotAssertion
) -> None:
    said = told(phase, language=language, cause=Cause.POWER_HOMES)

    assert said == snapshot
    for word in ("Awaria", "Výpadek int", "Výpadok int", "Аварія", "Авария", "Outage", "Störung"):
        assert word not in said


@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize(
    ("purpose", "changed"),
    [
        (Purpose.ALERT, {}),
        (Purpose.ALERT, {"kind": IncidentKind.BLIND, "cause": Cause.SELF, "without": frozenset()}),
        (Purpose.ALERT, {"kind": IncidentKind.DEGRADED, "without": frozenset()}),
        (Purpose.ALERT, {"kind": IncidentKind.FLAPPING}),
        (Purpose.ALERT, {"kind": IncidentKind.LINE, "without": frozenset({SubscriberId("S-1")})}),
        (Purpose.ALERT, {"cause": Cause.POWER_HOMES}),
        (Purpose.UPDATE, {}),
        (Purpose.UPDATE, {"owner": "marek", "expected_end": at(21, 0)}),
        (Purpose.UPDATE, {"owner": "marek", "expected_end": at(18, 10)}),
        (Purpose.ALL_CLEAR, {"restored_at": at(20, 41), "without": frozenset()}),
        (Purpose.ALL_CLEAR, {"kind": IncidentKind.BLIND, "restored_at": at(20, 41)}),
        (Purpose.ALL_CLEAR, {"closed_at": at(20, 41), "closed_by": "marek"}),
        (Purpose.ALL_CLEAR, {"closed_at": at(20, 41), "merged_into": IncidentId("I-2")}),
        (Purpose.ALL_CLEAR, {"closed_at": at(20, 41), "mistaken": True}),
        (Purpose.UPDATE, {"kind": IncidentKind.DEGRADED, "without": frozenset()}),
        (
            Purpose.ALL_CLEAR,
            {
                "kind": IncidentKind.DEGRADED,
                "without": frozenset(),
                "at_worst": frozenset(),
                "restored_at": at(20, 41),
            },
        ),
    ],
    ids=lambda value: value.value if isinstance(value, Purpose) else "-".join(value) or "fibre",
)
def test_one_message_tells_the_person_on_duty_everything(
    purpose: Purpose, changed: dict[str, object], language: str, snapshot: SnapshotAssertion
) -> None:
    text = renderer().staff(outage(**changed), purpose, language, at(18, 47))

    assert [text.title, *text.body.splitlines()] == snapshot


def test_an_alert_says_what_to_do_next() -> None:
    text = renderer().staff(outage(), Purpose.ALERT, "en", at(18, 4))

    assert "312 subscribers" in text.title
    assert "netwatch incident ack I-1" in text.body
    assert "netwatch why I-1" in text.body


def test_staff_who_read_a_language_without_staff_words_get_the_operators() -> None:
    text = renderer().staff(outage(), Purpose.ALERT, "cs", at(18, 4))

    assert text == renderer().staff(outage(), Purpose.ALERT, "pl", at(18, 4))


def due(purpose: Purpose, subject: str, detail: str) -> NoticeDue:
    return NoticeDue(
        at=at(18, 4),
        incident=None,
        audience=Audience.STAFF,
        channel=ChannelName("duty"),
        phase=Phase.CONFIRMED,
        purpose=purpose,
        revision=1,
        recipients=("on-call",),
        subject=subject,
        detail=detail,
    )


def test_trouble_of_our_own_is_named_and_so_is_its_end() -> None:
    began = renderer().trouble(due(Purpose.TROUBLE, "channel sms", "refused\x1b[31m 401"), "en")
    ended = renderer().trouble(due(Purpose.ALL_CLEAR, "channel sms", ""), "en")

    assert began.title == "netwatch itself: channel sms"
    assert began.body.startswith("Refused[31m 401.")
    assert "channel sms" not in began.body + ended.body
    assert ended.title == "netwatch itself: channel sms works again"


# --- what may be said ---------------------------------------------------------------------------


def test_an_unknown_cause_is_told_neutrally() -> None:
    said = told(Phase.CONFIRMED, cause=Cause.UNKNOWN, cause_certainty="unknown")

    assert "Przyczynę ustalamy" in said
    assert "światłowod" not in said
    assert "PON/LOS" not in said


def test_a_likely_cause_is_told_as_likely_and_a_known_one_plainly() -> None:
    likely, known = told(Phase.CONFIRMED), told(Phase.CONFIRMED, cause_certainty="known")

    assert "Prawdopodobnie uszkodzony" in likely
    assert "Prawdopodobnie" not in known
    assert "Uszkodzony jest kabel" in known


def test_the_crew_is_on_its_way_only_once_a_person_said_so() -> None:
    assert "jedzie" not in told(Phase.CONFIRMED)
    assert "ekipa jedzie na miejsce" in told(Phase.CONFIRMED, crew_state="on the way")
    assert "już o tym wie" in told(Phase.CONFIRMED, crew_state="never heard of")


@pytest.mark.parametrize("language", LANGUAGES)
def test_112_by_mobile_is_said_exactly_when_telephony_is_down(language: str) -> None:
    for channel in ("website", "sms", "desk"):
        assert "112" in told(Phase.CONFIRMED, channel, language)
        assert "112" not in told(Phase.CONFIRMED, channel, language, services=("internet", "tv"))


@pytest.mark.parametrize("cause", list(Cause))
@pytest.mark.parametrize("language", LANGUAGES)
def test_customers_never_read_what_failed_where(language: str, cause: Cause) -> None:
    for phase in Phase:
        for channel in CHANNELS:
            said = told(phase, channel, language, cause=cause)
            assert "l-core-sw" not in said
            assert "duct-12" not in said
            assert "312" not in said


# --- promises -----------------------------------------------------------------------------------


def test_news_is_promised_on_a_round_time_and_never_in_the_past() -> None:
    words = renderer()
    assert words.next_update(outage(), Phase.SUSPECTED, at(18, 2)) == at(18, 15)
    assert words.next_update(outage(), Phase.CONFIRMED, at(18, 4)) == at(19, 0)
    assert words.next_update(outage(), Phase.RESTORED, at(18, 4)) is None


def test_a_promise_stays_while_the_page_is_made_anew_and_is_given_again_once_passed() -> None:
    shown = ((ChannelName("website"), Shown(Phase.CONFIRMED, at(18, 4), 1)),)
    words, told_once = renderer(), outage(shown=shown)

    assert words.next_update(told_once, Phase.CONFIRMED, at(18, 59)) == at(19, 0)
    assert words.next_update(told_once, Phase.CONFIRMED, at(19, 0)) == at(20, 0)
    assert words.next_update(told_once, Phase.CONFIRMED, at(18, 4, 21)) == at(19, 0, 21)


def test_with_an_expected_end_news_is_promised_before_it() -> None:
    expected = outage(expected_end=at(21, 0))

    assert renderer().next_update(expected, Phase.UPDATE, at(18, 47)) == at(20, 30)
    assert renderer().next_update(expected, Phase.UPDATE, at(20, 40)) == at(21, 0)
    assert renderer().next_update(expected, Phase.UPDATE, at(21, 1)) == at(22, 0)


def test_an_end_that_has_passed_is_not_told_as_expected() -> None:
    said = told(Phase.UPDATE, when=at(21, 10))

    assert "trwa dłużej, niż przewidywaliśmy" in said
    assert "Przewidujemy koniec" not in said


# --- times and places ---------------------------------------------------------------------------


def test_times_are_the_readers_on_the_days_the_clock_changes() -> None:
    before = datetime.fromisoformat("2026-10-25T00:30:00+00:00")
    since = outage(since=before, opened_at=before, confirmed_at=before)

    said = renderer().notice(since, Phase.CONFIRMED, "website", "pl", before + timedelta(hours=1))

    assert "od 02:30" in said.body
    assert "(Stan z 02:30)" in said.body


def test_another_day_is_named() -> None:
    said = told(Phase.UPDATE, when=at(9, 0, 16))
    sms = told(Phase.RESTORED, "sms", restored_at=at(9, 0, 16), when=at(9, 0, 18))

    assert "od 14 listopada, 18:02" in said
    assert "naprawione 16.11 09:00" in sms


def town(count: int, parent: bool = True, more: int = 0) -> Network:
    inside = AreaId("town") if parent else None
    areas = {
        AreaId(f"a{number}"): Area(
            id=AreaId(f"a{number}"), name=LocalName(f"Ulica {number}"), within=inside
        )
        for number in range(count + more)
    }
    areas[AreaId("town")] = Area(id=AreaId("town"), name=LocalName("Dolina Miasto"))
    return Network(areas=areas)


@pytest.mark.parametrize(
    ("network", "count", "said"),
    [
        (town(1), 1, "Ulica 0"),
        (town(3), 3, "Ulica 0, Ulica 1 i Ulica 2"),
        (town(4), 4, "Dolina Miasto"),
        (town(5, more=2), 5, "Dolina Miasto: Ulica 0, Ulica 1, Ulica 2 i 2 inne miejsca"),
        (town(8, parent=False), 8, "Ulica 0, Ulica 1, Ulica 2 i 5 innych miejsc"),
        (town(1), 0, "część naszej sieci"),
    ],
)
def test_many_areas_are_named_by_what_they_lie_in(network: Network, count: int, said: str) -> None:
    areas = tuple(AreaId(f"a{number}") for number in range(count))

    text = renderer(network).notice(
        outage(areas=areas), Phase.CONFIRMED, "website", "pl", at(18, 4)
    )

    assert text.title.endswith(f" – {said}")


def test_a_name_is_said_inside_a_sentence_only_where_its_form_was_given_for_all() -> None:
    def area(ident: str, *inside: tuple[str, str]) -> Area:
        return Area(id=AreaId(ident), name=LocalName(ident, (("pl", ident),), inside))

    areas = [area("Polna", ("pl", "na Polnej")), area("Leśna", ("pl", "na Leśnej")), area("Górki")]
    network = Network(areas={one.id: one for one in areas})
    shipped = shipped_words()
    key = (Phase.CONFIRMED.value, "any", "website", "pl")
    body = "{% if areas_in %}Awaria {{ areas_in }}.{% else %}Awaria – {{ areas }}.{% endif %}"
    own = replace(shipped.templates[key], body=body)
    words = replace(shipped, templates={**shipped.templates, key: own})

    def said(*names: str, **more: object) -> str:
        where = outage(areas=tuple(map(AreaId, names)), **more)
        speaker = renderer(network, words)
        return speaker.notice(where, Phase.CONFIRMED, "website", "pl", at(18, 4)).body

    assert said("Polna") == "Awaria na Polnej."
    assert said("Polna", "Leśna") == "Awaria na Polnej i na Leśnej."
    assert said("Polna", "Górki") == "Awaria – Polna i Górki."
    assert said() == "Awaria – część naszej sieci."


def test_an_sms_names_one_place_and_counts_the_others() -> None:
    names = ("os. Książąt Mazowieckich", "ul. Wysockiego i Zamkowa", "Podzamcze")
    areas = {AreaId(name[:4]): Area(id=AreaId(name[:4]), name=LocalName(name)) for name in names}
    network = Network(areas=areas)

    text = renderer(network).notice(
        outage(areas=tuple(areas)), Phase.CONFIRMED, "sms", "pl", at(18, 4)
    )

    assert "os. Ksiazat Mazowieckich i 2 inne. Brak" in text.body


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 abonent "), (2, "2 abonentów"), (5, "5 abonentów"), (22, "22 abonentów")],
)
def test_people_are_counted_as_grammar_wants(count: int, said: str) -> None:
    some = frozenset(sorted(PEOPLE)[:count])

    text = renderer().staff(outage(without=some), Purpose.ALERT, "pl", at(18, 4))

    assert said in text.title


# --- whatever happens ---------------------------------------------------------------------------

HOSTILE = [
    "{{7*7}}",
    "{% for x in y %}",
    "{{ name.__class__ }}",
    "a\x00b\x1b[31mc",
    "line\r\nbreak\u2028here",
    "\u202eesrever\u202c",
    "zero\u200bwidth\ufeff",
    "\ud800",
    "e" + "\u0301" * 500,
    "x" * 65536,
    "<script>alert(1)</script>",
    "@channel $(id) `id` =cmd|' /C calc'!A0",
]
SEEN = ("Cc", "Cf", "Cs", "Co")


def hostile_town(name: str) -> Network:
    return Network(areas={AreaId("x"): Area(id=AreaId("x"), name=LocalName(name))})


def assert_harmless(title: str, body: str) -> None:
    assert "\n" not in title
    for letter in title + body:
        assert letter == "\n" or unicodedata.category(letter) not in SEEN
    assert "49" not in title + body
    assert len(title) < 400
    assert len(body) < 2000


def test_a_mistake_and_its_remedy_are_two_sentences_to_the_staff() -> None:
    given = NoticeDue(
        at=at(18, 2),
        incident=None,
        audience=Audience.STAFF,
        channel=ChannelName("duty"),
        phase=Phase.CONFIRMED,
        purpose=Purpose.TROUBLE,
        revision=1,
        recipients=("on-call",),
        subject="files",
        detail="a.yaml:2:1: a value is missing here\n    write it.",
    )

    said = renderer().trouble(given, "en").body.splitlines()[0]

    assert said == "a.yaml:2:1: a value is missing here. Write it."


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("purpose", [Purpose.ALERT, Purpose.UPDATE, Purpose.ALL_CLEAR])
def test_a_hostile_name_gives_no_orders_to_the_staff_either(name: str, purpose: Purpose) -> None:
    device, site, risk = DeviceId("sw-1"), SiteId("pop"), RiskId("duct")
    network = replace(
        hostile_town(name),
        sites={site: Site(id=site, name=name)},
        risks={risk: Risk(id=risk, kind=RiskKind.DUCT, name=name)},
        devices={device: Device(id=device, kind=DeviceKind.SWITCH, site=site)},
    )
    blamed = (device_element(device), risk_element(risk), ElementName(f"port:sw-1/{name}"))
    for kind in IncidentKind:
        for language in ("pl", "en"):
            text = renderer(network).staff(
                outage(
                    kind=kind,
                    root_cause=blamed,
                    also_possible=blamed,
                    owner=name,
                    areas=(AreaId("x"),),
                    restored_at=at(18, 40) if purpose is Purpose.ALL_CLEAR else None,
                ),
                purpose,
                language,
                at(18, 47),
            )
            assert_harmless(text.title.replace("{{7*7}}", ""), text.body)
            assert len(text.body.splitlines()) <= 8


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_only_text(name: str) -> None:
    hostile = renderer(hostile_town(name))
    for language in LANGUAGES:
        for phase in Phase:
            for channel in CHANNELS:
                text = hostile.notice(
                    outage(areas=(AreaId("x"),)), phase, channel, language, at(18, 4)
                )
                assert_harmless(text.title, text.body)


def test_template_syntax_in_a_name_is_shown_as_it_is() -> None:
    text = renderer(hostile_town("{{7*7}}")).notice(
        outage(areas=(AreaId("x"),)), Phase.CONFIRMED, "website", "pl", at(18, 4)
    )

    assert text.title.endswith("– {{7*7}}")


MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.timezones(),
)
TEXTS = st.text(max_size=80)


@settings(max_examples=150, deadline=None)
@given(
    name=TEXTS,
    services=st.lists(TEXTS, max_size=4),
    cause=st.sampled_from(Cause),
    certainty=st.sampled_from(["unknown", "likely", "known", "?"]),
    crew=TEXTS,
    since=MOMENTS,
    restored=st.none() | MOMENTS,
    end=st.none() | MOMENTS,
    now=MOMENTS,
    phase=st.sampled_from(Phase),
    channel=st.sampled_from([*CHANNELS, "facebook", ""]),
    language=st.sampled_from([*LANGUAGES, "pl-PL", "xx", ""]),
)
def test_whatever_the_outage_words_are_found(
    *,
    name: str,
    services: list[str],
    cause: Cause,
    certainty: str,
    crew: str,
    since: datetime,
    restored: datetime | None,
    end: datetime | None,
    now: datetime,
    phase: Phase,
    channel: str,
    language: str,
) -> None:
    given_ = outage(
        areas=(AreaId("x"), AreaId("gone")),
        services=tuple(services),
        cause=cause,
        cause_certainty=certainty,
        crew_state=crew,
        since=since,
        opened_at=since,
        restored_at=restored,
        expected_end=end,
    )

    text = renderer(hostile_town(name)).notice(given_, phase, channel, language, now)

    assert text.body
    assert "{{ " not in (text.title + text.body).replace(name, "")
    assert measure(text.body).segments <= 4 or channel != "sms"


@settings(max_examples=60, deadline=None)
@given(
    subject=TEXTS,
    detail=TEXTS,
    elements=st.lists(TEXTS, max_size=6),
    kind=st.sampled_from(IncidentKind),
    cause=st.sampled_from(Cause),
    purpose=st.sampled_from(Purpose),
    owner=st.none() | TEXTS,
)
def test_whatever_happens_the_staff_is_told(
    *,
    subject: str,
    detail: str,
    elements: list[str],
    kind: IncidentKind,
    cause: Cause,
    purpose: Purpose,
    owner: str | None,
) -> None:
    names = tuple(ElementName(element) for element in elements)
    made = outage(kind=kind, cause=cause, root_cause=names, also_possible=names, owner=owner)

    assert renderer().staff(made, purpose, "en", at(18, 4)).body
    assert renderer().trouble(due(purpose, subject, detail), "pl").title


def test_a_channel_without_words_of_its_own_takes_the_websites() -> None:
    assert told(Phase.CONFIRMED, "telegram") == told(Phase.CONFIRMED, "website")


def test_where_the_rules_removed_all_words_nothing_is_invented() -> None:
    silent = renderer(TOWN, replace(shipped_words(), templates={}))

    with pytest.raises(NoWordsError, match="no words for confirmed on website in pl, en"):
        silent.notice(outage(), Phase.CONFIRMED, "website", "pl", at(18, 4))

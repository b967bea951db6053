"""Rules are read over those that ship, piece by piece."""

from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

import pytest

from netwatch.correlation.rules import CorrelationRules
from netwatch.delivery.wording_sandbox import flaws
from netwatch.delivery.words import STAFF
from netwatch.detection.rules import LimitRule
from netwatch.model.facts import Cause, Phase, Severity
from netwatch.model.faults import Level
from netwatch.model.names import ChannelName, CheckName, RoleName, SubscriberId
from netwatch.model.network import DeviceKind, Network, Subscriber
from netwatch.pipeline import StageRules
from netwatch.response.rules import ChannelKind, Lapse, Mode, Outside, To
from netwatch.rules import Rulebook, read_rules
from netwatch.rules.build_words import NUMBER, values_of
from netwatch.rules.schemas import Confidence

ROOT = Path(__file__).parents[3]


def read(directory: Path, **files: str) -> Rulebook:
    write(directory, **files)
    reading = read_rules(directory, None)
    assert reading.rulebook is not None, [str(finding) for finding in reading.findings]
    assert not reading.findings
    return reading.rulebook


def write(directory: Path, **files: str) -> None:
    for name, text in files.items():
        path = directory / name / "own.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def shipped() -> Rulebook:
    book = read_rules(None, None).rulebook
    assert book is not None
    return book


def test_the_shipped_files_say_what_the_code_does_without_any() -> None:
    stages, plain = shipped().stages, StageRules()
    tasks, ladders = stages.response.tasks, stages.response.ladders  # ship in the files alone

    assert stages == replace(plain, response=replace(plain.response, tasks=tasks, ladders=ladders))


def test_the_words_that_ship_are_sound_though_no_start_looks_through_them() -> None:
    words = shipped().words
    wrong = [
        (where, flaw)
        for one in words.templates.values()
        for where, text in ((f"{one.place} title", one.title), (f"{one.place} body", one.body))
        for flaw in flaws(text, values_of(one.phase, for_staff=one.channel == STAFF))
    ]
    wrong += [
        (str(one.place), flaw) for one in words.phrases.values() for flaw in flaws(one.text, NUMBER)
    ]

    assert wrong == []
    assert len(words.templates) > len(words.languages())


def test_without_files_of_ones_own_the_shipped_rules_hold(tmp_path: Path) -> None:
    assert replace(read(tmp_path), digest="") == replace(shipped(), digest="")


def test_an_entry_of_the_same_id_replaces_the_whole_rule(tmp_path: Path) -> None:
    book = read(tmp_path, checks="streaks:\n- {id: onu.state, bad_in_a_row: 5}\n")

    streak = book.stages.detection.streaks[CheckName("onu.state")]
    assert (streak.bad_in_a_row, streak.good_in_a_row, streak.severity) == (5, 2, Severity.MAJOR)
    assert CheckName("if.oper") in book.stages.detection.streaks


def test_remove_drops_a_shipped_rule(tmp_path: Path) -> None:
    book = read(
        tmp_path,
        checks="streaks:\n- {id: mains, remove: true}\n",
        notices="policy:\n- {id: website-update, remove: true}\n",
    )

    assert CheckName("mains") not in book.stages.detection.streaks
    website = [one for one in book.stages.response.policy if one.channel == "website"]
    phases = [rule.phase for rule in website]
    assert Phase.UPDATE not in phases
    assert {Phase.SUSPECTED, Phase.CONFIRMED, Phase.RESTORED} < set(phases)


def test_a_section_that_is_a_mapping_is_replaced_field_by_field(tmp_path: Path) -> None:
    book = read(
        tmp_path,
        checks="flapping: {calm: 1h}\nblindness: {in_a_row: 7}\n",
        correlation="confidence: {settle: 5s, confirm_odds: 5000}\n",
    )

    flap = book.stages.detection.flap
    assert (flap.changes, flap.calm) == (4, timedelta(hours=1))
    assert book.stages.detection.blind_in_a_row == 7
    certain = book.stages.correlation
    assert (certain.settle, certain.confirm_odds) == (timedelta(seconds=5), 5000)
    assert certain.alert_odds == 100


def test_limits_priors_policy_and_channels_reach_the_stages(tmp_path: Path) -> None:
    book = read(
        tmp_path,
        checks="limits:\n- {id: rx, check: onu.optics, column: rx_dbm, below: -26, unit: dBm}\n",
        correlation="priors:\n- {id: link, log_chance: -6}\n- {id: olt, log_chance: -9.5}\n",
        notices=(
            "policy:\n"
            "- {id: sms-confirmed, channel: sms, phase: confirmed, least_subscribers: 20, "
            "after: 10m}\n"
            "channels:\n- {id: facebook, opens_in: website}\n"
        ),
    )

    assert book.stages.detection.limits == (
        LimitRule(id="rx", check=CheckName("onu.optics"), column="rx_dbm", below=-26.0, unit="dBm"),
    )
    assert book.stages.correlation.link_prior == -6
    assert book.stages.correlation.priors[DeviceKind.OLT] == -9.5
    assert book.stages.correlation.priors[DeviceKind.ONU] == -11
    (sms,) = [rule for rule in book.stages.response.policy if rule.id == "sms-confirmed"]
    assert (sms.channel, sms.least_subscribers, sms.to) == ("sms", 20, To.EVERYONE)
    assert (sms.after, sms.hours) == (timedelta(minutes=10), None)
    modes = book.stages.response.channel_modes
    assert modes == {
        ChannelName("website"): Mode.WEBSITE,
        ChannelName("facebook"): Mode.WEBSITE,
        ChannelName("sms"): Mode.FULL,
        ChannelName("mail"): Mode.FULL,
    }


def test_a_policy_says_when_to_whom_and_who_has_to_agree(tmp_path: Path) -> None:
    book = read(
        tmp_path,
        notices=(
            "policy:\n"
            "- {id: a, channel: sms-2, phase: confirmed, to: everyone, hours: 22:00-06:30, "
            "causes: [fibre, radio], one_person_above: 500, two_people_above: 5000, outside: ask}\n"
            "- {id: b, channel: sms-2, phase: restored, hours: 00:00-24:00}\n"
            "- {id: c, channel: sms-2, phase: suspected, to: critical, hours: 00:00-24:00}\n"
            "channels:\n- {id: sms-2, opens_in: website, kind: sms}\n"
            "approvals: {expires_after: 5m, then: {website: dropped, sms-2: goes}}\n"
            "situation: {incidents: 6}\n"
            "caps: {day: 50}\n"
            "prices: {sms-2: 0.12}\n"
            "sms: {price: 0.09, currency: PLN}\n"
        ),
    )

    told = book.stages.response
    a, b, c = told.policy[-3:]
    assert (a.to, a.outside, a.causes) == (To.EVERYONE, Outside.ASK, (Cause.FIBRE, Cause.RADIO))
    assert (a.one_person_above, a.two_people_above) == (500, 5000)
    assert (str(a.hours), c.hours) == ("22:00-06:30", None)
    assert (b.to, c.to) == (To.TOLD, To.CRITICAL)
    assert told.kind(a.channel) is ChannelKind.SMS
    assert told.approvals.expires_after == timedelta(minutes=5)
    assert told.approvals.lapse(ChannelName("website")) is Lapse.DROPPED
    assert told.approvals.lapse(ChannelName("facebook")) is Lapse.DROPPED
    assert told.approvals.lapse(a.channel) is Lapse.GOES
    assert (told.situation.incidents, told.situation.within) == (6, timedelta(hours=1))
    assert (told.caps.incident, told.caps.day, told.caps.currency) == (200, 50, "PLN")
    assert told.prices == {"sms": 0.09, "sms-2": 0.12}


def test_people_and_roles_say_who_is_told_and_in_which_language(tmp_path: Path) -> None:
    book = read(
        tmp_path,
        people=(
            "people:\n- {id: marek, name: Marek}\n- {id: tomas, language: en, channels: [tomas]}\n"
            "roles:\n- {id: on-call, people: [marek, tomas]}\n"
        ),
        response="staff: {tell: [on-call, tomas], channels: [duty, mail]}\n",
    )

    assert book.stages.response.staff == ("on-call", "tomas")
    assert book.stages.response.staff_channels == ("duty", "mail")
    assert book.roles[RoleName("on-call")].people == ("marek", "tomas")
    assert book.language_of("on-call") == "en"
    assert book.language_of("marek") is None
    assert book.language_of("nobody") is None


def test_words_are_replaced_by_phase_cause_channel_and_language(tmp_path: Path) -> None:
    book = read(
        tmp_path,
        notices=(
            "language: pl\n"
            "words:\n"
            "- {phase: confirmed, channel: sms, body: 'Awaria: {{ areas }}'}\n"
            "- {phase: confirmed, cause: radio, title: Radio, body: Nie ma, language: cs}\n"
            "- {phase: confirmed, cause: power-homes, channel: sms, remove: true}\n"
            "phrases:\n- {id: service.tv, text: telewizja}\n"
            "promises:\n- {id: suspected, within: 30m}\n"
            "sms: {price: 0.09, currency: PLN}\n"
            "operator: {phone: 555 010 100, pages: {pl: x.example}}\n"
        ),
    )
    words = book.words

    assert words.find("confirmed", ("fibre",), "sms", ["pl"]).body == "Awaria: {{ areas }}"
    assert words.find("confirmed", ("radio",), "website", ["cs"]).title == "Radio"
    assert ("confirmed", "power-homes", "sms", "pl") not in words.templates
    assert ("confirmed", "any", "sms", "en") in words.templates
    assert words.phrases["pl", "service.tv"].text == "telewizja"
    assert words.next_update["suspected"] == timedelta(minutes=30)
    assert words.sms.cost(2) == 0.18
    assert (words.operator.phone, words.operator.page("pl")) == ("555 010 100", "x.example")


def test_a_new_language_is_whole_or_it_is_said_what_it_lacks(tmp_path: Path) -> None:
    write(tmp_path, notices="words:\n- {phase: confirmed, language: hu, body: Üzemzavar}\n")

    wrongs = [finding.wrong for finding in read_rules(tmp_path, None).findings]

    assert "no words are left for restored on website in 'hu'" in wrongs
    assert "the phrase 'crew.alerted' is missing in 'hu'" in wrongs
    assert not any("staff." in wrong for wrong in wrongs)


def test_the_digest_is_of_what_was_read_wherever_it_lies(tmp_path: Path) -> None:
    one = read(tmp_path / "one", checks="blindness: {in_a_row: 7}\n")
    same = read(tmp_path / "two", checks="blindness: {in_a_row: 7}\n")
    other = read(tmp_path / "three", checks="blindness: {in_a_row: 8}\n")

    assert one.digest == same.digest != other.digest
    assert one.digest.startswith("sha256:")
    assert shipped().digest not in {one.digest, other.digest}


def test_hidden_files_and_other_kinds_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "checks").mkdir()
    (tmp_path / "checks" / ".own.yaml.swp").write_text("{{{{")
    (tmp_path / "checks" / "own.yaml~").write_text("{{{{")
    (tmp_path / "README.md").write_text("# Ours")

    read(tmp_path)


def test_empty_files_and_sections_say_nothing(tmp_path: Path) -> None:
    read(tmp_path, checks="# all of it is commented out\n", notices="words:\nphrases:\n")


def test_a_plan_that_nobody_has_is_warned_of(tmp_path: Path) -> None:
    write(
        tmp_path,
        commitments="commitments:\n- {id: gold, plans: [biz-300], notice_within: 5m}\n",
    )
    person = Subscriber(id=SubscriberId("S-1"), plan="biz-301")

    reading = read_rules(tmp_path, Network(subscribers={person.id: person}))

    assert reading.rulebook is not None
    assert reading.rulebook.commitments[0].notice_within == timedelta(minutes=5)
    (finding,) = reading.findings
    assert finding.level is Level.WARNING
    assert finding.wrong == "the inventory has no plan 'biz-300'"
    assert finding.remedy == "did you mean 'biz-301'?"


@pytest.mark.parametrize("text", ["5m", "90s", "1h30m", "2d", "0s", "1.5h"])
def test_spans_are_written_as_people_write_them(tmp_path: Path, text: str) -> None:
    book = read(
        tmp_path,
        notices=f"policy:\n- {{id: x, channel: website, phase: update, after: {text}}}\n",
    )

    assert book.stages.response.policy[-1].after >= timedelta(0)


def test_the_sample_rules_are_without_mistakes() -> None:
    reading = read_rules(ROOT / "rules", None)

    assert reading.findings == ()
    assert reading.rulebook is not None
    assert reading.rulebook.stages.response.staff == ("on-call",)
    assert reading.rulebook.words.sms.currency == "PLN"


def test_every_judgement_of_correlation_can_be_written() -> None:
    judged = {entry.name for entry in fields(CorrelationRules)}
    priors = {name for name in judged if name == "priors" or name.endswith("_prior")}

    assert set(Confidence.model_fields) == judged - priors - {"means", "series"}  # no judgement

"""What would fail at night fails in `netwatch check`: words too long, empty, or saying too much."""

import time
from pathlib import Path

import pytest

from netwatch.inventory.reader import read_inventory
from netwatch.model.faults import Level
from netwatch.model.names import AreaId, DeviceId, RiskId, SiteId, SubscriberId
from netwatch.model.network import (
    Area,
    Device,
    DeviceKind,
    LocalName,
    Network,
    Risk,
    RiskKind,
    Site,
    Subscriber,
)
from netwatch.rules import Rulebook, read_rules
from netwatch.rules.words_check import check_words

ROOT = Path(__file__).parents[3]
NETWORK = Network(
    risks={RiskId("duct-12"): Risk(id=RiskId("duct-12"), kind=RiskKind.DUCT, name="Most Kamienny")},
    sites={
        SiteId("pop-polna"): Site(id=SiteId("pop-polna"), name="Polna 4"),
        SiteId("polna"): Site(id=SiteId("polna"), name="os. Polna"),
    },
    areas={AreaId("polna"): Area(id=AreaId("polna"), name=LocalName("os. Polna"))},
    devices={
        DeviceId("olt-1"): Device(id=DeviceId("olt-1"), kind=DeviceKind.OLT),
        DeviceId("router"): Device(id=DeviceId("router"), kind=DeviceKind.ROUTER),
    },
)
OPERATOR = (
    "operator:\n  phone: 555 010 100\n"
    "  pages: {pl: dolina.example/awarie, cs: dolina.example/vypadky, uk: dolina.example/uk, "
    "any: dolina.example/en}\n"
)


def book(directory: Path, notices: str = "") -> Rulebook:
    (directory / "notices").mkdir()
    (directory / "notices" / "own.yaml").write_text(OPERATOR + notices, encoding="utf-8")
    read = read_rules(directory, None).rulebook
    assert read is not None
    return read


def words(language: str, body: str, phase: str = "confirmed", channel: str = "sms") -> str:
    entry = f"phase: {phase}, channel: {channel}, language: {language}, body: {body!r}"
    return f"words:\n- {{{entry}, title: x}}\n"


@pytest.mark.parametrize("name", ["Dolina", "netwatch", "SiecDolina1"])
def test_every_shipped_sms_fits_with_a_name_of_forty_letters(tmp_path: Path, name: str) -> None:
    assert check_words(book(tmp_path), None, name=name, thorough=True) == []


def test_the_shipped_words_name_nothing_of_the_network(tmp_path: Path) -> None:
    assert check_words(book(tmp_path), NETWORK, name="Dolina") == []


def test_the_sample_rules_fit_the_sample_inventory() -> None:
    network = read_inventory(ROOT / "inventory").network
    read = read_rules(ROOT / "rules", network)

    assert network is not None
    assert read.rulebook is not None
    assert check_words(read.rulebook, network, name="Dolina", languages=["pl", "uk"]) == []


def test_a_text_that_takes_two_sms_is_told_with_its_place_size_and_price(tmp_path: Path) -> None:
    long = words("pl", "Szanowni Państwo, {{ areas }}: " + "awaria " * 15)
    made = book(tmp_path, long + "sms: {price: 0.09, currency: PLN}\n")

    (finding,) = check_words(made, None, name="Dolina")

    assert finding.level is Level.WARNING
    assert finding.place.path.endswith("notices/own.yaml")
    assert finding.place.line == 5
    assert "confirmed (any) on sms in 'pl' takes up to 2 SMS (GSM-7, 164 char" in finding.wrong
    assert "0.18 PLN), not 1" in finding.wrong
    assert finding.remedy.startswith("shorten it: 'Szanowni Panstwo")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ("Awaria, {{ areas }}. Naprawimy do {{ next_update }}.", "read as the end of the repair"),
        ("Awaria na {{ areas }}. Przepraszamy.", "would have to be declined"),
        ("{{ areas }}: awaria. Odpisz NIE, gdy nie dziala.", "answer that would not arrive"),
        ("{{ areas }}: kabel przeciety z winy firmy.", "blames somebody"),
        ("{{ areas }}: prosimy podac ulice w komentarzu.", "write into comments"),
    ],
)
def test_the_rules_of_public_words_are_errors_with_their_place(
    tmp_path: Path, body: str, wrong: str
) -> None:
    (finding,) = check_words(book(tmp_path, words("pl", body)), None, name="Dolina")

    assert wrong in finding.wrong
    assert finding.level is Level.ERROR
    assert finding.place.line == 5


def test_an_answer_may_be_asked_for_where_the_number_takes_it(tmp_path: Path) -> None:
    body = "{{ areas }}: awaria. {% if two_way %}Odpisz NIE{% else %}Tel. {{ phone }}{% endif %}"

    assert check_words(book(tmp_path, words("pl", body)), None, name="Dolina") == []


def test_a_phrase_that_blames_somebody_is_an_error(tmp_path: Path) -> None:
    blaming = "phrases:\n- {id: cause.fibre.known, language: pl, text: Wykonawca przeciął kabel}\n"

    (finding,) = check_words(book(tmp_path, blaming), None, name="Dolina")

    assert finding.wrong == "the phrase 'cause.fibre.known' blames somebody"


def test_a_sentence_of_halves_is_warned_of(tmp_path: Path) -> None:
    body = "{{ areas }}: {% if end %}nie ma{% else %}chyba nie ma{% endif %} internetu"

    (finding,) = check_words(book(tmp_path, words("pl", body)), None, name="Dolina")

    assert "puts a sentence together from halves" in finding.wrong
    assert finding.level is Level.WARNING


def test_a_hint_that_is_always_said_counts(tmp_path: Path) -> None:
    made = book(tmp_path, "sms: {stop_hint: always}\n")

    findings = check_words(made, None, name="Dolina")

    assert any("confirmed (any) on sms in 'pl' takes up to 2 SMS" in one.wrong for one in findings)


def test_ukrainian_may_take_two(tmp_path: Path) -> None:
    assert check_words(book(tmp_path, words("uk", "ї" * 134)), None, name="Dolina") == []


def test_words_that_may_say_nothing_are_told(tmp_path: Path) -> None:
    silent = words("en", "{% if end %}Until {{ end }}{% endif %}", channel="website")

    (finding,) = check_words(book(tmp_path, silent), None, name="Dolina")

    assert "confirmed (any) on website in 'en' says nothing in some cases" in finding.wrong
    assert finding.level is Level.ERROR


@pytest.mark.parametrize(
    ("body", "slip"),
    [
        ("Awaria na olt-1, naprawiamy", "olt-1"),
        ("Kabel w kanalizacji DUCT-12.", "DUCT-12"),
        ("Koparka przy obiekcie most kamienny", "most kamienny"),
        ("Stoi Polna 4 i okolice", "polna 4"),
        ("{% if end %}ok{% else %}{{ 'olt-1' }}{% endif %}", "olt-1"),
    ],
)
def test_customers_must_not_read_what_stands_where(tmp_path: Path, body: str, slip: str) -> None:
    findings = check_words(book(tmp_path, words("pl", body)), NETWORK, name="Dolina")

    assert [finding.wrong for finding in findings] == [
        f"customers would read {slip!r}, a name from your network"
    ]
    assert findings[0].level is Level.ERROR


@pytest.mark.parametrize(
    "body",
    [
        "Routera nie trzeba resetować",
        "Awaria, os. Polna i okolice",
        "Mostek kamiennych schodów",
        "olt-12 nie istnieje",
    ],
)
def test_plain_words_and_place_names_may_stand(tmp_path: Path, body: str) -> None:
    assert check_words(book(tmp_path, words("pl", body)), NETWORK, name="Dolina") == []


def test_staff_may_read_names(tmp_path: Path) -> None:
    alert = words("en", "olt-1 is down", phase="alert", channel="staff")

    assert check_words(book(tmp_path, alert), NETWORK, name="Dolina") == []


def test_an_area_named_after_a_device_is_warned_of(tmp_path: Path) -> None:
    named = Network(
        devices=NETWORK.devices,
        areas={AreaId("a"): Area(id=AreaId("a"), name=LocalName("Za olt-1"))},
    )

    (finding,) = check_words(book(tmp_path), named, name="Dolina", inventory="inv")

    assert str(finding.place) == "inv:1:1"
    assert finding.wrong == "the name of area 'a' holds 'olt-1', a name from your network"


def test_readers_without_words_in_their_language_are_counted(tmp_path: Path) -> None:
    people = [
        Subscriber(id=SubscriberId(f"S-{number}"), language=language)
        for number, language in enumerate(["hu", "hu", "pl", "pl-PL", None])
    ]
    network = Network(subscribers={person.id: person for person in people})

    findings = check_words(book(tmp_path), network, name="Dolina", languages=["pl", "fr"])

    assert [finding.wrong for finding in findings] == [
        "2 subscribers read 'hu', in which there are no words",
        "the operator speaks 'fr', in which there are no words",
    ]
    assert {finding.level for finding in findings} == {Level.WARNING}


def test_all_words_are_checked_against_five_thousand_devices_within_a_second(
    tmp_path: Path,
) -> None:
    devices = {
        DeviceId(f"onu-{number}"): Device(
            id=DeviceId(f"onu-{number}"), kind=DeviceKind.ONU, name=f"ONU {number} of the town"
        )
        for number in range(5000)
    }
    made = book(tmp_path)

    began = time.process_time()
    findings = check_words(made, Network(devices=devices), name="Dolina")

    assert findings == []
    assert time.process_time() - began < 1.0


def test_words_that_nobody_who_grew_up_with_them_has_read_are_told_of_once(tmp_path: Path) -> None:
    made = book(tmp_path, "readers:\n- {language: cs, by: 'Jana, 2026-11-20'}\n")

    (finding,) = check_words(
        made, None, name="Dolina", languages=["pl", "uk", "cs"], settings="netwatch.toml"
    )

    assert finding.level is Level.WARNING
    assert finding.wrong == "no native speaker has read the words in pl, uk"
    assert "readers: [{language: pl, by: ...}]" in finding.remedy


def test_a_language_without_words_for_sms_is_told_of_once(tmp_path: Path) -> None:
    phases = ("suspected", "confirmed", "update", "restored", "corrected", "planned")
    entries = "".join(
        f"- {{phase: {phase}, language: hu, title: x, body: 'áram {phase}'}}\n" for phase in phases
    )
    shipped = read_rules(None, None).rulebook
    assert shipped is not None
    wanted = sorted({name for code, name in shipped.words.phrases if code == "en"})
    phrases = "".join(f"- {{id: {name}, language: hu, text: x}}\n" for name in wanted)

    (finding,) = check_words(
        book(tmp_path, f"words:\n{entries}phrases:\n{phrases}"), None, name="Dolina"
    )

    assert finding.wrong == f"no words for SMS in 'hu': {', '.join(phases)} take the website's"
    assert finding.level is Level.WARNING

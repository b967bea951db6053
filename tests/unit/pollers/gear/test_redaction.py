"""A recording tells what a device is, and nothing of whose it is."""

from hypothesis import given
from hypothesis import strategies as st

from netwatch.pollers.gear.files import known_gear
from netwatch.pollers.gear.recognition import layered
from netwatch.pollers.gear.redaction import pseudonym, recording
from netwatch.pollers.gear.survey import Survey
from netwatch.pollers.profile import shipped
from netwatch.pollers.questions import Target, Value

KEY = b"k" * 32
UFIBER = "1.3.6.1.4.1.41112.1.5.6.2.1"
SERIAL = "UBNT2073be78"
INDEX = ".".join(map(str, [12, *SERIAL.encode()]))
IF_NAME, ALIAS = "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.31.1.1.1.18"
SAID: dict[str, Value] = {
    "1.3.6.1.2.1.1.1.0": "EdgeOS v4.4.2 on secret-olt at 192.0.2.77",
    "1.3.6.1.2.1.1.2.0": (1, 3, 6, 1, 4, 1, 41112, 1, 5),
    "1.3.6.1.2.1.1.3.0": 294400216,
    "1.3.6.1.2.1.1.4.0": "ewa@example.net",
    "1.3.6.1.2.1.1.5.0": "secret-olt",
    "1.3.6.1.4.1.41112.1.5.1.2.0": "B4FBE41B4808",
    f"{IF_NAME}.1": "eth0",
    f"{IF_NAME}.2": "<pppoe-nowak>",
    f"{IF_NAME}.3": "szkola-trunk",
    f"{ALIAS}.1": "eth0",
    f"{ALIAS}.3": "Szkola Podstawowa",
    f"{UFIBER}.1.{INDEX}": SERIAL,
    f"{UFIBER}.3.{INDEX}": 1,
    f"{UFIBER}.4.{INDEX}": "Loco",
    "1.3.6.1.4.1.99999.1.2.3.4.5.6.7.8": "found by a hop",
}


def lines() -> list[str]:
    survey = Survey(Target("192.0.2.1", 161, 1), known_gear(), shipped())
    survey.own = known_gear()["ubiquiti-ufiber"]
    survey.layers = layered(survey.gear, survey.own)
    columns = (IF_NAME, ALIAS, *(f"{UFIBER}.{number}" for number in (1, 3, 4)))
    for column in columns:
        survey.answers.columns[column] = {"1": None}
    survey.answers.objects.update({o: v for o, v in SAID.items() if o.endswith(".0")})
    return recording(survey, SAID, KEY)


def test_names_serials_and_addresses_are_out() -> None:
    text = "\n".join(lines())
    for secret in ("secret", "ewa", "example.net", "B4FBE41B", "2073be78", "nowak", "kola",
                   "192.0.2.77", INDEX, "Podstawowa", "hop"):  # fmt: skip
        assert secret not in text, secret


def test_what_the_device_is_stays_and_can_be_served_in_order() -> None:
    said = dict(line.split("|", 1) for line in lines())
    assert said["1.3.6.1.2.1.1.1.0"].startswith("4|EdgeOS v4.4.2 on ")
    assert said["1.3.6.1.2.1.1.2.0"] == "6|1.3.6.1.4.1.41112.1.5"
    assert said["1.3.6.1.2.1.1.3.0"] == "67|294400216"
    assert said[f"{IF_NAME}.1"] == "4|eth0"
    assert said["1.3.6.1.4.1.99999.1.2.3.0"] == "2|0"
    names = [tuple(map(int, oid.split("."))) for oid in said]
    assert names == sorted(names)


def test_a_serial_in_an_index_and_in_a_column_stays_the_same_serial() -> None:
    said = dict(line.split("|", 1) for line in lines())
    (index,) = [oid.removeprefix(f"{UFIBER}.3.") for oid in said if oid.startswith(f"{UFIBER}.3.")]
    length, *letters = map(int, index.split("."))
    assert said[f"{UFIBER}.1.{index}"] == f"4|{bytes(letters).decode()}"
    assert length == len(letters)


@given(st.text(st.characters(max_codepoint=255), max_size=40))
def test_a_pseudonym_has_the_shape_of_the_text(text: str) -> None:
    other = pseudonym(text, KEY)
    assert len(other) == len(text)
    assert other == pseudonym(text, KEY)
    for before, after in zip(text, other, strict=True):
        if before.isascii() and before.isprintable():
            assert (before.isdigit(), before.isalpha()) == (after.isdigit(), after.isalpha())

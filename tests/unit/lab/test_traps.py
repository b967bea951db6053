"""What devices say unasked."""

from netwatch.lab.happenings import Happening
from netwatch.lab.traps import traps
from netwatch.wire.ber import Message, Tag, decode_trap, oid_text
from tests.unit.lab.field import Hammer

LINK_DOWN, LINK_UP = "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.6.3.1.1.5.4"
ON_BATTERY = "1.3.6.1.2.1.33.2.0.1"
GASP = "1.3.6.1.4.1.2011.6.3.8.3.2.0.5"
GASP_OVER = "1.3.6.1.4.1.2011.6.3.8.3.2.0.6"


def said(field: Hammer, happened: list[Happening]) -> list[tuple[str, str, Message]]:
    """Return who said what."""
    heard: list[tuple[str, str, Message]] = []
    for device, payload in traps(field.world, happened, field.now, b"public"):
        message = decode_trap(payload)
        assert isinstance(message, Message)
        assert message.binds[0].tag == Tag.TIMETICKS
        assert isinstance(message.binds[1].value, tuple)
        heard.append((device, oid_text(message.binds[1].value), message))
    return heard


def test_both_ends_of_a_cut_ring_link_say_link_down_and_later_link_up() -> None:
    field = Hammer()

    down = said(field, field.breaks("link:l-2", "cut"))
    up = said(field, field.mends())

    assert {(device, oid) for device, oid, _ in down} == {("ag-1", LINK_DOWN), ("ag-2", LINK_DOWN)}
    assert {(device, oid) for device, oid, _ in up} == {("ag-1", LINK_UP), ("ag-2", LINK_UP)}
    assert down[0][2].binds[5].value == b"2"


def test_what_is_cut_off_cannot_say_so() -> None:
    field = Hammer()

    heard = said(field, field.breaks("link:ag-3--sw-1", "cut"))

    assert {(device, oid) for device, oid, _ in heard} == {("ag-3", LINK_DOWN)}


def test_a_hanging_agent_says_nothing() -> None:
    field = Hammer()
    field.breaks("device:ag-3", "hang")

    assert said(field, field.breaks("link:ag-3--sw-1", "cut")) == []


def test_an_olt_passes_on_each_dying_gasp_and_its_end() -> None:
    field = Hammer()

    gasps = said(field, field.breaks("risk:grid-1", "power"))
    over = said(field, field.mends())

    assert [oid for _, oid, _ in gasps].count(GASP) == 8
    assert {device for device, oid, _ in gasps if oid == GASP} == {"olt-1"}
    assert gasps[0][2].binds[-1].value == b"HWTC\0\0\0\x11"
    assert [oid for _, oid, _ in over].count(GASP_OVER) == 8


def test_a_pon_port_that_lost_all_its_onus_goes_down() -> None:
    field = Hammer()

    heard = said(field, field.breaks("link:olt-1--s-1", "cut"))

    assert [(device, oid) for device, oid, _ in heard] == [("olt-1", LINK_DOWN)]
    assert heard[0][2].binds[5].value == b"GPON 0/1/1"


def test_a_ups_says_how_long_its_battery_lasts() -> None:
    field = Hammer()

    heard = said(field, field.breaks("site:cellar", "power"))

    assert [(device, oid) for device, oid, _ in heard] == [("ups-1", ON_BATTERY)]
    assert [bind.value for bind in heard[0][2].binds[2:]] == [30, 0, 2]

"""What devices answer becomes what netwatch knows; what they do not answer stays unknown."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netwatch.model.arrivals import Outcome, Readings, Sample
from netwatch.model.names import DeviceId, LinkId
from netwatch.model.network import Device as Element
from netwatch.model.network import DeviceKind, End, Link, Network
from netwatch.pollers.acquaintance import Acquaintance, acquaintances
from netwatch.pollers.asking import Arrivals
from netwatch.pollers.conversation import inventory, metrics, pon, status
from netwatch.pollers.gear.recognition import impression
from netwatch.pollers.library import library, shipped_library
from netwatch.pollers.profile import shipped
from netwatch.pollers.questions import Credential, Get, Value, Walk
from tests.unit.pollers.device import Device

IF_NAME, IF_DESCR = "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.2.2.1.2"
OPER, IN, OUT = "1.3.6.1.2.1.2.2.1.8", "1.3.6.1.2.1.31.1.1.1.6", "1.3.6.1.2.1.31.1.1.1.10"
HUAWEI = "1.3.6.1.4.1.2011.6.128.1.1.2"
SYSTEM: dict[str, Value] = {
    "1.3.6.1.2.1.1.2.0": (1, 3, 6, 1, 4, 1, 9, 1, 1208),
    "1.3.6.1.2.1.1.3.0": 5000,
}
PORT = 4194304000
SWITCH_PORTS: dict[str, Value] = {
    f"{IF_NAME}.1": "ge-0/0/1",
    f"{IF_NAME}.2": "ge-0/0/2",
    f"{OPER}.1": 1,
    f"{OPER}.2": 2,
    f"{IN}.1": 100,
    f"{OUT}.1": 200,
}
OLT: dict[str, Value] = {
    "1.3.6.1.2.1.1.2.0": (1, 3, 6, 1, 4, 1, 2011, 2, 123),
    "1.3.6.1.2.1.1.3.0": 5000,
    f"{IF_NAME}.{PORT}": "GPON 0/1/3",
    f"{OPER}.{PORT}": 1,
    f"{HUAWEI}.43.1.3.{PORT}.0": "HWTC\x00\x00\x00\x01",
    f"{HUAWEI}.43.1.3.{PORT}.1": "HWTC\x00\x00\x00\x02",
    f"{HUAWEI}.43.1.3.{PORT}.9": "ZTEG\x00\x00\x00\x09",
    f"{HUAWEI}.46.1.15.{PORT}.0": 1,
    f"{HUAWEI}.46.1.24.{PORT}.0": 13,
    f"{HUAWEI}.46.1.15.{PORT}.1": 2,
    f"{HUAWEI}.46.1.24.{PORT}.1": 13,
    f"{HUAWEI}.46.1.15.{PORT}.9": 2,
    f"{HUAWEI}.51.1.4.{PORT}.0": -2150,
    f"{HUAWEI}.51.1.6.{PORT}.0": 7500,
    f"{HUAWEI}.46.1.20.{PORT}.0": 1830,
    f"{HUAWEI}.51.1.4.{PORT}.1": 2147483647,
}


def known(kind: DeviceKind, *ports: str, onus: int = 0) -> Acquaintance:
    name = DeviceId("box")
    boxes = [Element(id=name, kind=kind, address=ip_address("192.0.2.1"), snmp="access")]
    boxes += [
        Element(
            id=DeviceId(f"onu-{number}"),
            kind=DeviceKind.ONU,
            via=name,
            port="0/1/3",
            serial=f"HWTC0000000{number}",
        )
        for number in range(1, onus + 1)
    ]
    links = [
        Link(id=LinkId(port), ends=(End(device=DeviceId("core")), End(device=name, port=port)))
        for port in ports
    ]
    network = Network(
        devices={box.id: box for box in boxes}, links={link.id: link for link in links}
    )
    return acquaintances(network, {"access": Credential()})[name]


def said(arrivals: Arrivals) -> list[tuple[str, str, str | None, object]]:
    return [
        (one.device, one.check, one.part, one.value if one.outcome == "answered" else one.outcome)
        for one in arrivals
        if isinstance(one, Sample)
    ]


def test_the_ports_with_links_are_told_under_the_names_of_the_inventory() -> None:
    switch = Device(SYSTEM | SWITCH_PORTS)

    arrivals = switch.talk(status(known(DeviceKind.SWITCH, "ge-0/0/2", "GE-0/0/1", "lost"), 0.0))

    assert said(arrivals) == [
        ("box", "if.oper", "ge-0/0/2", "down"),
        ("box", "if.oper", "GE-0/0/1", "up"),
        ("box", "snmp", None, None),
    ]


def test_names_are_learnt_once_and_states_are_asked_each_time() -> None:
    box, switch = known(DeviceKind.SWITCH, "ge-0/0/2"), Device(SYSTEM | SWITCH_PORTS)
    switch.talk(status(box, 0.0))
    switch.asked.clear()

    switch.talk(status(box, 30.0))
    assert all(isinstance(question, Get) for question in switch.asked)
    assert len(switch.asked) == 2


def test_now_and_then_it_is_asked_whether_the_ports_still_stand_where_they_stood() -> None:
    box, switch = known(DeviceKind.SWITCH, "ge-0/0/2"), Device(SYSTEM | SWITCH_PORTS)
    switch.talk(status(box, 0.0))
    switch.asked.clear()
    switch.talk(status(box, 700.0))
    assert [type(question) for question in switch.asked] == [Get, Get, Get]

    switch.objects |= {f"{IF_NAME}.1": "ge-0/0/2", f"{IF_NAME}.2": "ge-0/0/1"}
    switch.talk(status(box, 800.0))
    assert said(switch.talk(status(box, 1400.0)))[0] == ("box", "if.oper", "ge-0/0/2", "up")
    assert any(isinstance(question, Walk) for question in switch.asked)


def test_a_sweep_of_the_inventory_learns_all_anew_and_brings_nothing() -> None:
    box, switch = known(DeviceKind.SWITCH, "ge-0/0/2"), Device(SYSTEM | SWITCH_PORTS)
    switch.talk(status(box, 0.0))
    switch.objects |= {f"{IF_NAME}.1": "ge-0/0/2", f"{IF_NAME}.2": "ge-0/0/1"}

    assert switch.talk(inventory(box, 10.0), now=10.0) == []

    assert box.ports == {"ge-0/0/2": "1"}
    assert box.port_names is not None
    assert box.port_names.by_row() == {"1": "ge-0/0/2", "2": "ge-0/0/1"}


def test_a_sweep_that_goes_unanswered_leaves_what_is_known() -> None:
    box, switch = known(DeviceKind.SWITCH, "ge-0/0/2"), Device(SYSTEM | SWITCH_PORTS)
    switch.talk(status(box, 0.0))
    profile = box.profile
    switch.mute = lambda question: isinstance(question, Walk)

    assert switch.talk(inventory(box, 10.0), now=10.0) == []

    assert box.profile is profile
    assert box.ports == {"ge-0/0/2": "2"}


def test_a_restarted_device_is_learnt_anew_for_its_rows_may_have_moved() -> None:
    box, switch = known(DeviceKind.SWITCH, "ge-0/0/2"), Device(SYSTEM | SWITCH_PORTS)
    switch.talk(status(box, 0.0))
    switch.objects |= {
        "1.3.6.1.2.1.1.3.0": 10,
        f"{IF_NAME}.2": "ge-0/0/1",
        f"{IF_NAME}.1": "ge-0/0/2",
    }

    assert ("box", "if.oper", "ge-0/0/2", "up") in said(switch.talk(status(box, 30.0)))


def test_how_long_it_has_run_is_told_when_it_is_met_and_when_it_started_anew() -> None:
    box = known(DeviceKind.SWITCH, "ge-0/0/1")

    def uptimes(ticks: int) -> list[tuple[float | None, ...]]:
        answers = SWITCH_PORTS | SYSTEM | {"1.3.6.1.2.1.1.3.0": ticks}
        arrivals = Device(answers).talk(status(box, 0))
        return [one.columns["uptime_s"] for one in arrivals if isinstance(one, Readings)]

    assert uptimes(5000) == [(50.0,)]
    assert uptimes(11_000) == []
    assert uptimes(300) == [(3.0,)]


def test_onus_are_told_with_the_cause_that_the_olt_gives() -> None:
    arrivals = Device(OLT).talk(pon(known(DeviceKind.OLT, onus=3), 0.0))

    assert said(arrivals) == [
        ("box", "if.oper", "0/1/3", "up"),
        ("onu-1", "onu.state", None, "online"),
        ("onu-2", "onu.state", None, "dying-gasp"),
        ("box", "snmp", "onus", None),
    ]


def test_an_onu_that_the_olt_does_not_list_is_unknown_and_counted() -> None:
    box = known(DeviceKind.OLT, onus=3)
    Device(OLT).talk(pon(box, 0.0))

    assert (box.missing, box.unknown_rows) == (1, 1)


def test_an_onu_whose_state_the_olt_could_not_find_out_is_unknown() -> None:
    olt = Device(OLT | {f"{HUAWEI}.46.1.15.{PORT}.0": -1})
    assert "onu-1" not in {
        who for who, *_ in said(olt.talk(pon(known(DeviceKind.OLT, onus=1), 0.0)))
    }


def test_a_new_row_makes_the_serials_be_read_again_soon() -> None:
    box, olt = known(DeviceKind.OLT, onus=3), Device(dict(OLT))
    olt.talk(pon(box, 0.0))
    olt.objects |= {
        f"{HUAWEI}.43.1.3.{PORT}.5": "HWTC\x00\x00\x00\x03",
        f"{HUAWEI}.46.1.15.{PORT}.5": 1,
    }
    olt.talk(pon(box, 30.0))

    assert ("onu-3", "onu.state", None, "online") in said(olt.talk(pon(box, 91.0)))


def test_a_swapped_onu_is_not_taken_for_the_one_whose_row_it_has() -> None:
    box, olt = known(DeviceKind.OLT, onus=3), Device(dict(OLT))
    olt.talk(pon(box, 0.0))
    olt.objects |= {
        f"{HUAWEI}.43.1.3.{PORT}.0": "HWTC\x00\x00\x00\x03",
        f"{HUAWEI}.46.1.15.{PORT}.0": 2,
    }

    told = said(olt.talk(pon(box, 30.0)))

    assert ("onu-3", "onu.state", None, "dying-gasp") in told
    assert "onu-1" not in {who for who, *_ in told}


def test_an_onu_that_turned_and_is_the_same_costs_one_question_more() -> None:
    box, olt = known(DeviceKind.OLT, onus=3), Device(dict(OLT))
    olt.talk(pon(box, 0.0))
    olt.asked.clear()
    olt.talk(pon(box, 30.0))
    usual = len(olt.asked)
    olt.objects |= {f"{HUAWEI}.46.1.15.{PORT}.0": 2}
    olt.asked.clear()

    assert ("onu-1", "onu.state", None, "dying-gasp") in said(olt.talk(pon(box, 60.0)))
    assert len(olt.asked) == usual + 1


def test_onus_that_may_have_been_swapped_are_not_told_of_until_the_olt_has_said_so() -> None:
    box, olt = known(DeviceKind.OLT, onus=3), Device(dict(OLT))
    olt.talk(pon(box, 0.0))
    olt.objects |= {f"{HUAWEI}.46.1.15.{PORT}.0": 2}
    olt.mute = lambda question: isinstance(question, Get) and ".43.1.3." in question.oids[0]

    assert "onu-1" not in {who for who, *_ in said(olt.talk(pon(box, 30.0)))}
    olt.mute = lambda _question: False
    assert ("onu-1", "onu.state", None, "dying-gasp") in said(olt.talk(pon(box, 60.0)))


def test_a_whole_olt_that_turned_has_its_serials_walked_not_got_one_by_one() -> None:
    rows = {f"{HUAWEI}.43.1.3.{PORT}.{n}": f"HWTC\x00\x00\x01{chr(n)}" for n in range(120)}
    states = {f"{HUAWEI}.46.1.15.{PORT}.{n}": 1 for n in range(120)}
    box, olt = known(DeviceKind.OLT, onus=0), Device(OLT | rows | states)
    box.onus = tuple(
        Element(id=DeviceId(f"onu-{n}"), kind=DeviceKind.ONU, serial=f"HWTC000001{n:02X}")
        for n in range(120)
    )
    olt.talk(pon(box, 0.0))
    olt.objects |= dict.fromkeys(states, 2)
    olt.asked.clear()

    told = said(olt.talk(pon(box, 30.0)))

    assert sum(check == "onu.state" for _, check, *_ in told) == 120
    assert len(olt.asked) < 10


def test_a_device_replaced_by_one_of_another_family_is_recognised_anew() -> None:
    box, olt = known(DeviceKind.OLT, onus=3), Device(dict(OLT))
    olt.talk(status(box, 0.0))
    olt.objects = {
        "1.3.6.1.2.1.1.2.0": (1, 3, 6, 1, 4, 1, 3902, 1082, 1001, 320, 2, 1),
        "1.3.6.1.2.1.1.3.0": 10,
    }
    olt.talk(status(box, 30.0))

    assert box.profile is not None
    assert box.profile.id == "zte-c3xx"


def test_families_of_ones_own_are_polled_and_others_make_all_be_learnt_anew() -> None:
    box, olt = known(DeviceKind.OLT), Device(dict(OLT))
    olt.talk(status(box, 0.0))
    before = box.profile
    words = {
        "id": "mine",
        "title": "Mine",
        "recognise": ["1.3.6.1.4.1.2011.2"],
        "extends": "if-mib",
    }
    rank = {"object_id": "1.3.6.1.4.1.2011.2", "rank": 20}
    mine = library({"mine.yaml": {**words, "recognise": [rank]}})

    box.read_anew(mine)
    olt.talk(status(box, 30.0))
    assert (before is not None, box.profile and box.profile.id) == (True, "mine")

    learnt = box.ports_due_at
    box.read_anew(mine)
    assert box.ports_due_at == learnt, "the same families change nothing"


@pytest.mark.parametrize(
    ("outcome", "word"), [(Outcome.SILENT, "silent"), (Outcome.BLIND, "blind")]
)
def test_a_silent_olt_says_nothing_of_its_onus(outcome: Outcome, word: str) -> None:
    box, olt = known(DeviceKind.OLT, onus=3), Device(OLT)
    olt.talk(pon(box, 0.0))
    olt.mute, olt.outcome = (lambda _question: True), outcome

    assert said(olt.talk(pon(box, 30.0))) == [("box", "snmp", "onus", word)]


def test_an_olt_that_falls_silent_halfway_has_told_what_came_before() -> None:
    box, olt = known(DeviceKind.OLT, onus=3), Device(OLT)
    olt.talk(pon(box, 0.0))
    olt.mute = lambda question: isinstance(question, Walk)

    assert said(olt.talk(pon(box, 30.0))) == [
        ("box", "if.oper", "0/1/3", "up"),
        ("box", "snmp", "onus", "silent"),
    ]


ANYTHING = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**64),
    st.text(st.characters(max_codepoint=255), max_size=20),
    st.lists(st.integers(0, 2**32 - 1), min_size=2, max_size=6).map(tuple),
)


@given(st.dictionaries(st.sampled_from(sorted(OLT)), ANYTHING), st.data())
def test_whatever_an_olt_answers_is_survived_and_tells_of_known_elements_only(
    rotten: dict[str, Value], data: st.DataObject
) -> None:
    box, olt = known(DeviceKind.OLT, onus=3), Device(dict(OLT))
    for now in (0.0, 30.0, 700.0):
        told = [arrival for talk in (status, pon, metrics) for arrival in olt.talk(talk(box, now))]
        assert {one.device for one in told} <= {"box", "onu-1", "onu-2", "onu-3"}
        assert {one.value for one in told if isinstance(one, Sample)} <= {
            *(None, "up", "down", "online", "los", "dying-gasp", "offline", "disabled")
        }
        olt.objects |= rotten
        box.onus = tuple(data.draw(st.permutations(box.onus)))


def test_a_ups_says_whether_the_mains_are_there() -> None:
    ups: dict[str, Value] = {
        "1.3.6.1.2.1.1.2.0": (1, 3, 6, 1, 4, 1, 318, 1, 3, 27),
        "1.3.6.1.2.1.33.1.4.1.0": 5,
        "1.3.6.1.2.1.33.1.2.4.0": 80,
        "1.3.6.1.2.1.33.1.2.3.0": 12,
    }
    box = known(DeviceKind.UPS)

    assert ("box", "mains", None, "off") in said(Device(ups).talk(status(box, 0.0)))
    battery, *sensors = Device(ups).talk(metrics(box, 0.0))
    assert {one.check for one in sensors} >= {"charge", "runtime"}
    assert isinstance(battery, Readings)
    assert battery.columns["charge"] == (80.0,)
    assert battery.columns["runtime"] == (720.0,)


def test_no_light_and_no_distance_are_no_numbers() -> None:
    arrivals = Device(OLT).talk(metrics(known(DeviceKind.OLT, onus=3), 0.0))
    optics = next(one for one in arrivals if one.check == "onu.optics")

    assert isinstance(optics, Readings)
    assert optics.parts == ("onu-1", "onu-2")
    assert optics.columns == {
        "rx_dbm": (-21.5, None),
        "olt_rx_dbm": (-25.0, None),
        "distance_m": (1830.0, None),
    }


def test_octets_are_read_of_every_port() -> None:
    _, octets = Device(SYSTEM | SWITCH_PORTS).talk(metrics(known(DeviceKind.SWITCH), 0.0))

    assert isinstance(octets, Readings)
    assert octets.parts == ("ge-0/0/1",)
    assert octets.columns == {"in_octets": (100.0,), "out_octets": (200.0,)}


def test_a_device_without_counters_of_64_bits_is_asked_for_those_of_32_and_no_others() -> None:
    narrow = {"1.3.6.1.2.1.2.2.1.10.1": 4_294_967_290, "1.3.6.1.2.1.2.2.1.16.1": 7}
    ports = {oid: value for oid, value in SWITCH_PORTS.items() if not oid.startswith((IN, OUT))}
    box, switch = known(DeviceKind.SWITCH), Device(SYSTEM | ports | narrow)

    for now in (0.0, 300.0):
        switch.asked.clear()
        (octets,) = (
            one
            for one in switch.talk(metrics(box, now), now)
            if isinstance(one, Readings) and one.check == "port.octets"
        )
        assert octets.columns["in_octets"] == (4_294_967_290,)
    assert not [one for one in switch.asked if isinstance(one, Walk) and IN in one.columns]


def test_a_device_without_any_table_still_answers_for_itself() -> None:
    assert said(Device({}).talk(status(known(DeviceKind.SWITCH, "ge-0/0/1"), 0.0))) == [
        ("box", "snmp", None, None)
    ]


def test_a_device_whose_credential_is_missing_or_not_spoken_says_why() -> None:
    box = Element(
        id=DeviceId("a"), kind=DeviceKind.SWITCH, address=ip_address("192.0.2.1"), snmp="x"
    )
    network = Network(devices={box.id: box})

    assert "[snmp.x]" in acquaintances(network, {})[box.id].cannot
    assert "3" in acquaintances(network, {"x": Credential(version="3")})[box.id].cannot


def test_families_are_recognised_by_their_number_and_kind() -> None:
    def told(said: Value, kind: DeviceKind) -> str:
        return shipped_library().recognise(impression(said, "", ""), kind).id

    assert told((1, 3, 6, 1, 4, 1, 2011, 2, 123), DeviceKind.OLT) == "huawei-smartax"
    assert told((1, 3, 6, 1, 4, 1, 2011, 2, 23), DeviceKind.SWITCH) != "huawei-smartax"
    assert told((1, 3, 6, 1, 4, 1, 3902, 1082), DeviceKind.OLT) == "zte-c3xx"
    assert told((1, 3, 6, 1, 2, 1, 33), DeviceKind.OTHER) == "ups-mib"
    assert told(None, DeviceKind.UPS) == "ups-mib"
    assert told("garbage", DeviceKind.SWITCH) == "if-mib"


def test_every_shipped_profile_reads() -> None:
    assert set(shipped()) >= {"if-mib", "ups-mib", "huawei-smartax", "zte-c3xx"}
    assert all(profile.ports is not None for profile in shipped().values())


def test_a_community_is_shown_nowhere() -> None:
    credential = Credential(community="s3cret")
    box = Element(
        id=DeviceId("a"), kind=DeviceKind.SWITCH, address=ip_address("192.0.2.1"), snmp="x"
    )
    stranger = acquaintances(Network(devices={box.id: box}), {"x": credential})[box.id]

    assert "s3cret" not in repr((credential, stranger, next(status(stranger, 0.0))))

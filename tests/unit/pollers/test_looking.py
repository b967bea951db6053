"""What a stranger answers is read as what it says of itself and of others."""

from dataclasses import replace
from ipaddress import ip_address

from netwatch.pollers.discovery.found import Found
from netwatch.pollers.discovery.looking import found_of
from netwatch.pollers.gear.files import known_gear
from netwatch.pollers.gear.interfaces import IF_DESCR, IF_NAME
from netwatch.pollers.gear.rules import Gear, InterfaceRule
from netwatch.pollers.gear.survey import MOST_ROWS, Survey
from netwatch.pollers.profile import shipped
from netwatch.pollers.questions import Target, Value

FDB_PORT = "1.3.6.1.2.1.17.4.3.1.2"
BRIDGE_PORT = "1.3.6.1.2.1.17.1.4.1.2"
ARP = "1.3.6.1.2.1.4.22.1.2"
RESOLVED = "1.3.6.1.2.1.4.35.1.4"
STACK = "1.3.6.1.2.1.31.1.2.1.3"
AGGREGATE = "1.2.840.10006.300.43.1.2.1.1.13"
LLDP = "1.0.8802.1.1.2.1.4"
MAC = "\x02\x00\x00\x00\x00\x09"


def found(columns: dict[str, dict[str, Value]], gear: Gear | None = None) -> Found:
    survey = Survey(Target("192.0.2.1", 161, 1), known_gear(), shipped())
    survey.answers.columns.update(columns)
    survey.layers = [gear] if gear is not None else []
    return found_of(survey, ip_address("192.0.2.1"), "access")


def names(**by_index: str) -> dict[str, dict[str, Value]]:
    column: dict[str, Value] = {index.removeprefix("i"): name for index, name in by_index.items()}
    return {IF_NAME: column, IF_DESCR: column}


def test_both_address_tables_are_read_with_the_port_that_leads_there() -> None:
    said = found(
        names(i7="ge-7")
        | {
            ARP: {"7.192.0.2.9": MAC},
            RESOLVED: {"7.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.9": MAC, "7.1.4.1": MAC},
        }
    )

    assert said.addresses == {
        "192.0.2.9": "02:00:00:00:00:09",
        "2001:db8::9": "02:00:00:00:00:09",
    }
    assert said.facing == {"192.0.2.9": "ge-7", "2001:db8::9": "ge-7"}


def test_what_lies_over_a_port_is_known_layer_by_layer() -> None:
    said = found(
        names(i1="ge-1", i2="ge-2", i9="ae0", i20="ae0.10")
        | {AGGREGATE: {"1": 9, "2": 0}, STACK: {"0.20": 1, "20.9": 1, "9.1": 1, "2.0": 1}}
    )

    assert said.over == {"ge-1": {"ae0", "ae0.10"}, "ae0": {"ae0.10"}}


def test_a_table_that_is_cut_is_told_and_one_that_is_whole_is_not() -> None:
    rows: dict[str, Value] = {f"2.0.0.0.{n >> 8}.{n & 255}": 1 for n in range(MOST_ROWS)}

    assert found({FDB_PORT: rows}).cut == (
        f"of its bridge table only the first {MOST_ROWS} rows were read",
    )
    rows.popitem()
    assert found({FDB_PORT: rows}).cut == ()


def test_ports_bear_the_names_of_the_makers_own_table() -> None:
    rule = InterfaceRule(name="1.3.6.1.4.1.9999.1", oper="1.3.6.1.4.1.9999.2", offset=100)
    gear = replace(next(iter(known_gear().values())), interfaces=[rule])
    said = found(
        names(i1="ge-1")
        | {
            rule.name: {"4": "pon-0/4"},
            FDB_PORT: {"2.0.0.0.0.9": 104},
        },
        gear,
    )

    assert [port.part for port in said.ports] == ["ge-1", "pon-0/4"]
    assert said.learnt == {"02:00:00:00:00:09": "pon-0/4"}


def test_a_neighbour_says_where_it_can_be_asked_and_what_it_is() -> None:
    row = "0.1.1"
    said = found(
        names(i1="ge-1")
        | {
            f"{LLDP}.1.1.5": {row: MAC},
            f"{LLDP}.1.1.4": {row: 4},
            f"{LLDP}.1.1.10": {row: "Some Switch"},
            f"{LLDP}.2.1.3": {f"{row}.1.4.192.0.2.9": 2, f"{row}.6.6.2.0.0.0.0.9": 2},
        }
    )

    (one,) = said.neighbours
    assert (one.address, one.descr, one.mac) == ("192.0.2.9", "Some Switch", "02:00:00:00:00:09")


def test_what_is_heard_in_two_places_is_nowhere() -> None:
    q_fdb = "1.3.6.1.2.1.17.7.1.2.2.1.2"
    said = found(
        names(i1="p1", i2="p2")
        | {
            q_fdb: {
                "10.2.0.0.0.0.9": 1,
                "20.2.0.0.0.0.9": 2,
                "10.2.0.0.0.0.8": 1,
                "20.2.0.0.0.0.8": 1,
            }
        }
    )

    assert said.learnt == {"02:00:00:00:00:08": "p1"}

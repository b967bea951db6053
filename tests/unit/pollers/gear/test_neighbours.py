"""Who is heard on which port is told of large switches too."""

from netwatch.pollers.gear.neighbours import LLDP_LOCAL_DESCR, neighbours
from netwatch.pollers.gear.sensing import IF_DESCR, IF_NAME, Answers

REMOTE = "1.0.8802.1.1.2.1.4.1.1"
REM_NAME = f"{REMOTE}.9"
LOCAL_ID = "1.0.8802.1.1.2.1.3.7.1.3"
MNDP = "1.3.6.1.4.1.14988.1.1.11.1.1"


def test_each_of_two_thousand_ports_has_its_neighbour() -> None:
    ports = range(2000)
    said = Answers(
        columns={
            IF_NAME: {str(n): f"ge-{n}" for n in ports},
            IF_DESCR: {str(n): f"gigabit {n}" for n in ports},
            LLDP_LOCAL_DESCR: {str(n): f"gigabit {n}" for n in ports},
            REM_NAME: {f"0.{n}.1": f"far {n}" for n in ports},
        }
    )

    heard = neighbours(said)

    assert [(one.part, one.device) for one in heard] == [
        (f"gigabit {n}", f"far {n}") for n in ports
    ]


def lldp(row: str) -> Answers:
    """Return one neighbour with a chassis of the usual kind."""
    return Answers(
        columns={
            f"{REMOTE}.4": {row: 4},
            f"{REMOTE}.5": {row: "\x02\x00\x00\x00\x00\x07"},
            IF_NAME: {"25": "Port25"},
        }
    )


def test_a_local_port_that_is_called_by_its_hardware_address_is_the_interface_there() -> None:
    said = lldp("9.25.1")
    said.columns[LOCAL_ID] = {"25": "\x3c\x2c\x99\x3c\xf0\x39"}

    assert [one.part for one in neighbours(said)] == ["Port25"]


def test_a_local_port_that_is_called_by_a_number_is_the_interface_there() -> None:
    said = lldp("9.25.1")
    said.columns[LOCAL_ID] = {"25": "25"}

    assert [one.part for one in neighbours(said)] == ["Port25"]


def test_what_stands_behind_a_zero_octet_is_no_part_of_a_name() -> None:
    said = lldp("9.25.1")
    said.columns[f"{REMOTE}.9"] = {"9.25.1": "sw35\x00\x00\n00 00 00"}

    assert [one.device for one in neighbours(said)] == ["sw35"]


def test_a_hardware_address_may_be_written_as_people_do() -> None:
    said = lldp("9.25.1")
    said.columns[f"{REMOTE}.5"] = {"9.25.1": "E8:28:C1:3C:1C:D8"}

    assert [one.mac for one in neighbours(said)] == ["e8:28:c1:3c:1c:d8"]


def test_a_row_that_says_nothing_is_nobody() -> None:
    said = lldp("9.25.1")
    said.columns[f"{REMOTE}.5"] = {"9.25.1": ""}

    assert neighbours(said) == []


def test_a_neighbour_without_a_name_is_still_known_by_its_hardware_address() -> None:
    said = Answers(columns={f"{MNDP}.3": {"1": "\x02\x00\x00\x00\x00\x08"}, f"{MNDP}.8": {"1": 25}})

    (one,) = neighbours(said)

    assert (one.mac, one.device, one.part) == ("02:00:00:00:00:08", "", "25")

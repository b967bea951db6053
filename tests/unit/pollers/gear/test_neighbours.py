"""Who is heard on which port is told of large switches too."""

from netwatch.pollers.gear.neighbours import LLDP_LOCAL_DESCR, neighbours
from netwatch.pollers.gear.sensing import IF_DESCR, IF_NAME, Answers

REM_NAME = "1.0.8802.1.1.2.1.4.1.1.9"


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

"""A BNG with ten thousand sessions is asked how many it has, and never for each of them."""

from collections.abc import Iterator

import pytest

from netwatch.model.arrivals import Readings, Sample
from netwatch.model.network import DeviceKind
from netwatch.pollers.conversation import inventory, metrics, status
from netwatch.pollers.line import Line
from netwatch.pollers.probe import probe_device
from netwatch.pollers.questions import Patience, Target
from netwatch.wire.ber import Tag
from tests.edges.engine_house import objects, serving
from tests.edges.large_agent import Large, talk
from tests.unit.pollers.test_conversation import known

PORTS, SESSIONS, FIRST_SESSION = 24, 10_000, 15_728_640
IF, IF_X = "1.3.6.1.2.1.2.2.1", "1.3.6.1.2.1.31.1.1.1"
COUNT = "1.3.6.1.4.1.9.9.150.1.1.1.0"


def routeros() -> dict[str, tuple[Tag, object]]:
    table: dict[str, tuple[Tag, object]] = {
        "1.3.6.1.2.1.1.1.0": (Tag.OCTETS, b"RouterOS CCR2116-12G-4S+"),
        "1.3.6.1.2.1.1.2.0": (Tag.OID, (1, 3, 6, 1, 4, 1, 14988, 1)),
        "1.3.6.1.2.1.1.3.0": (Tag.TIMETICKS, 5000),
        "1.3.6.1.2.1.2.1.0": (Tag.INTEGER, PORTS + SESSIONS),
        COUNT: (Tag.GAUGE32, SESSIONS),
    }
    names = {port: f"ether{port}" for port in range(1, PORTS + 1)}
    names |= {FIRST_SESSION + n: f"<pppoe-line{n}>" for n in range(SESSIONS)}
    for row, name in names.items():
        table |= {
            f"{IF}.1.{row}": (Tag.INTEGER, row),
            f"{IF}.2.{row}": (Tag.OCTETS, name.encode()),
            f"{IF}.7.{row}": (Tag.INTEGER, 1),
            f"{IF}.8.{row}": (Tag.INTEGER, 1),
            f"{IF_X}.1.{row}": (Tag.OCTETS, name.encode()),
            f"{IF_X}.6.{row}": (Tag.COUNTER64, 5 * row),
            f"{IF_X}.10.{row}": (Tag.COUNTER64, 7 * row),
        }
    return table


@pytest.fixture(scope="module")
def bng() -> Iterator[Large]:
    agent = Large(objects(routeros()))
    with serving(agent):
        yield agent


def test_its_sessions_cost_one_object_and_its_ports_are_read_without_them(bng: Large) -> None:
    box = known(DeviceKind.BNG, "ether1", "ether24", "ether99")
    line = Line(Target("127.0.0.1", bng.port, 1, "public"), Patience(2.0, 1))
    try:
        bng.requests.clear()
        first = talk(line, status(box, 0.0), 0.0)
        learning = len(bng.requests)
        talk(line, inventory(box, 0.0), 0.0)
        bng.requests.clear()
        talk(line, status(box, 30.0), 30.0)
        again = len(bng.requests)
        bng.requests.clear()
        measured = talk(line, metrics(box, 60.0), 60.0)
        measuring = len(bng.requests)
    finally:
        line.close()

    told = {(str(one.check), one.part): one.value for one in first if isinstance(one, Sample)}
    assert told["sessions.count", None] == float(SESSIONS)
    assert told["if.oper", "ether1"] == told["if.oper", "ether24"] == "up"
    assert learning <= 40
    assert again <= 3
    assert measuring <= 40
    (octets,) = (
        one for one in measured if isinstance(one, Readings) and one.check == "port.octets"
    )
    assert octets.parts == ("ether1", "ether24")


def test_a_probe_says_how_many_sessions_there_are_and_leaves_them_alone(bng: Large) -> None:
    bng.requests.clear()

    _, said = probe_device(Target("127.0.0.1", bng.port, 1, "public"))

    assert said["sessions"] == SESSIONS
    assert said["interfaces_left_out"]
    assert {one["part"] for one in said["interfaces"]} >= {"ether1", "ether24"}
    assert said["whole"]
    assert len(bng.requests) <= 100

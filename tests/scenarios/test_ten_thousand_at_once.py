"""Ten thousand devices fall silent in one second: whoever has the duty hears of it once."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from netwatch.model.arrivals import Sample
from netwatch.model.facts import Audience, Purpose
from netwatch.model.names import LinkId, PersonId, RoleName
from netwatch.model.network import DeviceKind, End, Link, Network
from netwatch.response.people import People, Person, Role
from netwatch.response.rota import Rota
from netwatch.response.rules import Mode, ResponseRules
from tests.scenarios.night import told
from tests.town import EVENING, DeviceId, echo, gear

MANY = 10_000
ROUND = timedelta(seconds=10)
SILENT_FROM = 2
ROUNDS = 8
MAREK, EWA = PersonId("marek"), PersonId("ewa")
ON_CALL, MANAGER = RoleName("on-call"), RoleName("manager")


def duty(role: RoleName, person: PersonId) -> Rota:
    """Return the rota of a role that one person has for good."""
    zone = ZoneInfo("Europe/Warsaw")
    return Rota(id=f"{role}-weeks", role=role, zone=zone, people=(person,), starts=date(2026, 1, 5))


RULES = ResponseRules(
    mode=Mode.FULL,
    staff=(ON_CALL, MANAGER),
    people=People(
        persons={MAREK: Person(id=MAREK), EWA: Person(id=EWA)},
        roles={ON_CALL: Role(id=ON_CALL), MANAGER: Role(id=MANAGER)},
        rotas=(duty(ON_CALL, MAREK), duty(MANAGER, EWA)),
    ),
)


def wide() -> Network:
    """Return a core with one switch behind it, and ten thousand radios on that."""
    radios = [gear(f"cpe-{n}", DeviceKind.CPE, 100 + n) for n in range(MANY)]
    devices = [gear("core-1", DeviceKind.ROUTER, 1), gear("sw-1", DeviceKind.SWITCH, 2), *radios]
    core, switch = End(device=DeviceId("core-1")), DeviceId("sw-1")
    links = [Link(id=LinkId("l"), ends=(core, End(device=switch)))]
    links += [
        Link(id=LinkId(f"l-{one.id}"), ends=(End(device=switch), End(device=one.id)))
        for one in radios
    ]
    return Network(
        devices={one.id: one for one in devices},
        links={one.id: one for one in links},
        vantage=core.device,
    )


def rounds(network: Network) -> Iterator[Sample]:
    """Yield what each device answers, round by round, all of a round within a second."""
    for number in range(ROUNDS):
        start = EVENING + number * ROUND
        for place, name in enumerate(network.devices):
            at: datetime = start + timedelta(seconds=place / len(network.devices))
            yield echo(at, name, number < SILENT_FROM or name == "core-1")


def test_ten_thousand_silent_at_once_are_one_alert_a_person_within_a_minute() -> None:
    network = wide()
    silent_at = EVENING + SILENT_FROM * ROUND
    heard = told(network, rounds(network), EVENING + ROUNDS * ROUND, rules=RULES)

    dues = [due for due in heard.dues(Audience.STAFF) if due.purpose is Purpose.ALERT]
    reached = [one for due in dues for one in due.recipients]
    assert sorted(reached) == [EWA, MAREK]
    assert all(due.at - silent_at <= timedelta(minutes=1) for due in dues)
    assert heard.opened() == 1

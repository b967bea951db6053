"""Traps: they tell of what kind a fault is that was seen, and never that there is one."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from netwatch.correlation import stage
from netwatch.correlation.unasked import TOLD, both_ends_told
from netwatch.model.arrivals import Arrival, Sample, Trap
from netwatch.model.facts import Cause, IncidentOpened
from netwatch.model.names import DeviceId
from netwatch.model.network import Network
from netwatch.model.unasked import Sign
from netwatch.pollers.unasked.signs import sign_of
from tests.town import EVENING, Weather, rounds, town, with_ticks
from tests.unit.correlation.lived import Life

APART = timedelta(seconds=10)
SECOND = timedelta(seconds=1)
FELL = EVENING + 3 * APART
IF_NAME = "1.3.6.1.2.1.31.1.1.1.1"
LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
ON_BATTERY = "1.3.6.1.2.1.33.2.1"
ONU_GASP = "1.3.6.1.4.1.34592.1.3.6.0.17"


def link_down(device: str, port: str) -> Trap:
    binds = ((f"{IF_NAME}.1", 4, port),)
    return Trap(at=FELL + SECOND, device=DeviceId(device), oid=LINK_DOWN, varbinds=binds)


def gasp(n: int) -> Trap:
    binds = (("1.3.6.1.2.1.2.2.1.1", 2, n),)
    return Trap(at=FELL + SECOND, device=DeviceId("olt-1"), oid=ONU_GASP, varbinds=binds)


def lived(samples: Iterable[Sample], *traps: Trap, network: Network | None = None) -> Life:
    life = Life(network or town())
    life.state.rules = replace(life.state.rules, means=sign_of)
    arrivals: list[Arrival] = sorted([*samples, *traps], key=lambda one: one.at)
    return life.live(with_ticks(arrivals, until=arrivals[-1].at + timedelta(minutes=2)))


def evening(*failed: str, says: str = "los") -> list[Sample]:
    well = rounds(Weather(town()), EVENING, 3)
    return well + rounds(Weather(town(), set(failed), says), FELL, 6)


def test_traps_are_read_by_the_table_of_their_family() -> None:
    assert sign_of(link_down("ag-1", "2")) == (Sign.PORT_DOWN, "2")
    up = replace(link_down("ag-1", "2"), oid="1.3.6.1.6.3.1.1.5.4")
    assert sign_of(up) is None
    assert sign_of(replace(up, oid=ON_BATTERY)) == (Sign.POWER, "")
    found = sign_of(gasp(7))
    assert found is not None
    assert found[0] is Sign.GASP
    assert sign_of(replace(up, oid="1.3.6.1.4.1.99999.1")) is None


def test_traps_alone_open_nothing() -> None:
    traps = [link_down("core-1", "1"), link_down("ag-1", "1"), *(gasp(n) for n in range(40))]
    power = [Trap(at=FELL, device=DeviceId(d), oid=ON_BATTERY) for d in ("olt-1", "sw-1", "core-1")]

    assert lived(evening(), *traps, *power).of(IncidentOpened) == []


def test_traps_of_strangers_and_of_ports_without_a_link_are_not_kept() -> None:
    life = lived(evening(), link_down("ag-1", "99"), link_down("stranger", "1"))

    assert life.state.court.unasked.ports == {}


def test_a_device_that_said_its_power_went_failed_by_that() -> None:
    power = Trap(at=FELL + SECOND, device=DeviceId("sw-1"), oid=ON_BATTERY)
    (alone,) = lived(evening("device:sw-1")).last().values()
    (told,) = lived(evening("device:sw-1"), power).last().values()

    assert alone.root_cause == told.root_cause
    assert Cause.POWER_SITE not in (alone.cause, *(cause for cause, _ in alone.causes))
    assert told.cause is Cause.POWER_SITE or dict(told.causes)[Cause.POWER_SITE] > 0.3


def test_gasps_that_an_olt_passes_on_tell_power_from_fibre_where_it_gives_no_reason() -> None:
    seen = evening("device:s-1", says="offline")
    (alone,) = lived(seen).last().values()
    (told,) = lived(seen, *(gasp(n) for n in range(6))).last().values()

    assert alone.cause is not Cause.POWER_HOMES
    assert told.cause is Cause.POWER_HOMES
    assert told.root_cause == alone.root_cause


def test_a_trap_of_yesterday_says_nothing_of_today() -> None:
    seen = evening("device:s-1", says="offline")
    old = [replace(gasp(n), at=EVENING - timedelta(hours=1)) for n in range(6)]
    life = Life(town())
    life.state.rules = replace(life.state.rules, means=sign_of)
    for trap in old:
        stage.observe(life.state, trap)
    end = seen[-1].at + timedelta(minutes=2)
    (told,) = life.live(with_ticks(seen, until=end)).last().values()

    assert told.cause is not Cause.POWER_HOMES


def test_both_ends_that_lost_a_link_say_that_it_is_the_link_and_one_says_nothing() -> None:
    def more(*traps: Trap) -> int:
        life = lived(evening("link:l-2"), *traps)
        (named,) = life.state.named
        (atom,) = named.guess.atoms
        assert named.chosen == ("link:l-2",)
        return both_ends_told(life.state.court, atom, named.guess)

    one, other = link_down("ag-1", "2"), link_down("ag-2", "1")
    assert (more(one, other), more(one, one), more(other)) == (TOLD, 0, 0)

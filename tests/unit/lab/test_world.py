"""What follows from what is broken, and what does not."""

from netwatch.lab.happenings import LinkTurned, OnBattery, OnuGasped
from netwatch.lab.plan import Port
from netwatch.lab.standing import without_service
from netwatch.model.names import DeviceId, LinkId
from tests.unit.lab.field import Hammer

CPES = {f"cpe-{n}" for n in range(1, 7)}
GRID_1 = {f"onu-{p}{n}" for p in (1, 2) for n in range(1, 5)}


def test_everybody_answers_while_nothing_is_broken() -> None:
    assert Hammer().silent() == set()


def test_a_dead_device_is_silent_and_so_is_all_that_hangs_on_it_alone() -> None:
    field = Hammer()

    field.breaks("device:sw-1", "dead")

    assert field.silent() == {"sw-1"} | CPES


def test_one_cut_in_the_ring_silences_nobody_and_two_silence_what_lies_between() -> None:
    field = Hammer()

    field.breaks("link:l-1", "cut")
    assert field.silent() == set()
    field.breaks("link:l-3", "cut")

    assert field.silent() == {"ag-1", "ag-2", "olt-1", "ups-1"}


def test_mending_one_of_two_cuts_brings_everybody_back() -> None:
    field = Hammer()
    field.breaks("link:l-1", "cut")
    field.breaks("link:l-3", "cut")

    field.mends("link:l-1")

    assert field.silent() == set()
    assert field.world.faults.keys() == {("link:l-3", "cut")}


def test_a_cut_duct_cuts_every_link_in_it() -> None:
    field = Hammer()

    field.breaks("risk:duct-2", "cut")

    assert field.silent() == {"ag-2", "ag-3", "olt-1", "olt-2", "sw-1"} | CPES


def test_a_dead_port_is_dark_at_both_ends_of_its_link() -> None:
    field = Hammer()

    happened = field.breaks("port:ag-3/3", "dead")

    assert field.silent() == {"sw-1"} | CPES
    assert happened == [
        LinkTurned(DeviceId(end), LinkId("ag-3--sw-1"), up=False) for end in ("ag-3", "sw-1")
    ]


def test_a_dead_card_takes_all_its_ports() -> None:
    field = Hammer()

    field.breaks("port:olt-1/0/1", "dead")

    assert field.world.standing.dark_pon == {
        Port(DeviceId("olt-1"), "0/1/1"),
        Port(DeviceId("olt-1"), "0/1/2"),
    }
    assert field.onu("onu-11") == field.onu("onu-28") == "los"


def test_a_cut_feeder_darkens_its_onus_while_their_olt_answers() -> None:
    field = Hammer()

    field.breaks("link:olt-1--s-1", "cut")

    assert field.silent() == set()
    assert {field.onu(f"onu-1{n}") for n in range(1, 9)} == {"los"}
    assert {field.onu(f"onu-2{n}") for n in range(1, 9)} == {"online"}


def test_onus_keep_their_state_while_their_olt_is_dead() -> None:
    field = Hammer()

    happened = field.breaks("device:olt-1", "dead")

    assert field.onu("onu-11") == "online"
    assert not any(isinstance(event, OnuGasped) for event in happened)
    assert not field.world.standing.dark_pon
    assert not field.world.last_down


def test_a_power_cut_makes_homes_gasp_and_fall_silent() -> None:
    field = Hammer()

    happened = field.breaks("risk:grid-1", "power")

    assert {name for name in GRID_1 if field.onu(name) == "dying-gasp"} == GRID_1
    assert {event.onu for event in happened if isinstance(event, OnuGasped)} == GRID_1


def test_only_the_chosen_share_of_homes_gasps() -> None:
    field = Hammer()

    field.breaks("risk:grid-1", "power", share=0.5)

    states = {field.onu(name) for name in GRID_1}
    assert states == {"dying-gasp", "los"}


def test_a_home_that_lost_its_light_before_cannot_gasp_any_more() -> None:
    field = Hammer()
    field.breaks("link:olt-1--s-1", "cut")

    field.breaks("risk:grid-1", "power")

    assert field.onu("onu-11") == "los"
    assert field.onu("onu-21") == "dying-gasp"


def test_the_homes_of_an_area_can_lose_their_mains() -> None:
    field = Hammer()

    field.breaks("area:polna-1", "power")

    assert {field.onu(f"onu-1{n}") for n in range(1, 9)} == {"dying-gasp"}
    assert field.onu("onu-21") == "online"


def test_a_site_on_a_battery_lives_as_long_as_the_battery() -> None:
    field = Hammer()

    happened = field.breaks("risk:grid-2", "power")
    assert happened == [OnBattery(DeviceId("ups-1"))]
    field.waits(30 * 60 - 1)
    assert field.silent() == set()
    field.waits(2)

    assert field.silent() == {"ag-1", "ups-1"}


def test_a_ups_says_again_every_minute_that_it_runs_on_its_battery() -> None:
    field = Hammer()
    field.breaks("site:cellar", "power")

    assert field.waits(180).count(OnBattery(DeviceId("ups-1"))) == 3


def test_a_nearly_empty_battery_ends_within_two_minutes() -> None:
    field = Hammer()

    field.breaks("site:cellar", "battery")
    field.waits(119)
    assert field.silent() == set()
    field.waits(2)

    assert field.silent() == {"ag-1", "ups-1"}


def test_mains_that_come_back_bring_back_what_the_battery_did_not_carry() -> None:
    field = Hammer()
    field.breaks("site:cellar", "battery", minutes=0.5)
    field.waits(60)

    field.mends("site:cellar")

    assert field.silent() == set()
    assert field.world.up_seconds(DeviceId("ag-1"), field.now + 5) == 5


def test_a_flap_is_broken_for_a_period_and_whole_for_a_period() -> None:
    field = Hammer()

    field.breaks("link:ag-3--sw-1", "flap", period_s=10)
    seen = []
    for _ in range(4):
        seen.append("sw-1" in field.silent())
        field.waits(10)

    assert seen == [True, False, True, False]


def test_loss_and_latency_add_up_on_the_way() -> None:
    field = Hammer()

    field.breaks("link:ag-3--sw-1", "loss", share=0.5)
    field.breaks("device:sw-1", "loss", share=0.5)
    field.breaks("self", "latency", ms=30)
    field.breaks("device:cpe-1", "latency", ms=20)

    ways = field.world.standing.ways
    assert ways[DeviceId("sw-1")].loss == 0.75
    assert round(ways[DeviceId("cpe-1")].delay_s, 3) == 0.05
    assert ways[DeviceId("ag-3")].loss == 0


def test_fading_light_sinks_until_the_onu_is_dark() -> None:
    field = Hammer()
    before = field.world.standing.onus[DeviceId("onu-11")].rx_dbm
    assert before is not None

    field.breaks("link:olt-1--s-1", "optics", db_per_minute=3)
    field.waits(60)
    after = field.world.standing.onus[DeviceId("onu-11")].rx_dbm
    assert after is not None
    assert round(before - after, 1) == 3.0
    field.waits(240)

    assert field.onu("onu-11") == "los"
    assert field.onu("onu-21") == "online"


def test_a_hanging_agent_still_answers_ping() -> None:
    field = Hammer()

    field.breaks("device:ag-1", "hang")

    assert field.silent() == set()
    assert field.world.standing.damage.hanging == {"ag-1"}


def test_our_own_way_out_cut_silences_everybody_but_takes_nobodys_service() -> None:
    field = Hammer()

    field.breaks("self")

    assert len(field.silent()) == len(
        [d for d in field.world.plan.network.devices.values() if d.address]
    )
    assert without_service(field.world.plan, field.world.standing) == []


def test_those_without_service_are_those_behind_the_fault() -> None:
    field = Hammer()

    field.breaks("device:sw-1", "dead")

    assert without_service(field.world.plan, field.world.standing) == [
        f"S-cpe-{n}" for n in range(1, 7)
    ]


def test_counters_of_a_dark_link_stand_still() -> None:
    field = Hammer()
    field.waits(100)
    field.breaks("link:l-1", "cut")
    field.waits(50)
    field.mends()
    field.waits(25)

    assert field.world.light_seconds(LinkId("l-1"), field.now) == 125
    assert field.world.light_seconds(LinkId("l-2"), field.now) == 175

"""Whatever breaks when, for however long: what must be true of any night, tried on random ones."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from netwatch.model.arrivals import Finish, Maintain, Report, Resolve, Started
from netwatch.model.facts import (
    AlarmPlaced,
    AlarmRaised,
    Audience,
    IncidentClosed,
    IncidentMerged,
    IncidentOpened,
    IncidentRelapsed,
    IncidentRestored,
    NoticeDue,
    Part,
    Phase,
    Purpose,
)
from netwatch.model.names import (
    DeviceId,
    ElementName,
    IncidentId,
    LinkId,
    MaintenanceId,
    SubscriberId,
)
from netwatch.model.shaping import Merge, Split
from netwatch.model.windows import Window
from tests.scenarios.night import MINUTE, SECOND, Night, Told, World
from tests.town import town

LINKS = ("l-1", "l-3", "ag-3--sw-1", "olt-1--s-1", "onu-12--s-1")
DEVICES = ("ag-1", "ag-3", "olt-1", "sw-1", "s-2", "cpe-3", "onu-21")
HOMES = ("onu-11", "onu-12", "onu-13", "onu-14")
DOWN = (Phase.SUSPECTED, Phase.CONFIRMED, Phase.UPDATE)
SEEN = 30 * SECOND
"""Who went dark this shortly ago cannot have been asked yet."""

Act = tuple[str, str, int]

broken = st.tuples(
    st.sampled_from(("cut", "kill", "mend", "dark")),
    st.sampled_from((*LINKS, *DEVICES)),
    st.integers(1, 30),
)
deeds = st.tuples(
    st.sampled_from(("restart", "works", "finish", "report", "resolve", "merge", "split")),
    st.sampled_from(DEVICES),
    st.integers(1, 12),
)
nights = st.lists(st.one_of(broken, broken, broken, deeds), min_size=2, max_size=8)


def lived(acts: list[Act]) -> tuple[Night, Told]:
    """Live a night in which this happens, each act followed by so many rounds; then all is well."""
    night = Night()
    night.world = World(town())
    night.passes(30 * SECOND)
    for what, where, rounds in acts:
        _act(night, what, where)
        night.passes(rounds * 10 * SECOND)
    for broken_ in (night.world.cut, night.world.dead, night.world.dark):
        broken_.clear()
    night.passes(14 * MINUTE)
    return night, night.told()


def _act(night: Night, what: str, where: str) -> None:
    world, at = night.world, night.at
    match what:
        case "cut" if where in LINKS:
            world.cut.add(LinkId(where))
        case "cut" | "kill":
            world.dead.add(DeviceId(where) if where in DEVICES else DeviceId("sw-1"))
        case "dark":
            world.dark.update(map(DeviceId, HOMES))
        case "mend":
            world.cut.clear()
            world.dead.clear()
            world.dark.clear()
        case "restart":
            night.comes(Started(at=at, version="1"))
        case "report":
            night.comes(Report(at=at, subscriber=SubscriberId("S-onu-11"), text="nie dziala"))
        case "resolve":
            night.comes(Resolve(at=at, incident=IncidentId("I-1"), by="ewa"))
        case "merge":
            one, other = IncidentId("I-1"), IncidentId("I-2")
            night.comes(Merge(at=at, incident=other, into=one, by="ewa"))
        case "split":
            part = (ElementName(f"device:{where}"),)
            night.comes(Split(at=at, incident=IncidentId("I-1"), elements=part, by="ewa"))
        case "works":
            window = Window(starts=at, lasts=2 * MINUTE)
            elements = (ElementName(f"device:{where}"),)
            night.comes(Maintain(at=at, by="ewa", elements=elements, window=window, despite=True))
        case "finish":
            night.comes(Finish(at=at, maintenance=MaintenanceId("M-1"), by="ewa"))


def every_signal_ends_in_one_part_with_its_reason(told: Told) -> None:
    raised = Counter((f.device, f.check, f.part) for f in told.facts(AlarmRaised))
    placed = Counter((f.device, f.check, f.part) for f in told.facts(AlarmPlaced))
    assert raised == placed
    for fact in told.facts(AlarmPlaced):
        assert fact.why
        belongs = fact.as_ in (Part.ROOT, Part.FOLDED, Part.FLAPPING)
        assert (fact.incident is not None) == belongs
    roots = Counter(f.incident for f in told.facts(AlarmPlaced) if f.as_ is Part.ROOT)
    assert all(times == 1 for times in roots.values())
    assert told.accounted()


def every_incident_ends_once_or_is_open(told: Told) -> None:
    life: dict[IncidentId, list[str]] = defaultdict(list)
    for fact in told.replayed.facts:
        match fact:
            case IncidentOpened():
                assert not life[fact.incident], "a number is used once"
                life[fact.incident].append("open")
            case IncidentRestored() | IncidentRelapsed() | IncidentClosed() | IncidentMerged():
                life[fact.incident].append(type(fact).__name__.removeprefix("Incident").lower())
            case _:
                pass
    for story in life.values():
        assert story[0] == "open"
        assert not {"closed", "merged"} & set(story[:-1]), "nothing follows the end"
        assert all(one != other for one, other in pairwise(story)), "nothing happens twice in a row"


def every_down_has_one_true_up(told: Told) -> None:
    said: dict[tuple[str | None, str], list[Phase]] = defaultdict(list)
    for due in told.facts(NoticeDue):
        if due.audience is Audience.PUBLIC and due.incident is not None:
            said[due.incident, due.channel].append(due.phase)
    for phases in said.values():
        assert phases[0] in DOWN, "no recovery without a word that it was down"
        for one, other in pairwise(phases):
            assert one in DOWN or other in DOWN, "an up follows a down"
    alerts: dict[str | None, list[Purpose]] = defaultdict(list)
    for due in told.dues(Audience.STAFF):
        if due.incident is not None:
            alerts[due.incident].append(due.purpose)
    for told_ in alerts.values():
        assert told_[0] is Purpose.ALERT
        assert told_.count(Purpose.ALERT) == 1
        assert all(one != Purpose.ALL_CLEAR or other != one for one, other in pairwise(told_))


def nobody_dark_is_told_that_it_works(told: Told, night: Night) -> None:
    for due in told.dues(Audience.PUBLIC):
        if due.phase is not Phase.RESTORED or due.incident is None:
            continue
        if any(f.incident == due.incident and f.by for f in told.facts(IncidentClosed)):
            continue  # a person's word, not ours
        people = told.replayed.board.outages[due.incident].subscribers
        assert not people & _long_dark(night, due.at)


def _long_dark(night: Night, at: datetime) -> set[SubscriberId]:
    """Return who was dark at that moment and for a while before it."""
    spells = [people for since, people in night.dark_at if at - SEEN <= since <= at]
    return set.intersection(night.dark_people(at), *spells)


def the_end_is_told_of_all_that_is_well(told: Told, until: datetime) -> None:
    """A quarter of an hour after the last mend nobody is left believing that something is down."""
    for outage in told.replayed.board.outages.values():
        shown = [one for _, one in outage.shown]
        settled = all(one.phase not in DOWN for one in shown)
        assert settled or not shown, (outage.incident, outage.state, until)


@given(nights)
@settings(max_examples=25, deadline=timedelta(seconds=60))
def test_any_night(acts: list[Act]) -> None:
    night, told = lived(acts)

    every_signal_ends_in_one_part_with_its_reason(told)
    every_incident_ends_once_or_is_open(told)
    every_down_has_one_true_up(told)
    nobody_dark_is_told_that_it_works(told, night)
    the_end_is_told_of_all_that_is_well(told, night.at)

"""What was answered at one time means the same whether it is told in one value or one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from ipaddress import IPv4Address
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netwatch.journal.codec import encode
from netwatch.model.arrivals import Answered, Arrival, Outcome, Sample, Tick
from netwatch.model.asks import Ask
from netwatch.model.facts import ArrivalQuarantined, Fact
from netwatch.model.names import CheckName, DeviceId, LinkId
from netwatch.model.network import Device, DeviceKind, End, Link, Network
from netwatch.pipeline import Pipeline
from netwatch.pollers.tape_record import write_line
from netwatch.service.mind import Mind
from tests.unit.service.story import ICMP, NIGHT, RULES, SECOND, town

OLT = DeviceId("olt-1")
ONUS = [DeviceId(f"onu-{number}") for number in range(6)]
ONU_STATE, IF_OPER, SNMP, MAINS = map(CheckName, ("onu.state", "if.oper", "snmp", "mains"))


def village() -> Network:
    """Return the town, with an OLT on a named port of its core, and six ONUs read through it."""
    base = town(houses=3)
    core = base.vantage
    assert core is not None
    devices = dict(base.devices)
    devices[OLT] = Device(id=OLT, kind=DeviceKind.OLT, address=IPv4Address("10.9.0.1"))
    link = Link(
        id=LinkId("l-olt"),
        ends=(End(device=core, port="7"), End(device=OLT, port="up-1")),
    )
    for onu in ONUS:
        devices[onu] = Device(id=onu, kind=DeviceKind.ONU, via=OLT, port="0/1/3")
    return replace(base, devices=devices, links={**base.links, link.id: link})


NETWORK = village()
QUESTIONS: list[tuple[DeviceId, CheckName, str | None]] = [
    *((device, ICMP, None) for device in NETWORK.devices),
    *((onu, ONU_STATE, None) for onu in ONUS),
    *((device, SNMP, None) for device in (OLT, DeviceId("sw-a"), DeviceId("nobody"))),
    (DeviceId("core-1"), IF_OPER, "7"),
    (OLT, IF_OPER, "up-1"),
    (OLT, IF_OPER, "0/1/3"),
    (OLT, MAINS, None),
]
VALUES = st.sampled_from(
    [None, 1.5, "up", "online", "on", "disabled", "down", "los", "off", "offline", "huh", "x"]
)
GOOD = {ICMP: 1.5, ONU_STATE: "online", IF_OPER: "up", MAINS: "on"}
ROUND = st.tuples(
    st.sets(st.sampled_from(range(len(QUESTIONS)))),
    st.dictionaries(st.sampled_from(range(len(QUESTIONS))), VALUES, max_size=4),
    st.sampled_from([Outcome.SILENT, Outcome.BLIND]),
    st.sampled_from([timedelta(milliseconds=400), SECOND, 10 * SECOND]),
)
NIGHTS = st.lists(ROUND, min_size=2, max_size=14)
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def arrivals(night: Sequence[Any]) -> Iterator[list[Sample]]:
    """Yield rounds: everybody answers well, but for some who do not, and some who talk oddly."""
    at = NIGHT
    for missing, odd, outcome, pause in night:
        at += pause
        samples = []
        for number, (device, check, part) in enumerate(QUESTIONS):
            silent = number in missing and number not in odd
            samples.append(
                Sample(
                    at=at,
                    device=device,
                    check=check,
                    part=part,
                    outcome=outcome if silent else Outcome.ANSWERED,
                    value=None if silent else odd.get(number, GOOD.get(check)),
                )
            )
        yield samples


def together(samples: Sequence[Sample]) -> Answered:
    return Answered(
        at=samples[0].at,
        devices=tuple(sample.device for sample in samples),
        checks=tuple(sample.check for sample in samples),
        parts=tuple(sample.part for sample in samples),
        values=tuple(sample.value for sample in samples),
    )


def in_one(samples: Sequence[Sample]) -> list[Arrival]:
    """Return the answered ones in one value, the others one by one."""
    answered = [sample for sample in samples if sample.outcome is Outcome.ANSWERED]
    others = [sample for sample in samples if sample.outcome is not Outcome.ANSWERED]
    return [*others, together(answered)] if answered else list(others)


def one_by_one(samples: Sequence[Sample]) -> list[Arrival]:
    return [
        sample
        for arrival in in_one(samples)
        for sample in (arrival.samples() if isinstance(arrival, Answered) else [arrival])
    ]


class Life:
    def __init__(self) -> None:
        self.recorded: list[str] = []
        self.mind = Mind(
            Pipeline(NETWORK, RULES),
            remember=self._remember,
            version="1",
            record=lambda arrival: self.recorded.append(write_line(arrival)),
        )
        self.facts: list[Fact] = []
        self.asks: list[Ask] = []

    def take(self, arrivals: Sequence[Arrival]) -> None:
        for arrival in arrivals:
            thought = self.mind.think(arrival, list)
            self.facts += thought.facts
            self.asks += thought.asks

    def learnt(self) -> list[Any]:
        """Return what the stages keep beside what they decided."""
        evidence = self.mind.pipeline.correlation.evidence
        arrays = [np.asarray(getattr(evidence, name)).tolist() for name in ("at", "bad", "run")]
        return [self.mind.pipeline.detection.streaks, evidence.blind, *arrays]

    def _remember(self, facts: Sequence[Fact]) -> Pipeline:
        pipeline = Pipeline(NETWORK, RULES)
        pipeline.evolve([*self.facts, *facts])
        return pipeline


@given(NIGHTS)
@MANY
def test_a_night_told_in_one_value_a_round_is_the_same_night(night: Sequence[Any]) -> None:
    together_, apart = Life(), Life()
    for samples in arrivals(night):
        together_.take(in_one(samples))
        apart.take(one_by_one(samples))
        end = Tick(at=samples[-1].at + SECOND)
        together_.take([end])
        apart.take([end])

    assert [encode(fact) for fact in together_.facts] == [encode(fact) for fact in apart.facts]
    assert together_.asks == apart.asks
    assert together_.learnt() == apart.learnt()


class LongWay(Pipeline):
    """Passes every sample through all stages, whether anything can follow from it or not."""

    def _changes_nothing(self, sample: Sample) -> bool:  # noqa: ARG002 - as it is called
        return False


@given(NIGHTS)
@MANY
def test_the_short_way_of_good_news_leads_where_the_long_way_does(night: Sequence[Any]) -> None:
    short, long = Life(), Life()
    long.mind.pipeline = LongWay(NETWORK, RULES)
    for samples in arrivals(night):
        for life in (short, long):
            life.take([*samples, Tick(at=samples[-1].at + SECOND)])

    assert [encode(fact) for fact in short.facts] == [encode(fact) for fact in long.facts]
    assert short.asks == long.asks
    assert short.learnt() == long.learnt()


@given(NIGHTS)
@MANY
def test_its_tape_is_the_tape_of_its_samples(night: Sequence[Any]) -> None:
    together_, apart = Life(), Life()
    for samples in arrivals(night):
        together_.take(in_one(samples))
        apart.take(one_by_one(samples))

    assert "\n".join(together_.recorded).split("\n") == "\n".join(apart.recorded).split("\n")


class Sick(str):
    """A word that nobody can look up: a bug, as far as the stages can tell."""

    __slots__ = ()

    def __hash__(self) -> int:
        raise RuntimeError("sick")


def test_a_bug_in_one_of_them_shuts_out_that_one_alone() -> None:
    life = Life()
    (samples,) = arrivals([(set(), {}, Outcome.SILENT, SECOND)])
    sick = replace(samples[3], value=Sick("up"))
    life.take([together([*samples[:3], sick, *samples[4:]])])

    assert len([fact for fact in life.facts if isinstance(fact, ArrivalQuarantined)]) == 1
    assert life.mind.quarantined == 1
    heard = {(key[0], key[1]) for key in life.mind.pipeline.detection.streaks}
    assert (samples[-1].device, samples[-1].check) in heard

    well = replace(samples[3], at=samples[3].at + SECOND)
    life.take([together([well, replace(samples[4], at=well.at)])])
    assert life.mind.quarantined == 2

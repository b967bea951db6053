"""SNMP: ten objects, and ten columns of a port table, from every device of a field."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import Final, NamedTuple

from tests.bench import device
from tests.bench.agent import Agent, Field, NoAgentError, agent, differences
from tests.bench.measure import Contender, NotMeasuredError, Run, client, in_turns
from tests.bench.poll_once import inventory, poll_once
from tests.bench.report import Table, compared

DEAD_EVERY: Final = 20
_CHECKED: Final = 4711


class _Peer(NamedTuple):
    """Somebody else's manager, and how many devices it gets: the slow get few."""

    name: str
    module: str
    get: int
    walk: int
    words: tuple[str, ...] = ()
    once: bool = False
    """A daemon that polls at its own pace: one run, metered for longer."""


_PEERS: Final = (
    _Peer("gufo-snmp, async", "gufo", 2000, 300),
    _Peer("gufo-snmp, async, sessions kept", "gufo", 2000, 300, ("kept",)),
    _Peer("collectd, snmp plugin", "collectd", 2000, 500, once=True),
    _Peer("prometheus-snmp-exporter", "exporter", 1000, 200),
    _Peer("net-snmp tools, a process each", "tools", 120, 12),
    _Peer("pysnmp, v1arch", "pysnmp_lean", 120, 6),
    _Peer("pysnmp, v3arch, new targets", "pysnmp_full", 60, 6),
    _Peer("Zino, states of all ports", "zino", 0, 300, once=True),
)


def snmp(*, quick: bool) -> Iterator[Table]:
    """Measure single objects, and how the cost grows."""
    with agent("snmp") as field:
        checked = check(field)
        yield _side_by_side("get", field, 2000 if quick else 5000, quick=quick, checked=checked)
    yield _growth(quick=quick)


def walk(*, quick: bool) -> Iterator[Table]:
    """Measure walks."""
    with agent("snmp") as field:
        yield _side_by_side(
            "walk", field, 300 if quick else 1000, quick=quick, checked=check(field)
        )


def check(field: Agent) -> str:
    """Let snmpbulkwalk judge the agent; return what it says.

    Raises:
        NotMeasuredError: it finds a difference: figures against such an agent are worth nothing.
    """
    try:
        wrong = differences(field, device.loopback(_CHECKED))
    except NoAgentError as why:
        return f"the agent was not checked: {why}"
    if wrong:
        raise NotMeasuredError(f"the agent does not say what it must: {wrong[0]}")
    count = len(list(device.objects(device.loopback(_CHECKED))))
    return f"the agent was checked: snmpbulkwalk reads the {count:,} objects and values expected"


def _side_by_side(job: str, field: Agent, devices: int, *, quick: bool, checked: str) -> Table:
    with inventory(devices, device.loopback, field.port) as folder:
        command = partial(poll_once, folder, "snmp" if job == "get" else "walk")
        contenders = [
            *(
                Contender(name, partial(client, "engine", job, field.port, devices, *words), True)
                for name, *words in (
                    ("netwatch, engine",),
                    ("netwatch, engine, agents kept", "kept"),
                    ("netwatch, engine in pure Python", "pure"),
                )
            ),
            Contender("netwatch poll --once", command, True),
        ]
        for peer in _PEERS:
            some = getattr(peer, job)
            if not some or (quick and peer.once):
                continue
            some = max(4, some // 4) if quick else some
            run = partial(client, peer.module, job, field.port, some, *peer.words)
            contenders.append(Contender(peer.name, run, once=peer.once))
        outcomes = in_turns(contenders, 2 if quick else 3)
    title = {
        "get": "SNMP v2c: GET of 10 objects",
        "walk": f"SNMP v2c: walk of 10 columns of {device.PORTS} ports",
    }[job]
    table = compared(title, outcomes)
    return Table(title=title, head=table.head, rows=table.rows, notes=[*table.notes, checked])


def _growth(*, quick: bool) -> Table:
    """Few and many devices, with and without dead ones, near and far."""
    many = 4000 if quick else 20_000
    fields = {
        "all alive": Field(),
        "one in 20 dead": Field(dead_every=DEAD_EVERY),
        "10 ms away": Field(latency_ms=10),
    }
    with ExitStack() as stack:
        agents = {name: stack.enter_context(agent("snmp", field)) for name, field in fields.items()}
        contenders = [
            Contender(
                f"netwatch, engine, {name}",
                partial(_engine, agents[name], devices),
                True,
            )
            for name, devices in (
                ("all alive", 1000),
                ("all alive", many),
                ("one in 20 dead", many),
                ("10 ms away", many),
            )
        ]
        contenders[0] = Contender("netwatch, engine, few", contenders[0].run, True)
        dead = agents["one in 20 dead"]
        folder = stack.enter_context(inventory(many, device.loopback, dead.port))
        command = partial(poll_once, folder, "snmp", many // DEAD_EVERY)
        contenders.append(Contender("netwatch poll --once, one in 20 dead", command, True))
        outcomes = in_turns(contenders, 1 if quick else 3)
    words = (
        "Timeout 1 s, one retry: a round with dead devices cannot end before 2 s. The last column "
        "is how many times as much CPU time a device costs here as in the first row."
    )
    return compared("SNMP v2c: GET as the field grows", outcomes, words)


def _engine(field: Agent, devices: int) -> Run:
    run = client("engine", "get", field.port, devices)
    addresses = map(device.loopback, range(devices))
    dead = sum(device.is_dead(address, field.field.dead_every) for address in addresses)
    return replace(run, dead=dead)

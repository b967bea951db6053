"""Our own stall is not their silence, and an engine that dies takes nobody with it."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from netwatch.model.arrivals import Outcome, Readings, Sample, Trouble
from netwatch.model.asks import SecondLook
from netwatch.model.names import DeviceId
from netwatch.model.network import Device, DeviceKind, Network
from netwatch.pollers import driver
from netwatch.pollers.driver import Engine
from netwatch.pollers.gathering import Bringable
from netwatch.pollers.namespaces import Namespace
from netwatch.pollers.polling import Polling, PollingSettings
from netwatch.pollers.questions import Credential, Patience
from netwatch.wire.ber import Tag
from tests.edges.engine_house import (
    LIMIT_S,
    ONCE,
    Agent,
    Machine,
    agent_at,
    ask,
    echo,
    eventually,
    objects,
    serving,
    singly,
    up_time,
)

pytestmark = pytest.mark.needs("raw-sockets")
UP = objects({"1.3.6.1.2.1.1.3.0": (Tag.TIMETICKS, 1)})
FAST = PollingSettings(
    icmp=timedelta(seconds=0.3), status=timedelta(seconds=0.5), timeout=timedelta(seconds=0.4)
)
Taken = list[Sample | Readings | Trouble]


def town(count: int, snmp_port_at: str | None = None) -> Network:
    devices = [
        Device(
            id=DeviceId(f"sw-{number}"),
            kind=DeviceKind.SWITCH,
            address=ip_address(f"127.11.0.{number}"),
            snmp="access" if snmp_port_at == f"127.11.0.{number}" else None,
        )
        for number in range(1, count + 1)
    ]
    return Network(devices={device.id: device for device in devices})


def poll(
    network: Network,
    during: Callable[[Polling, Taken], Awaitable[None]],
    *,
    port: int = 161,
    namespace: Namespace | None = None,
    settings: PollingSettings = FAST,
) -> Taken:
    """Poll a network while ``during`` does its worst; return all that came."""
    taken: Taken = []

    async def live() -> None:
        def bring(batch: Sequence[Bringable]) -> None:
            taken.extend(singly(batch))

        polling = Polling(
            network,
            settings,
            {"access": Credential(port=port)},
            clock=Machine(),
            bring=bring,
            namespace=namespace,
        )
        work = asyncio.create_task(polling.run())
        try:
            await during(polling, taken)
        finally:
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    asyncio.run(live())
    return taken


def outcomes(taken: Taken) -> set[Outcome]:
    return {one.outcome for one in taken if isinstance(one, Sample)}


def pid_of(polling: Polling) -> int:
    pid = polling.stations[0].engine.pid
    assert pid is not None
    return pid


def test_an_engine_stopped_for_two_seconds_finds_nobody_silent() -> None:
    agent = Agent(UP, delay_s=0.01)

    async def stop(engine: Engine) -> None:
        assert engine.pid is not None
        os.kill(engine.pid, signal.SIGSTOP)
        await asyncio.sleep(2)
        os.kill(engine.pid, signal.SIGCONT)

    with serving(agent):
        questions = [echo(f"127.11.1.{number}") for number in range(1, 200)]
        snmp = [up_time(agent_at("127.0.0.1", agent.port))] * 30
        answers = ask([*questions, *snmp], patience=Patience(0.5, 0), during=stop)

    assert {answer.outcome for answer in answers} == {Outcome.ANSWERED}


def test_a_service_stalled_for_two_seconds_finds_nobody_silent() -> None:
    async def stall(_polling: Polling, taken: Taken) -> None:
        await eventually(lambda: len(taken) > 50)
        time.sleep(2)  # noqa: ASYNC251 - the stall is the test
        count = len(taken)
        await eventually(lambda: len(taken) > count + 100)

    taken = poll(town(50), stall)

    assert outcomes(taken) == {Outcome.ANSWERED}


def _handed_over(polling: Polling) -> int:
    """Return how many questions an engine has got and not answered yet."""
    (station,) = polling.stations
    return station.under_way - len(station._to_ask)


def test_the_time_of_an_answer_is_when_it_came_not_when_we_got_round_to_it() -> None:
    before: list[float] = []

    async def stall(polling: Polling, taken: Taken) -> None:
        await eventually(lambda: len(taken) > 5)
        await asyncio.sleep(0.2)
        await eventually(lambda: _handed_over(polling) > 0)
        taken.clear()
        time.sleep(1.5)  # noqa: ASYNC251 - the stall is the test
        before.append(time.time())
        await eventually(lambda: len(taken) > 5)

    taken = poll(town(50), stall)

    first = min(one.at for one in taken if isinstance(one, Sample))
    assert first.timestamp() < before[0] - 1


def test_an_engine_killed_is_started_again_and_its_questions_asked_anew() -> None:
    agent = Agent(UP, address="127.11.0.1")

    async def kill(polling: Polling, taken: Taken) -> None:
        for _ in range(3):
            await eventually(lambda: len(taken) > 20 and polling.under_way > 0)
            pid = pid_of(polling)
            os.kill(pid, signal.SIGKILL)
            await eventually(lambda pid=pid: polling.stations[0].engine.pid not in (None, pid))
            count = len(taken)
            await eventually(lambda count=count: len(taken) > count + 100)

    with serving(agent):
        taken = poll(town(50, "127.11.0.1"), kill, port=agent.port)

    assert outcomes(taken) == {Outcome.ANSWERED}
    troubles = [one for one in taken if isinstance(one, Trouble)]
    assert [trouble.over for trouble in troubles] == [False, True] * 3
    assert "signal 9" in troubles[0].what


def test_an_engine_that_cannot_start_makes_us_blind_and_says_why() -> None:
    async def wait(_polling: Polling, taken: Taken) -> None:
        await eventually(lambda: Outcome.BLIND in outcomes(taken))

    taken = poll(town(3), wait, namespace=Namespace(net=Path("/proc/1/ns/nothing")))

    assert outcomes(taken) == {Outcome.BLIND}
    blind = next(one for one in taken if isinstance(one, Sample))
    assert "No such file" in (blind.detail or "")


def test_a_second_look_is_taken_within_a_second() -> None:
    slow = PollingSettings(icmp=timedelta(hours=1), status=timedelta(hours=1))

    async def look(polling: Polling, taken: Taken) -> None:
        await eventually(lambda: polling.stations[0].engine.up)
        asked = time.monotonic()
        devices = (DeviceId("sw-1"), DeviceId("sw-2"), DeviceId("nobody"))
        at = Machine().now()
        polling.look(SecondLook(at=at, devices=devices, rounds=2, gap=timedelta(seconds=0.5)))
        await eventually(lambda: len(taken) >= 2)
        assert time.monotonic() - asked < 5
        await eventually(lambda: len(taken) >= 4)

    taken = poll(town(3), look, settings=slow)

    assert [one.device for one in taken if isinstance(one, Sample)].count(DeviceId("sw-1")) == 2


def test_a_device_that_leaves_the_inventory_is_asked_no_more_and_a_new_one_is() -> None:
    async def reload(polling: Polling, taken: Taken) -> None:
        await eventually(lambda: len(taken) > 10)
        whole = town(4)
        rest = {name: device for name, device in whole.devices.items() if name != "sw-1"}
        polling.refit(Network(devices=rest), {})
        taken.clear()
        await eventually(lambda: len(taken) > 20)

    taken = poll(town(3), reload)

    assert {one.device for one in taken if isinstance(one, Sample)} == {"sw-2", "sw-3", "sw-4"}


def test_progress_is_seen_while_it_polls() -> None:
    async def watch(polling: Polling, taken: Taken) -> None:
        await eventually(lambda: len(taken) > 1)
        before = polling.last_progress
        await eventually(lambda: polling.last_progress > before)
        account = await polling.account()
        assert account is not None
        assert account.requests > 0

    poll(town(3), watch)


def test_an_engine_that_hangs_is_ended_and_another_one_asks_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(driver, "_HEARD_EVERY_S", 0.3)

    async def hang(polling: Polling, taken: Taken) -> None:
        await eventually(lambda: len(taken) > 20)
        pid = pid_of(polling)
        os.kill(pid, signal.SIGSTOP)
        await eventually(lambda: polling.stations[0].engine.pid not in (None, pid))
        count = len(taken)
        await eventually(lambda: len(taken) > count + 100)

    taken = poll(town(50), hang)

    assert outcomes(taken) == {Outcome.ANSWERED}
    troubles = [one for one in taken if isinstance(one, Trouble)]
    assert [trouble.over for trouble in troubles] == [False, True]
    assert "hung" in troubles[0].what


def test_an_answer_that_comes_with_the_order_to_end_does_not_outlive_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = asyncio.StreamReader.feed_data
    orders: list[Callable[[], object]] = []

    def hear(reader: asyncio.StreamReader, data: bytes) -> None:
        heard(reader, data)
        while orders:
            orders.pop()()

    monkeypatch.setattr(asyncio.StreamReader, "feed_data", hear)

    async def end(turns_later: int) -> None:
        loop = asyncio.get_running_loop()
        engine = Engine(lambda _answers: None, lambda _what, _over: None)
        life = asyncio.create_task(engine.run())
        await engine.wait_until_up()

        def order(turns: int) -> None:
            loop.call_soon(order, turns - 1) if turns else life.cancel()

        orders.append(lambda: order(turns_later))
        await engine.ask([(1, echo("127.11.0.1"), Patience(1.0, 0))])
        await asyncio.wait([life], timeout=LIMIT_S)
        assert life.cancelled()

    for turns in range(6):
        asyncio.run(end(turns))


def test_waiting_for_an_account_can_be_ended_and_ends_with_the_engine() -> None:
    async def wait() -> None:
        engine = Engine(lambda _answers: None, lambda _what, _over: None)
        life = asyncio.create_task(engine.run())
        await engine.wait_until_up()
        assert engine.pid is not None
        os.kill(engine.pid, signal.SIGSTOP)
        ended, other = (asyncio.create_task(engine.account()) for _ in range(2))
        await asyncio.sleep(0)
        ended.cancel()
        await asyncio.wait([ended])
        assert ended.cancelled()
        life.cancel()
        assert await other is None

    asyncio.run(wait())


def test_an_engine_that_hangs_with_its_pipe_full_is_ended_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(driver, "_HEARD_EVERY_S", 0.1)
    told: list[str] = []

    async def hang() -> None:
        engine = Engine(lambda _answers: None, lambda what, _over: told.append(what))
        life = asyncio.create_task(engine.run())
        await engine.wait_until_up()
        pid = engine.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        questions = [(number, echo("127.11.0.1"), ONCE) for number in range(50_000)]
        await engine.ask(questions)
        await eventually(lambda: engine.pid not in (None, pid))
        life.cancel()
        await asyncio.wait([life])

    asyncio.run(hang())
    assert ["hung" in what for what in told] == [False, True, False]


def test_an_engine_with_nothing_to_do_is_not_taken_for_one_that_hangs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(driver, "_HEARD_EVERY_S", 0.2)

    async def rest(polling: Polling, _taken: Taken) -> None:
        await eventually(lambda: polling.stations[0].engine.up)
        pid = pid_of(polling)
        await asyncio.sleep(2)
        assert pid_of(polling) == pid

    assert poll(town(0), rest) == []


def test_retrying_in_vain_to_start_an_engine_is_progress_and_the_staff_is_told() -> None:
    async def wait(polling: Polling, taken: Taken) -> None:
        before = polling.last_progress
        await eventually(lambda: Outcome.BLIND in outcomes(taken))
        assert polling.last_progress > before + 2
        assert any(isinstance(one, Trouble) and not one.over for one in taken)

    poll(town(3), wait, namespace=Namespace(net=Path("/proc/1/ns/nothing")))


def test_a_machine_without_room_for_a_process_is_blind_and_tries_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = asyncio.create_subprocess_exec
    refused = 0

    async def full(*words: str, **more: object) -> asyncio.subprocess.Process:
        nonlocal refused
        if refused < 2:
            refused += 1
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return await start(*words, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", full)

    async def wait(_polling: Polling, taken: Taken) -> None:
        await eventually(lambda: Outcome.ANSWERED in outcomes(taken))

    taken = poll(town(3), wait)

    troubles = [one.what for one in taken if isinstance(one, Trouble) and not one.over]
    assert "Resource temporarily unavailable" in troubles[0]


def test_an_address_changed_while_the_old_one_is_being_asked_is_asked_at_once_anew() -> None:
    before = Network(
        devices={
            DeviceId("sw"): Device(
                id=DeviceId("sw"), kind=DeviceKind.SWITCH, address=ip_address("192.0.2.77")
            )
        }
    )
    after = Network(
        devices={
            DeviceId("sw"): Device(
                id=DeviceId("sw"), kind=DeviceKind.SWITCH, address=ip_address("127.11.0.1")
            )
        }
    )
    slow = PollingSettings(icmp=timedelta(seconds=0.5), timeout=timedelta(seconds=20))

    async def reload(polling: Polling, taken: Taken) -> None:
        await eventually(lambda: polling.under_way == 1)
        polling.refit(after, {})
        await eventually(lambda: len(taken) > 2, 5)

    assert outcomes(poll(before, reload, settings=slow)) == {Outcome.ANSWERED}


def test_a_signal_to_all_at_once_ends_the_engine_without_a_noise(tmp_path: Path) -> None:
    script = tmp_path / "live.py"
    script.write_text(
        "import asyncio, signal, sys\n"
        "from netwatch.pollers.driver import Engine\n"
        "async def live():\n"
        "    engine = Engine(print, print)\n"
        "    work = asyncio.create_task(engine.run())\n"
        "    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)\n"
        "    await engine.wait_until_up()\n"
        "    print(engine.pid, flush=True)\n"
        "    await asyncio.wait([work])\n"
        "asyncio.run(live())\n"
    )
    for _ in range(5):
        process = subprocess.Popen(
            [sys.executable, str(script)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert process.stdout is not None
        lines = iter(process.stdout)
        pid = int(next(line for line in lines if line.strip().isdigit()))
        os.killpg(process.pid, signal.SIGTERM)
        _, said = process.communicate(timeout=10)
        assert said == ""
        assert process.returncode == 0
        assert not Path(f"/proc/{pid}").exists()


def test_several_engines_share_the_devices_and_the_death_of_one_is_no_matter_for_the_others() -> (
    None
):
    def asked_by(polling: Polling, device: str) -> int:
        return polling.stations.index(polling._station_of(DeviceId(device)))

    async def kill_one(polling: Polling, taken: Taken) -> None:
        await eventually(lambda: len(taken) > 100)
        os.kill(pid_of(polling), signal.SIGSTOP)
        await asyncio.sleep(0.5)
        count = len(taken)
        await eventually(lambda: len(taken) > count + 100)
        late = {one.device for one in taken[count:] if isinstance(one, Sample)}
        assert {asked_by(polling, device) for device in late} == {1, 2}
        os.kill(pid_of(polling), signal.SIGKILL)
        first = polling.stations[0].engine
        await eventually(lambda: first.up and any(isinstance(one, Trouble) for one in taken))
        count = len(taken)
        await eventually(
            lambda: (
                0
                in {
                    asked_by(polling, one.device)
                    for one in taken[count:]
                    if isinstance(one, Sample)
                }
            )
        )

    taken = poll(town(50), kill_one, settings=replace(FAST, processes=3))

    assert outcomes(taken) == {Outcome.ANSWERED}
    troubles = [one for one in taken if isinstance(one, Trouble)]
    assert {trouble.where for trouble in troubles} == {"polling engine 1 of 3"}
    assert [trouble.over for trouble in troubles] == [False, True]


def test_a_machine_that_cannot_keep_up_leaves_out_measurements_and_says_so_once() -> None:
    agent = Agent(UP, address="127.11.0.1")
    often = replace(FAST, metrics=timedelta(seconds=0.5))

    async def overload(polling: Polling, taken: Taken) -> None:
        await eventually(lambda: len(taken) > 50)
        until = time.monotonic() + 30
        while not any(polling.counts.left_out.values()) and time.monotonic() < until:
            time.sleep(1.2)  # noqa: ASYNC251 - a machine that cannot keep up is the test
            await asyncio.sleep(0.05)
        count = len(taken)
        await eventually(lambda: len(taken) > count + 100)

    with serving(agent):
        taken = poll(town(50, "127.11.0.1"), overload, port=agent.port, settings=often)

    assert outcomes(taken) == {Outcome.ANSWERED}
    (trouble,) = [one for one in taken if isinstance(one, Trouble)]
    assert (trouble.where, trouble.over) == ("polling load", False)
    assert "cannot keep up" in trouble.what
    assert "[polling] processes" in trouble.what

"""Changed files come into force all or nothing, while the service goes on."""

import shutil
import signal
import time
from collections.abc import Iterator

import pytest

from netwatch.model.facts import FilesLoaded, TroubleBegan, TroubleEnded
from tests.edges.service_house import INVENTORY, SETTINGS, House

CREDENTIAL = '[snmp.access]\ncommunity = "file:community"\n'


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("reload"), SETTINGS + CREDENTIAL)
    (house.folder / "community").write_text("s3cret")
    house.start()
    yield house
    house.end()


@pytest.fixture(autouse=True)
def as_it_was(house: House) -> Iterator[None]:
    yield
    for path in house.inventory.iterdir():
        if path.name not in ("a.yaml", "subscribers.csv"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    house.write("a.yaml", INVENTORY)
    house.config.write_text(SETTINGS + CREDENTIAL)
    (house.folder / "community").write_text("s3cret")
    house.door.call("reload", allow_removal=True)


def devices(house: House) -> int:
    count: int = house.door.call("status")["devices"]
    return count


def test_a_new_device_is_watched_without_a_restart(house: House) -> None:
    house.write("b.yaml", "devices:\n  - {id: sw-2, kind: switch, uplink: [core-1]}\n")
    done = house.run("reload")
    assert done.returncode == 0, done.stderr
    assert "in force: 3 devices, 10 subscribers" in done.stdout
    assert devices(house) == 3
    assert isinstance(house.facts()[-1], FilesLoaded)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("devices:\n  - {id: sw-2, kind: switch, uplink: [core-2]}\n", "b.yaml:2:"),
        ("devices: [\n", "b.yaml:"),
        ("devices:\n  - {id: sw-1, kind: switch, uplink: [core-1]}\n", "sw-1"),
    ],
)
def test_bad_files_change_nothing_and_are_told_to_who_asked_and_to_the_staff(
    house: House, text: str, said: str
) -> None:
    house.write("b.yaml", text)
    refused = house.run("reload")
    assert refused.returncode == 2
    assert "the old files stay in force" in refused.stderr
    assert said in refused.stderr
    assert devices(house) == 2
    house.until_fact(lambda fact: isinstance(fact, TroubleBegan) and fact.where == "files")


def test_a_mass_deletion_needs_a_word(house: House) -> None:
    house.write("a.yaml", "vantage: core-1\ndevices:\n  - {id: core-1, kind: router}\n")
    refused = house.run("reload")
    assert refused.returncode == 4
    assert "netwatch reload --allow-removal" in refused.stderr
    assert devices(house) == 2
    assert house.run("reload", "--allow-removal").returncode == 0
    assert devices(house) == 1


def test_a_hangup_reloads_and_a_trouble_ends_when_the_files_are_good_again(house: House) -> None:
    assert house.process is not None
    house.write("b.yaml", "devices: [\n")
    house.process.send_signal(signal.SIGHUP)
    house.until(lambda: "files" in house.door.call("status")["troubles"])
    house.write("b.yaml", "devices:\n  - {id: sw-3, kind: switch, uplink: [core-1]}\n")
    house.process.send_signal(signal.SIGHUP)
    house.until(lambda: devices(house) == 3)
    house.until_fact(lambda fact: isinstance(fact, TroubleEnded) and fact.where == "files")


def test_a_flood_of_hangups_is_answered_by_few_reloads(house: House) -> None:
    assert house.process is not None
    before = house.log.read_text().count("files came into force")
    for _ in range(30):
        house.process.send_signal(signal.SIGHUP)
        time.sleep(0.01)
    house.until(lambda: house.log.read_text().count("files came into force") > before)
    house.door.call("reload", allow_removal=False)  # it waits for those in the row
    assert house.log.read_text().count("files came into force") - before <= 5


def test_the_files_in_force_are_kept_for_a_start_with_bad_ones(house: House) -> None:
    house.write("b.yaml", "devices:\n  - {id: sw-4, kind: switch, uplink: [core-1]}\n")
    assert house.run("reload").returncode == 0
    kept = house.state / "last-good" / "inventory" / "b.yaml"
    house.until(kept.exists)
    assert "sw-4" in kept.read_text()


def test_a_secret_that_is_gone_refuses_the_reload_and_the_service_goes_on(house: House) -> None:
    (house.folder / "community").unlink()
    house.write("b.yaml", "devices:\n  - {id: sw-5, kind: switch, uplink: [core-1]}\n")

    refused = house.run("reload")

    assert refused.returncode == 2
    assert "netwatch.toml:8:1: the secret file" in refused.stderr
    assert devices(house) == 2
    assert house.process is not None
    assert house.process.poll() is None


def test_settings_that_need_a_restart_are_named_to_who_reloads_and_to_the_staff(
    house: House,
) -> None:
    house.config.write_text(SETTINGS + '[publishing]\nmode = "full"\n')

    done = house.run("reload")

    assert done.returncode == 0, done.stderr
    assert "has changed since the start: [snmp] access, [publishing] mode;" in done.stderr
    assert "systemctl restart netwatch" in done.stderr
    house.until(lambda: "settings" in house.door.call("status")["troubles"])
    status = house.door.call("status")
    assert status["mode"] == "shadow"
    assert "[publishing] mode" in status["troubles"]["settings"]
    house.config.write_text(SETTINGS + CREDENTIAL)
    assert "has changed" not in house.run("reload").stderr
    house.until(lambda: "settings" not in house.door.call("status")["troubles"])


def test_settings_with_which_no_start_would_succeed_are_told_at_a_reload(house: House) -> None:
    house.config.write_text(SETTINGS + '[publishing]\nmode = "loud"\n')

    house.door.call("reload", allow_removal=False)

    house.until(lambda: "settings" in house.door.call("status")["troubles"])
    trouble = house.door.call("status")["troubles"]["settings"]
    assert "the next start fails" in trouble
    assert "netwatch.toml:8:" in trouble

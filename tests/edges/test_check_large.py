"""5,000 devices and 100,000 subscribers: nothing is lost, and a mistake among them is found."""

import json
from pathlib import Path

from netwatch.inventory.reader import read_inventory
from tests.edges.test_check_command import check

OLTS, SPLITTERS, ONUS, AREAS, SUBSCRIBERS = 100, 400, 4_499, 200, 100_000
LANGUAGES = ("pl", "cs", "uk", "en")


def write_large(folder: Path) -> None:
    """Write an inventory as a large operator's billing system would export it."""
    lines = ["vantage: core-1", "areas:"]
    lines += [
        f"  - {{id: area-{n}, name: {{pl: Osiedle {n}, en: Estate {n}}}}}" for n in range(AREAS)
    ]
    lines += ["devices:", "  - {id: core-1, kind: router, address: 127.64.0.1, snmp: core}"]
    lines += [
        f"  - {{id: olt-{n}, kind: olt, address: 127.65.0.{n + 1}, uplink: [core-1]}}"
        for n in range(OLTS)
    ]
    for n in range(SPLITTERS):
        lines.append(
            f'  - {{id: s-{n}, kind: splitter, uplink: ["olt-{n % OLTS}:0/1/{n // OLTS}"]}}'
        )
    for n in range(ONUS):
        s = n % SPLITTERS
        lines.append(
            f"  - {{id: onu-{n}, kind: onu, via: olt-{s % OLTS}, port: 0/1/{s // OLTS},"
            f" serial: HWTC{n:08X}, uplink: [s-{s}]}}"
        )
    lines.append("subscribers: [subscribers.csv]")
    (folder / "network.yaml").write_text("\n".join(lines) + "\n")
    with (folder / "subscribers.csv").open("w") as file:
        file.write(
            "id,device,area,language,name,phone,email,address,plan,critical,services,login\n"
        )
        for n in range(SUBSCRIBERS):
            file.write(
                f"S-{n},onu-{n % ONUS},area-{n % AREAS},{LANGUAGES[n % 4]},Abonent {n},"
                f'+48500{n:06},a{n}@example.com,"ul. Polna {n}, Dolina",home,,internet;tv,u{n}\n'
            )


def test_a_large_inventory_is_read_whole_and_a_mistake_in_it_is_found(tmp_path: Path) -> None:
    write_large(tmp_path)

    reading = read_inventory(tmp_path)

    assert reading.findings == ()
    network = reading.network
    assert network is not None
    assert len(network.devices) == 1 + OLTS + SPLITTERS + ONUS == 5_000
    assert len(network.links) == 4_999
    assert len(network.subscribers) == SUBSCRIBERS
    assert sum(one.device is not None for one in network.subscribers.values()) == SUBSCRIBERS
    del reading, network

    path = tmp_path / "subscribers.csv"
    path.write_text(path.read_text().replace(",onu-1777,", ",onu-17777,", 1))
    done = check("--inventory", str(tmp_path), "--json", cwd=tmp_path)

    found = [one for one in json.loads(done.stdout) if one["level"] == "error"]
    assert done.returncode == 2
    assert [(one["line"], one["column"], one["remedy"]) for one in found] == [
        (1779, 8, "did you mean 'onu-1777'?")
    ]

"""Systems that are asked by HTTP, as they answer; cut off, they are refused."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from netwatch.inventory.importers import Asked, Importer, importer_of
from netwatch.inventory.places.records import (
    ContactRecord,
    GearRecord,
    LineRecord,
    SourceError,
    WireRecord,
)
from tests.operator.records import EVENING

Answer = Callable[[str, dict[str, list[str]]], Any]
NETBOX = [
    {
        "id": number,
        "name": f"olt-{number}",
        "role": {"name": "OLT"},
        "device_type": {"model": "MA5608T"},
        "serial": f"S{number}",
        "primary_ip": {"address": f"192.0.2.{number % 250}/24"},
        "site": {"name": "Polna"},
    }
    for number in range(1, 701)
]
CABLE = {
    "a_terminations": [{"object": {"device": {"id": 1}, "name": "0/19/0"}}],
    "b_terminations": [{"object": {"device": {"id": 2}, "name": "ge-0/0/1"}}],
}


class Far(ThreadingHTTPServer):
    """A system on loopback that answers what it is told to."""

    answer: Answer
    headers: list[dict[str, str]]


class _Handler(BaseHTTPRequestHandler):
    server: Far

    def do_GET(self) -> None:
        self.server.headers.append(dict(self.headers))
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        where = urlsplit(self.path)
        body = self.server.answer(where.path, parse_qs(where.query))
        status, body = body if isinstance(body, tuple) else (200, body)
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw) + (status == 200 and raw[-1:] == b"!")))
        self.end_headers()
        self.wfile.write(raw)
        self.close_connection = True

    do_POST = do_GET  # noqa: N815 - http.server calls it so

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def far() -> Iterator[Far]:
    server = Far(("127.0.0.1", 0), _Handler)
    server.headers = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _importer(far: Far, kind: str, answer: Answer) -> Importer:
    far.answer = answer
    keys = {"url": f"http://127.0.0.1:{far.server_port}", "token": "env:T"}
    return importer_of(kind, Asked(name="x", at=EVENING, keys=keys, reveal=lambda _: "secret-7"))


def _netbox(path: str, query: dict[str, list[str]]) -> Any:
    rows = NETBOX if "devices" in path else [CABLE]
    begin, limit = int(query["offset"][0]), int(query["limit"][0])
    return {"count": len(rows), "next": None, "results": rows[begin : begin + limit]}


def test_netbox_is_read_page_by_page(far: Far) -> None:
    read = _importer(far, "netbox", _netbox).read()

    assert len(read.gear) == 700
    assert read.gear[2] == GearRecord(
        key="3", name="olt-3", kind="olt", model="MA5608T", serial="S3", address="192.0.2.3",
        location="Polna",
    )  # fmt: skip
    assert read.wires == (WireRecord(a="1", a_port="0/19/0", b="2", b_port="ge-0/0/1"),)
    assert far.headers[0]["Authorization"] == "Token secret-7"


def test_librenms_tells_devices_and_the_links_it_saw(far: Far) -> None:
    def answer(path: str, _query: object) -> Any:
        return {
            "/api/v0/devices": {"devices": [{
                "device_id": 4, "hostname": "192.0.2.4", "sysName": "sw-4", "hardware": "EX2300",
                "type": "network", "serial": "J1", "location": "Polna",
            }]},
            "/api/v0/resources/links": {"links": [{
                "local_device_id": 4, "local_port_id": 9, "remote_device_id": 5,
                "remote_port_id": None, "remote_port": "24",
            }, {"local_device_id": 4, "local_port_id": 9, "remote_device_id": 0}]},
            "/api/v0/ports": {"ports": [{"port_id": 9, "ifName": "ge-0/0/9"}]},
        }[path]  # fmt: skip

    read = _importer(far, "librenms", answer).read()

    assert (read.gear[0].name, read.gear[0].address) == ("sw-4", "192.0.2.4")
    assert read.wires == (WireRecord(a="4", a_port="ge-0/0/9", b="5", b_port="24"),)
    assert far.headers[0]["X-Auth-Token"] == "secret-7"


def test_zabbix_tells_hosts_by_their_main_interface(far: Far) -> None:
    host = {
        "hostid": "10", "host": "r1", "name": "router 1", "inventory": [],
        "interfaces": [{"ip": "192.0.2.8", "main": "0"}, {"ip": "192.0.2.9", "main": "1"}],
    }  # fmt: skip
    read = _importer(far, "zabbix", lambda *_: {"jsonrpc": "2.0", "result": [host]}).read()

    assert read.gear == (GearRecord(key="10", name="router 1", kind="router", address="192.0.2.9"),)
    with pytest.raises(SourceError, match="it refuses: Not authorized"):
        _importer(far, "zabbix", lambda *_: {"error": {"data": "Not authorized."}}).read()


def test_splynx_tells_services_as_lines_and_contacts_apart(far: Far) -> None:
    def answer(path: str, _query: object) -> Any:
        return {
            "/api/2.0/admin/customers/customer": [{
                "id": 7, "name": "Przykład", "phone": "+48555000111, 1", "email": "a@example.com",
                "street_1": "Polna 4", "city": "Dolina",
            }],
            "/api/2.0/admin/customers/customer/0/internet-services": [
                {"id": 70, "customer_id": 7, "status": "active", "login": "u7",
                 "mac": "02:00:5e:00:53:01", "ipv4": "192.0.2.7", "router_id": 1},
                {"id": 71, "customer_id": 7, "status": "stopped", "login": "u7b"},
            ],
            "/api/2.0/admin/networking/routers": [
                {"id": 1, "title": "bng-1", "model": "CCR", "ip": "192.0.2.1"}
            ],
        }[path]  # fmt: skip

    source = _importer(far, "splynx", answer)

    assert source.read().lines == (
        LineRecord(
            key="70", subscriber="7", gear="1", logins=("u7",), macs=("02:00:5e:00:53:01",),
            addresses=("192.0.2.7",), street="Polna", house="4", town="Dolina",
        ),
    )  # fmt: skip
    assert list(source.contacts()) == [
        ContactRecord(subscriber="7", name="Przykład", phone="+48555000111", email="a@example.com")
    ]


@pytest.mark.parametrize("kind", ["netbox", "librenms", "zabbix", "splynx"])
@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ((403, {}), "answers 403"),
        ((302, {}), "answers 302"),
        (b"<html>login</html>", "is no JSON"),
        (b'{"results": [!', "broke off"),
        ({"results": "x"}, "holds no list"),
        ([1], "holds no list"),
    ],
)
def test_what_is_no_whole_answer_is_refused(far: Far, kind: str, answer: Any, says: str) -> None:
    with pytest.raises(SourceError, match=says) as fault:
        _importer(far, kind, lambda *_: answer).read()

    assert "secret-7" not in str(fault.value)


def test_a_list_that_ends_before_its_count_is_refused(far: Far) -> None:
    def cut(path: str, query: dict[str, list[str]]) -> Any:
        page = _netbox(path, query)
        return {**page, "results": page["results"] if query["offset"] == ["0"] else []}

    with pytest.raises(SourceError, match="broke off after 500 rows"):
        _importer(far, "netbox", cut).read()


def test_nobody_there_is_one_clear_message(far: Far) -> None:
    asked = Asked(name="x", at=EVENING, keys={"url": "http://127.0.0.1:9", "token": "env:T"})
    with pytest.raises(SourceError, match=r"/api/dcim/devices/ broke off"):
        importer_of("netbox", asked).read()

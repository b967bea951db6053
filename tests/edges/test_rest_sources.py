"""Systems that are asked by HTTP, as they answer; cut off, they are refused."""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
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

TELLTALE = "secret-7"
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
        "status": {"value": "active"},
    }
    for number in range(1, 701)
]
CABLE = {
    "a_terminations": [
        {"object_type": "dcim.interface", "object": {"device": {"id": 1}, "name": "0/19/0"}}
    ],
    "b_terminations": [
        {"object_type": "dcim.interface", "object": {"device": {"id": 2}, "name": "ge-0/0/1"}}
    ],
}


class Far(ThreadingHTTPServer):
    """A system on loopback that answers what it is told to."""

    answer: Answer
    headers: list[dict[str, str]]
    bodies: list[bytes]


class _Handler(BaseHTTPRequestHandler):
    server: Far

    def do_GET(self) -> None:
        self.server.headers.append(dict(self.headers))
        asked = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        where = urlsplit(self.path)
        self.server.bodies.append(asked)
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
    server.headers, server.bodies = [], []
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def _importer(far: Far, kind: str, answer: Answer, token: str = TELLTALE) -> Importer:
    far.answer = answer
    keys = {"url": f"http://127.0.0.1:{far.server_port}", "token": "env:T"}
    return importer_of(kind, Asked(name="x", at=EVENING, keys=keys, reveal=lambda _: token))


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


@pytest.mark.parametrize(
    ("token", "sent"),
    [
        ("0123abcd\n", "Token 0123abcd"),
        ("Token 0123abcd", "Token 0123abcd"),
        ("nbt_4F9DAouzURLb.zjebxBPzICiPbWz0", "Bearer nbt_4F9DAouzURLb.zjebxBPzICiPbWz0"),
        ("Bearer nbt_4F9DAouzURLb.zjebxBPzICiPbWz0", "Bearer nbt_4F9DAouzURLb.zjebxBPzICiPbWz0"),
    ],
)
def test_netbox_takes_tokens_of_either_kind(far: Far, token: str, sent: str) -> None:
    _importer(far, "netbox", _netbox, token).read()

    assert far.headers[0]["Authorization"] == sent


def test_cables_of_netbox_fan_out_are_of_old_releases_or_carry_power(far: Far) -> None:
    def end(number: int, name: str, kind: str = "dcim.interface") -> dict[str, Any]:
        return {"object_type": kind, "object": {"device": {"id": number}, "name": name}}

    cables: list[dict[str, Any]] = [
        {"a_terminations": [end(1, "et-0")], "b_terminations": [end(2, "xe-0"), end(3, "xe-0")]},
        {
            "a_terminations": [end(1, "PSU0", "dcim.powerport")],
            "b_terminations": [end(9, "outlet 1", "dcim.poweroutlet")],
        },
        {  # before 3.3
            "termination_a_type": "dcim.interface",
            "termination_a": {"device": {"id": 4}, "name": "1"},
            "termination_b_type": "dcim.interface",
            "termination_b": {"device": {"id": 5}, "name": "24"},
        },
        {  # to a circuit of another provider
            "a_terminations": [end(1, "et-1")],
            "b_terminations": [{"object_type": "circuits.circuittermination", "object": {"id": 1}}],
        },
    ]

    def answer(path: str, query: dict[str, list[str]]) -> Any:
        rows = cables if "cables" in path else NETBOX[:1]
        return {"count": len(rows), "results": rows[int(query["offset"][0]) :]}

    assert _importer(far, "netbox", answer).read().wires == (
        WireRecord(a="1", a_port="et-0", b="2", b_port="xe-0"),
        WireRecord(a="1", a_port="et-0", b="3", b_port="xe-0"),
        WireRecord(a="4", a_port="1", b="5", b_port="24"),
    )


def test_what_netbox_only_plans_is_not_there(far: Far) -> None:
    def answer(path: str, query: dict[str, list[str]]) -> Any:
        return {"count": 1, "results": [{**NETBOX[0], "status": {"value": "planned"}}]}

    assert _importer(far, "netbox", answer).read().gear == ()


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


def test_librenms_that_saw_no_link_tells_devices_alone(far: Far) -> None:
    def answer(path: str, _query: object) -> Any:
        if path.endswith("/links"):
            return 404, {"status": "error", "message": "Links do not exist"}
        return {"status": "ok", "devices": [{"device_id": 4, "hostname": "192.0.2.4"}]}

    read = _importer(far, "librenms", answer).read()

    assert (len(read.gear), read.wires) == (1, ())


@pytest.mark.parametrize(
    ("version", "header", "auth"),
    [
        ("6.0.30", None, "secret-7"),
        ("6.4.0", "Bearer secret-7", None),
        ("7.0.12", "Bearer secret-7", None),
        ("7.4.1", "Bearer secret-7", None),
    ],
)
def test_zabbix_is_given_its_token_as_its_release_takes_it(
    far: Far, version: str, header: str | None, auth: str | None
) -> None:
    def answer(_path: str, _query: object) -> Any:
        asked = json.loads(far.bodies[-1])
        return {"jsonrpc": "2.0", "result": version if "version" in asked["method"] else []}

    _importer(far, "zabbix", answer).read()

    assert "Authorization" not in far.headers[0]  # apiinfo.version refuses whoever names himself
    assert far.headers[1].get("Authorization") == header
    assert json.loads(far.bodies[1]).get("auth") == auth


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
    def answer(path: str, query: dict[str, list[str]]) -> Any:
        assert query["order[id]"] == ["ASC"]
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
            "/api/2.0/admin/networking/monitoring": (403, {"error": {"message": "Forbidden"}}),
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


def test_splynx_places_a_service_on_the_gear_that_it_watches(far: Far) -> None:
    def answer(path: str, _query: object) -> Any:
        return {
            "/api/2.0/admin/customers/customer": [{"id": 7}],
            "/api/2.0/admin/customers/customer/0/internet-services": [
                {"id": 70, "customer_id": 7, "status": "active", "router_id": 1,
                 "access_device": 12},
                {"id": 71, "customer_id": 7, "status": "active", "router_id": 0,
                 "access_device": 0},
            ],
            "/api/2.0/admin/networking/routers": [{"id": 1, "title": "bng-1"}],
            "/api/2.0/admin/networking/monitoring": [
                {"id": 1, "title": "olt-1", "ip": "192.0.2.3", "parent_id": 0},
                {"id": 12, "title": "splitter-12", "parent_id": 1},
            ],
        }[path]  # fmt: skip

    read = _importer(far, "splynx", answer).read()

    assert [line.gear for line in read.lines] == ["device-12", ""]
    assert [(one.key, one.kind) for one in read.gear] == [
        ("1", "router"), ("device-1", "olt"), ("device-12", "splitter"),
    ]  # fmt: skip
    assert read.wires == (WireRecord(a="device-1", b="device-12"),)


def _splynx_of(rows: list[dict[str, Any]], *, cut: bool) -> Answer:
    def answer(path: str, query: dict[str, list[str]]) -> Any:
        if not path.endswith("/customer"):
            return []
        begin, limit = int(query["offset"][0]), int(query["limit"][0])
        return rows[begin : begin + limit] if cut else rows

    return answer


@pytest.mark.parametrize("cut", [True, False], ids=["page by page", "all at once"])
@pytest.mark.parametrize("many", [0, 499, 500, 501, 1000, 1203])
def test_splynx_is_read_to_its_end(far: Far, many: int, cut: bool) -> None:
    rows = [{"id": number, "name": f"Przykład {number}"} for number in range(many)]

    people = list(_importer(far, "splynx", _splynx_of(rows, cut=cut)).contacts())

    assert [one.subscriber for one in people] == [str(number) for number in range(many)]


def test_a_page_that_fails_refuses_those_before_it(far: Far) -> None:
    rows = [{"id": number} for number in range(600)]

    def answer(path: str, query: dict[str, list[str]]) -> Any:
        whole = _splynx_of(rows, cut=True)(path, query)
        return (500, {}) if query["offset"] == ["500"] else whole

    with pytest.raises(SourceError, match="customers/customer answers 500"):
        _importer(far, "splynx", answer).read()


@pytest.mark.parametrize("kind", ["netbox", "librenms", "splynx"])
@pytest.mark.parametrize(
    "body",
    [
        {"status": "error", "message": "Unauthenticated, key secret-7"},
        {"error": {"code": 401, "message": "Unauthenticated"}},
        {"detail": "Unauthenticated"},
    ],
)
def test_an_error_that_comes_as_if_all_were_well_is_told_as_one(
    far: Far, kind: str, body: Any
) -> None:
    with pytest.raises(SourceError, match="it answers: Unauthenticated") as fault:
        _importer(far, kind, lambda *_: body).read()

    assert "secret-7" not in str(fault.value)


@pytest.mark.parametrize("kind", ["netbox", "librenms", "zabbix", "splynx"])
@pytest.mark.parametrize("token", ["a\nX-Evil: 1", "za\u017c\u00f3\u0142\u0107"])
def test_a_token_that_no_header_can_hold_is_told_without_being_shown(
    far: Far, kind: str, token: str
) -> None:
    with pytest.raises(SourceError, match="its token is none") as fault:
        _importer(far, kind, lambda *_: {}, token).read()

    assert token not in str(fault.value)
    assert not far.headers


def test_authorities_that_are_no_file_are_told_before_anybody_is_asked(
    far: Far, tmp_path: Path
) -> None:
    for told, name in (("No such file", "gone.pem"), ("cannot be used", "empty.pem")):
        (tmp_path / "empty.pem").write_text("no certificate")
        keys = {"url": "https://127.0.0.1:9", "token": "env:T", "certificates": name}
        asked = Asked(name="x", at=EVENING, keys=keys, base=tmp_path)
        with pytest.raises(SourceError, match=told):
            importer_of("netbox", asked).read()


def test_a_session_cut_in_the_middle_of_tls_is_one_clear_message() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def cut() -> None:
            for _ in range(3):  # asked again twice
                connection, _ = listener.accept()
                connection.recv(5)
                reset = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
                connection.close()

        thread = threading.Thread(target=cut)
        thread.start()
        url = f"https://127.0.0.1:{listener.getsockname()[1]}"
        asked = Asked(name="x", at=EVENING, keys={"url": url, "token": "env:T"})
        with pytest.raises(SourceError, match=r"/api/dcim/devices/ broke off"):
            importer_of("netbox", asked).read()
        thread.join()


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

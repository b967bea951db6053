"""SMS gateways as their documentation describes them, on loopback, and what they have sent."""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from tests.edges.receiver import Asked, Plan

TOKEN = "canary-token"  # noqa: S105 - nobody's
CLIENT, SECRET = "canary-client", "canary-secret"


def form(raw: bytes) -> dict[str, str]:
    return dict(parse_qsl(raw.decode(), keep_blank_values=True))


def form_or_json(raw: bytes) -> object:
    return json.loads(raw) if raw.startswith(b"{") else form(raw)


def said(document: object, status: int = 200) -> Plan:
    head = (("Content-Type", "application/json"),)
    return Plan(status, head, json.dumps(document).encode())


@dataclass
class FakeSmsApi:
    """Sends to whom it is told, knows a repetition by ``idx``, answers errors with 200."""

    points: float = 1000.0
    sent: list[dict[str, str]] = field(default_factory=list)
    bad: set[str] = field(default_factory=set)

    def __call__(self, asked: Asked) -> Plan:
        if asked.head.get("Authorization") != f"Bearer {TOKEN}":
            return self.error(101, "Authorization failed", 401)
        if asked.path == "/profile":
            return said({"name": "Dolina", "points": self.points, "payment_type": "prepaid"})
        if asked.path != "/sms.do":
            return said({"message": "Not found", "error": "not_found"}, 404)
        return self.take(asked.body)

    def take(self, order: dict[str, str]) -> Plan:
        if self.points < 0.16:
            return self.error(103, "Insufficient credits")
        if order["to"] in self.bad:
            return self.error(13, "No correct phonenumbers")
        if order.get("check_idx") and order["idx"] in {one["idx"] for one in self.sent}:
            return self.error(53, "Not unique idx parameter")
        self.sent.append(order)
        self.points -= 0.16
        row = {
            "id": f"6373{len(self.sent):020}",
            "points": 0.16,
            "number": order["to"].lstrip("+"),
            "date_sent": 1700000000,
            "submitted_number": order["to"],
            "status": "QUEUE",
            "error": None,
            "idx": order["idx"],
            "parts": 1,
        }
        return said({"count": 1, "list": [row]})

    @staticmethod
    def error(code: int, message: str, status: int = 200) -> Plan:
        return said({"invalid_numbers": None, "error": code, "message": message}, status)


@dataclass
class FakeGoSms:
    """Gives tokens by OAuth 2, sends to whom it is told with one of them."""

    credit: float = 1000.0
    tokens: int = 0
    token: str = ""
    sent: list[dict[str, object]] = field(default_factory=list)
    reached: dict[str, str] = field(default_factory=dict)
    """Which list of the report a number stands in by now."""

    def __call__(self, asked: Asked) -> Plan:
        if asked.path == "/oauth/v2/token":
            return self.give_token(asked.body)
        if asked.head.get("Authorization") != f"Bearer {self.token}":
            return said({"error": "invalid_grant", "error_description": "expired"}, 401)
        if asked.path == "/api/v1/":
            channel = {"id": 7, "name": "Dolina", "sourceNumber": "DOLINA"}
            return said({"currentCredit": self.credit, "channels": [channel]})
        if asked.method == "GET":
            return self.became(int(asked.path.rpartition("/")[2]))
        if asked.path == "/api/v1/messages/test":
            return said({"recipients": {"invalid": []}, "message": {"parts": ["x"]}})
        return self.take(asked.body)

    def take(self, order: dict[str, object]) -> Plan:
        if not str(order["recipients"]).startswith("+420"):
            return said({"recipients": {"invalid": [order["recipients"]]}}, 201)
        self.sent.append(order)
        return said(
            {"recipients": {"invalid": []}, "link": f"api/v1/messages/{len(self.sent)}"}, 201
        )

    def became(self, number: int) -> Plan:
        to = str(self.sent[number - 1]["recipients"])
        lists = {"delivered": {}, "undelivered": {}, "delivering": {}}
        lists[self.reached.get(to, "delivering")] = {to: "2026-01-17T03:01:00+01:00"}
        delivery = {"isDelivered": bool(lists["delivered"]), "recipients": lists}
        return said({"messageType": "SMS", "delivery": delivery})

    def give_token(self, asked: dict[str, str]) -> Plan:
        if (asked["client_id"], asked["client_secret"]) != (CLIENT, SECRET):
            return said({"error": "invalid_client"}, 400)
        self.tokens += 1
        self.token = f"token-{self.tokens}"
        kind = {"token_type": "bearer", "scope": "user"}
        return said({"access_token": self.token, "expires_in": 3600, **kind})

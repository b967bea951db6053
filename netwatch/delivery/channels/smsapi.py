"""Words -> SMSAPI.pl (and .com, .bg, .se): ``smsapi://TOKEN@api.smsapi.pl?from=DOLINA``.

Each notice bears its key as ``idx`` with ``check_idx``: one that SMSAPI has seen within a day is
not sent again, and that it says so is as good as a receipt.

Source: SMSAPI's documentation of ``sms.do`` and ``profile``, its list of error codes and that of
delivery states.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any, Final

from netwatch.delivery.channels import Address, Channel, Remark
from netwatch.delivery.channels.asking import AskingChannel
from netwatch.delivery.channels.gateway import for_a_person, not_understood, refusal
from netwatch.delivery.channels.link import Link, read_link, unusable
from netwatch.delivery.channels.numbers import number_of, one_text
from netwatch.delivery.page import whole
from netwatch.delivery.render import Text
from netwatch.delivery.reports import mark
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey

HOST: Final = "api.smsapi.pl"
OPTIONS: Final = frozenset({"from", "to", "test", "low", "report"})
INSTALLATION: Final = "installation"
LOW_POINTS: Final = 50.0
SENT_BEFORE: Final = 53
FOR_GOOD: Final = {
    11: "the text is empty or too long",
    12: "the text has too many parts",
    13: "that is not a phone number that takes SMS",
    17: "the text has letters that cannot be sent",
    18: "the request is not as it should be",
    19: "too many messages in one request",
    25: "the request is not as it should be",
    30: "the request is not as it should be",
}
"""Errors of this one message: no other try will help."""
OF_THE_ACCOUNT: Final = {
    14: "the sender name is not confirmed: have it confirmed there, or correct from= in the URL",
    94: "the account may not send links: ask SMSAPI to allow them",
    101: "the token is not accepted: put a new one into the URL",
    102: "the token is not accepted: put a new one into the URL",
    103: "there is no credit left: top the account up",
    105: "this address of ours is not allowed there: correct the filter of addresses",
    110: "the account or the token may not send SMS: allow it there",
    1000: "the account or the token may not send SMS: allow it there",
}
"""Errors that a person mends; until then no notice is lost to them."""
BUSY_S: Final = {52: 60.0, 201: 10.0, 202: 2.0, 203: 10.0, 999: 10.0}
"""Errors that pass, and how long to wait."""


class SmsApi(AskingChannel):
    """One account at SMSAPI."""

    def __init__(self, name: ChannelName, link: Link) -> None:
        super().__init__(name, link.base)
        if not link.user:
            raise unusable(link.scheme, "the token is missing: smsapi://TOKEN@api.smsapi.pl")
        self._headers = {"Authorization": f"Bearer {link.user}"}
        self._default = link.option("to")
        self._low = link.number("low", LOW_POINTS)
        self._ours = ""
        self._form = {"format": "json", "encoding": "utf-8", "check_idx": "1", "details": "1"}
        if sender := link.option("from"):
            self._form["from"] = sender
        if report := link.option("report"):
            self._form["notify_url"] = report
        if link.is_on("test"):
            self._form["test"] = "1"

    def keep_in(self, folder: Path) -> None:
        """Let our marks begin with a word of this installation alone.

        Another one with the same account may have an incident of the same number today; SMSAPI
        would take its texts for repetitions of ours.
        """
        self._ours = token_hex(8)
        file = folder / INSTALLATION
        with suppress(OSError):
            if not file.exists():
                whole.put(folder, {INSTALLATION: self._ours.encode()})
            kept = file.read_bytes()[:32].decode("ascii", "replace")
            self._ours = kept if kept.isalnum() else self._ours

    def examine(self) -> Iterator[Remark]:
        """Yield how much credit is left."""
        reply = self.gateway.ask("GET", "/profile", headers=self._headers)
        fault = _error(reply.get("error"))
        if fault is not None:
            raise fault
        if not reply.is_fine:
            raise refusal(reply)
        points = reply.get("points")
        if not isinstance(points, int | float):
            yield Remark(is_fine=True, text="SMSAPI takes the token")
            return
        low = points < self._low
        yield Remark(
            is_fine=not low,
            text=f"SMSAPI has {points:.2f} points left" + (f", less than {self._low:g}" * low),
            remedy="top the account up" if low else "",
        )

    def hand_over(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Hand one SMS over."""
        form = {"to": number_of(to, self._default), "message": one_text(text)}
        form["idx"] = self._ours + mark(key)
        reply = self.gateway.ask(
            "POST", "/sms.do", headers=self._headers, form={**self._form, **form}
        )
        code = reply.get("error")
        if code == SENT_BEFORE:
            return "SMSAPI had it already"
        fault = _error(code)
        if fault is not None:
            raise fault
        if not reply.is_fine:
            raise refusal(reply)
        return _taken(reply.get("list"))


def open_smsapi(name: ChannelName, url: str) -> Channel:
    """Return the channel of an SMSAPI URL.

    Raises:
        DeliveryError: the URL cannot be used.
    """
    return SmsApi(name, read_link(url, options=OPTIONS, host=HOST))


def _taken(rows: Any) -> str:
    """Return what is worth keeping of the one message that was taken."""
    row = rows[0] if isinstance(rows, list) and rows else None
    if not isinstance(row, dict):
        raise not_understood()
    if row.get("error") not in (None, 0, ""):
        fault = _error(row["error"])
        raise fault if fault is not None else not_understood()
    detail = f"SMSAPI {str(row.get('id', ''))[:64]}"
    points = row.get("points")
    return f"{detail}, {points:g} points" if isinstance(points, int | float) else detail


def _error(code: Any) -> DeliveryError | None:
    if not code:
        return None
    code = code if isinstance(code, int) else -1
    if code in FOR_GOOD:
        return DeliveryError(Retry.PERMANENT, f"error {code}: {FOR_GOOD[code]}")
    if code in BUSY_S:
        return DeliveryError(Retry.TRANSIENT, f"error {code}: it is busy", BUSY_S[code])
    known = OF_THE_ACCOUNT.get(code, "look it up in SMSAPI's list of errors")
    return for_a_person(f"error {code}: {known}")

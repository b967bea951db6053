"""Words -> an operator's message centre by SMPP 3.4: ``smpp://USER:PASSWORD@HOST:2775?from=DOLINA``.

``smpps://`` speaks TLS. The protocol knows no key of ours: what was sent without an answer may be
read twice, one message at most, for one goes at a time. The only module that imports smpplib.

Source: SMPP 3.4, 4.4 (``submit_sm``), 5.1.3 (states), 5.2.12 (``esm_class``), 5.2.19
(``data_coding``); 3GPP TS 23.040, 9.2.3.24.1 (concatenation).
"""

import logging
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from typing import Any, Final

import smsutil

from netwatch.delivery.channels import Address, Channel, Remark
from netwatch.delivery.channels.asking import ThreadedChannel
from netwatch.delivery.channels.gateway import for_a_person
from netwatch.delivery.channels.link import Link, read_link, unusable
from netwatch.delivery.channels.numbers import number_of, one_text
from netwatch.delivery.channels.parts import Parts
from netwatch.delivery.channels.pdu import MOST_PARTS
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey

OPTIONS: Final = frozenset({"from", "to"})
PORT: Final = 2775
ANSWER_S: Final = 10.0
IDLE_S: Final = 20.0
"""A session that was silent for longer is begun anew: the far end may have ended it."""
CHAINED: Final = 0x40
GSM, UCS_2 = 0x00, 0x08
INTERNATIONAL, NATIONAL, IN_LETTERS = 1, 2, 5
ISDN: Final = 1
NOT_FOR_THIS_ONE: Final = {
    0x01: "the text is too long",
    0x0B: "that is not a number that takes SMS",
    0x50: "that is not a number that takes SMS",
    0x51: "that is not a number that takes SMS",
}
OF_THE_ACCOUNT: Final = {
    0x0A: "the sender name is not allowed: correct from= in the URL",
    0x0D: "user and password are not accepted: put the right ones into the URL",
    0x0E: "user and password are not accepted: put the right ones into the URL",
    0x0F: "user and password are not accepted: put the right ones into the URL",
}
BUSY_S: Final = {0x14: 5.0, 0x58: 2.0}
"""Its queue is full; too many a second."""


class Smpp(ThreadedChannel):
    """One session with a message centre, as a transmitter. One message at a time."""

    longest_s = 60.0

    def __init__(self, name: ChannelName, link: Link) -> None:
        super().__init__(name, width=1, threads=1)
        if not (link.host and link.user):
            raise unusable(link.scheme, "it is written smpp://USER:PASSWORD@HOST:2775")
        self._link = link
        self._sender, self._default = link.option("from"), link.option("to")
        self._session: Any = None
        self._used_s = 0.0
        self._parts = Parts()

    def examine(self) -> Iterator[Remark]:
        """Yield whether a session can be had."""
        self._begin()
        self.let_go()  # a session that stands idle may be one too many there
        yield Remark(is_fine=True, text="the message centre takes user and password")

    def hand_over(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Hand one text over, part by part; parts that were taken are not sent again."""
        number = number_of(to, self._default)
        split = smsutil.split(one_text(text))
        if len(split.parts) > MOST_PARTS:
            raise DeliveryError(Retry.PERMANENT, "the text is too long")
        is_gsm = split.encoding == "gsm0338"
        bodies = [part.content.encode("gsm0338" if is_gsm else "utf-16-be") for part in split.parts]
        if len(bodies) > 1:
            reference = sha256(key.encode()).digest()[0]
            heads = (bytes([5, 0, 3, reference, len(bodies), n + 1]) for n in range(len(bodies)))
            bodies = [head + body for head, body in zip(heads, bodies, strict=True)]
        session = self._begin()
        how = {"data_coding": GSM if is_gsm else UCS_2, "esm_class": CHAINED * (len(bodies) > 1)}
        names = [self._submit(session, number, body, how) for body in self._parts.left(key, bodies)]
        return f"SMPP {names[0] if names else ''}".strip()

    def let_go(self) -> None:
        """End the session."""
        session, self._session = self._session, None
        if session is not None:
            from smpplib import exceptions  # noqa: PLC0415 - where there is such a channel

            with suppress(exceptions.ConnectionError, exceptions.PDUError, OSError):
                session.disconnect()

    def _begin(self) -> Any:
        """Return a session in which something may be sent.

        Raises:
            DeliveryError: there is none to be had; transient.
        """
        from smpplib import client, exceptions  # noqa: PLC0415 - where there is such a channel

        if self._session is not None and time.monotonic() - self._used_s < IDLE_S:
            return self._session
        self.let_go()
        logging.getLogger("smpp").setLevel(logging.CRITICAL + 1)  # it writes down all it sends
        tls = ssl.create_default_context() if self._link.scheme == "smpps" else None
        session = client.Client(
            self._link.host,
            self._link.port or PORT,
            timeout=ANSWER_S,
            ssl_context=tls,
            allow_unknown_opt_params=True,
        )
        self._session = session
        try:
            session.connect()
            session.bind_transmitter(system_id=self._link.user, password=self._link.password)
        except exceptions.PDUError as fault:
            self.let_go()
            raise _fault(fault.args[1] if len(fault.args) > 1 else 0) from None
        except (exceptions.ConnectionError, OSError):
            self.let_go()
            raise DeliveryError(Retry.TRANSIENT, "no session can be had there") from None
        self._used_s = time.monotonic()
        return session

    def _submit(self, session: Any, number: str, body: bytes, how: dict[str, int]) -> str:
        from smpplib import exceptions  # noqa: PLC0415 - where there is such a channel

        letters = not self._sender.lstrip("+").isdecimal()
        try:
            sent = session.send_message(
                source_addr_ton=IN_LETTERS if letters else INTERNATIONAL,
                source_addr_npi=0 if letters else ISDN,
                source_addr=self._sender.lstrip("+"),
                dest_addr_ton=INTERNATIONAL if number.startswith("+") else NATIONAL,
                dest_addr_npi=ISDN,
                destination_addr=number.lstrip("+"),
                short_message=body,
                registered_delivery=False,
                **how,
            )
            status, name = _answer(session, sent.sequence)
        except (exceptions.ConnectionError, exceptions.PDUError, OSError):
            self.let_go()
            gone = "no whole answer came; it may have been taken"
            raise DeliveryError(Retry.UNKNOWN, gone) from None
        self._used_s = time.monotonic()
        if status:
            raise _fault(status)
        return name


def _answer(session: Any, sequence: int) -> tuple[int, str]:
    """Return the state and the name of what bears ``sequence``; other things are passed over."""
    from smpplib import smpp  # noqa: PLC0415 - where there is such a channel

    until_s = time.monotonic() + ANSWER_S
    while time.monotonic() < until_s:
        heard = session.read_pdu()
        if heard.command == "enquire_link":
            session.send_pdu(
                smpp.make_pdu("enquire_link_resp", client=session, sequence=heard.sequence)
            )
        elif heard.sequence == sequence and heard.command in ("submit_sm_resp", "generic_nack"):
            name = getattr(heard, "message_id", b"") or b""
            return int(heard.status), name.decode("ascii", "replace")[:64]
    raise TimeoutError


def _fault(status: int) -> DeliveryError:
    about = f"status 0x{status:02X}"
    if status in NOT_FOR_THIS_ONE:
        return DeliveryError(Retry.PERMANENT, f"{about}: {NOT_FOR_THIS_ONE[status]}")
    if status in OF_THE_ACCOUNT:
        return for_a_person(f"{about}: {OF_THE_ACCOUNT[status]}")
    return DeliveryError(Retry.TRANSIENT, f"{about}: not taken now", BUSY_S.get(status))


def open_smpp(name: ChannelName, url: str) -> Channel:
    """Return the channel of a message centre.

    Raises:
        DeliveryError: the URL cannot be used.
    """
    return Smpp(name, read_link(url, options=OPTIONS))

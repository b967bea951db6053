"""Words -> a GSM modem on a serial line: ``modem:///dev/ttyUSB0?pin=1234``.

The way out that needs no network of ours. It is slow, six to ten messages a minute, so it should
stand in for another channel (``then``) and call the staff, not carry every day's texts.

It also fetches what people answer (``two_way``), when nothing else reaches us any more.

Source: 3GPP TS 27.005 (``+CMGS``, ``+CMGL``, ``+CMGD`` in PDU mode, ``+CMS ERROR``), TS 27.007
(``+CPIN``, ``+CREG``).
"""

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from typing import Final, Protocol

from netwatch.delivery.channels import Address, Channel, Remark, Sleep, Taken
from netwatch.delivery.channels.asking import ThreadedChannel
from netwatch.delivery.channels.gateway import for_a_person
from netwatch.delivery.channels.inbox import Inbox, Lying
from netwatch.delivery.channels.link import Link, read_link, unusable
from netwatch.delivery.channels.numbers import number_of, one_text
from netwatch.delivery.channels.parts import Parts
from netwatch.delivery.channels.pdu import SERVICE_CENTRE_OF_THE_SIM, TooLongError, submits
from netwatch.delivery.channels.serial_line import SerialLine
from netwatch.delivery.render import Text
from netwatch.model.faults import DeliveryError, Retry
from netwatch.model.names import ChannelName, NoticeKey

OPTIONS: Final = frozenset({"baud", "pin", "to"})
BAUD: Final = 115200
SHORT_S: Final = 5.0
"""For a command that the modem answers by itself."""
NETWORK_S: Final = 40.0
"""For one message: the network may think about it."""
FETCHED_EVERY_S: Final = 2.0
DEAF_AFTER: Final = 30
"""After so many looks in vain somebody is told."""
AT_HOME, ROAMING = "1", "5"
ENDS: Final = re.compile(r"OK|ERROR|\+CM[SE] ERROR: .*")
END_OF_MESSAGE: Final = b"\x1a"
LEAVE: Final = b"\x1b"
"""Ends whatever a modem still waits for."""

NO_PIN: Final = "its SIM card wants a PIN: add pin= to the URL"
WRONG_PIN: Final = "its SIM card wants another PIN; it is not tried again, three wrong ones lock it"
LOCKED: Final = "its SIM card is locked and wants its PUK"
OF_THE_MODEM: Final = {
    10: "there is no SIM card in it",
    11: NO_PIN,
    12: LOCKED,
    13: "its SIM card is broken",
    15: "its SIM card is not the right one",
    16: WRONG_PIN,
}
"""``+CME ERROR``: what a person mends."""
NO_NUMBER: Final = frozenset({1, 28, 30})
OF_THE_NETWORK: Final = {
    8: "the operator does not let this SIM card send",
    10: "the operator does not let this SIM card send",
    21: "the network refuses it",
    50: "this SIM card has no SMS with its operator",
    310: OF_THE_MODEM[10],
    311: NO_PIN,
    313: OF_THE_MODEM[13],
    316: LOCKED,
    330: "its SIM card knows no service centre: set it with AT+CSCA",
}
"""``+CMS ERROR``: what a person mends."""
PERHAPS_SENT: Final = frozenset({332, 500})


class Line(Protocol):
    """A line to a modem, one command at a time."""

    def ask(self, command: bytes, ends: re.Pattern[str], within_s: float) -> list[str]:
        """Send what ends with a return; give the lines up to one that ``ends`` matches."""
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


OpenLine = Callable[[str, int], Line]


class Modem(ThreadedChannel):
    """One modem, and the SIM card in it. One message at a time."""

    longest_s = 180.0

    def __init__(self, name: ChannelName, link: Link, open_line: OpenLine = SerialLine) -> None:
        super().__init__(name, width=1, threads=1)
        if not link.path.strip("/"):
            raise unusable(link.scheme, "it is written modem:///dev/ttyUSB0")
        self._device, self._open_line = link.path, open_line
        self._baud = int(link.number("baud", BAUD))
        self._pin, self._default = link.option("pin"), link.option("to")
        if self._pin and not re.fullmatch("[0-9]{4,8}", self._pin):
            raise unusable(link.scheme, "pin takes 4 to 8 digits")
        self._pin_failed = False
        self._line: Line | None = None
        self._parts = Parts()
        self._inbox = Inbox()
        self._taken: Taken | None = None
        self._missed = 0

    def receive_to(self, taken: Taken) -> None:
        """Fetch what people answer, and hand it in there."""
        self._taken = taken

    async def tend(self, sleep: Sleep) -> None:
        """Look at the modem now and then, and at what came in."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(super().tend(sleep))
            if self._taken is not None:
                tasks.create_task(self._listen(sleep, self._taken))

    async def _listen(self, sleep: Sleep, taken: Taken) -> None:
        """Hand in what came; only what was taken for good is forgotten by the modem."""
        while True:
            try:
                for lying in await self.aside(self._fetch):
                    await taken(lying.received)
                    await self.aside(self._forget, lying)
                self._missed = 0
            except DeliveryError as fault:
                self._missed += 1
                if self._missed == DEAF_AFTER:
                    self.warning = f"nothing can be fetched from it: {fault.detail}"
            await sleep(FETCHED_EVERY_S)

    def _fetch(self) -> list[Lying]:
        line = self._ready()
        try:
            return self._inbox.texts(self._command(line, "AT+CMGL=4", NETWORK_S))
        except OSError:
            self.let_go()
            raise DeliveryError(Retry.TRANSIENT, "it does not list what came") from None

    def _forget(self, lying: Lying) -> None:
        line = self._ready()
        try:
            for place in lying.places:
                self._command(line, f"AT+CMGD={place}")
        except OSError:
            self.let_go()
            raise DeliveryError(Retry.TRANSIENT, "it does not forget what came") from None

    def examine(self) -> Iterator[Remark]:
        """Yield whether the modem is in a network, and how well it hears it."""
        line = self._ready()
        said = self._command(line, "AT+CSQ")
        found = next((one for one in said if one.startswith("+CSQ:")), "")
        level = int(digits[0]) if (digits := re.findall("[0-9]+", found)) else 99
        weak = level in (0, 1, 2, 3, 4, 99)
        dbm = f"{-113 + 2 * level} dBm" if level <= 31 else "unknown"  # noqa: PLR2004 - TS 27.007
        yield Remark(
            is_fine=not weak,
            text=f"the modem is in its network, signal {dbm}",
            remedy="give it a better place or another aerial" if weak else "",
        )

    def hand_over(self, to: Address, text: Text, key: NoticeKey) -> str:
        """Send one text, part by part; parts that the network has are not sent again."""
        number = number_of(to, self._default)
        try:
            parts = submits(number, one_text(text), sha256(key.encode()).digest()[0])
        except TooLongError as fault:
            raise DeliveryError(Retry.PERMANENT, str(fault)) from None
        line = self._ready()
        for part in self._parts.left(key, parts):
            self._send(line, part)
        return f"taken by the network, {len(parts)} segments" if len(parts) > 1 else "taken by it"

    def let_go(self) -> None:
        """Close the line."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(OSError):
                line.close()

    def _ready(self) -> Line:
        """Return a line to a modem that can send.

        Raises:
            DeliveryError: it cannot; transient.
        """
        try:
            if self._line is None:
                self._line = self._open_line(self._device, self._baud)
            line = self._line
            line.ask(LEAVE + b"AT\r", ENDS, SHORT_S)
            for command in ("ATE0", "AT+CMEE=1"):
                self._command(line, command)
            self._unlock(line)
            self._command(line, "AT+CMGF=0")
            self._see_network(line)
        except OSError as fault:
            self.let_go()
            why = fault.strerror or "it does not answer"
            raise DeliveryError(Retry.TRANSIENT, f"no modem can be used there: {why}") from None
        return line

    def _unlock(self, line: Line) -> None:
        said = self._command(line, "AT+CPIN?")
        if any("READY" in one for one in said):
            self._pin_failed = False
            return
        if not any(one.strip() == "+CPIN: SIM PIN" for one in said):
            raise for_a_person(LOCKED)
        if not self._pin:
            raise for_a_person(NO_PIN)
        if self._pin_failed:  # three wrong ones lock the card
            raise for_a_person(WRONG_PIN)
        self._pin_failed = True
        self._command(line, f'AT+CPIN="{self._pin}"', NETWORK_S)
        self._pin_failed = False

    def _see_network(self, line: Line) -> None:
        said = next((one for one in self._command(line, "AT+CREG?") if "+CREG:" in one), "")
        state = re.findall("[0-9]+", said)[1:2]
        if state not in ([AT_HOME], [ROAMING]):
            raise DeliveryError(Retry.TRANSIENT, "the modem finds no network that takes it")

    def _send(self, line: Line, part: bytes) -> None:
        whole = (SERVICE_CENTRE_OF_THE_SIM + part).hex().upper().encode()
        try:
            asked = line.ask(
                f"AT+CMGS={len(part)}\r".encode(), re.compile(f"> |{ENDS.pattern}"), SHORT_S
            )
        except OSError:
            self.let_go()
            raise DeliveryError(Retry.TRANSIENT, "the modem does not ask for the words") from None
        if not asked[-1].startswith(">"):
            raise _fault(asked[-1])
        try:
            said = line.ask(whole + END_OF_MESSAGE, ENDS, NETWORK_S)
        except OSError:
            self.let_go()
            gone = "the modem fell silent over it; the network may have it"
            raise DeliveryError(Retry.UNKNOWN, gone) from None
        if said[-1] != "OK" or not any(one.startswith("+CMGS:") for one in said):
            raise _fault(said[-1])

    @staticmethod
    def _command(line: Line, command: str, within_s: float = SHORT_S) -> list[str]:
        said = line.ask(f"{command}\r".encode(), ENDS, within_s)
        if said[-1] != "OK":
            raise _fault(said[-1])
        return said[:-1]


def open_modem(name: ChannelName, url: str) -> Channel:
    """Return the channel of a modem.

    Raises:
        DeliveryError: the URL cannot be used.
    """
    return Modem(name, read_link(url, options=OPTIONS))


def _fault(said: str) -> DeliveryError:
    found = re.search("[0-9]+", said)
    code = int(found[0]) if found else 0
    known = (OF_THE_MODEM if "+CME" in said else OF_THE_NETWORK).get(code)
    if known:
        return for_a_person(f"error {code}: {known}")
    if "+CMS" in said and code in NO_NUMBER:
        return DeliveryError(Retry.PERMANENT, f"error {code}: there is no such number")
    if "+CMS" in said and code in PERHAPS_SENT:
        why = f"error {code}: the network did not answer; it may have it"
        return DeliveryError(Retry.UNKNOWN, why)
    return DeliveryError(Retry.TRANSIENT, f"error {code}: the network does not take it now")

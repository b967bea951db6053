"""A GSM modem behind a pseudo-terminal, by TS 27.005, and a phone that reads its messages."""

import os
import re
import threading
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

GSM_7 = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = {
    10: "\f",
    20: "^",
    40: "{",
    41: "}",
    47: "\\",
    60: "[",
    61: "~",
    62: "]",
    64: "|",
    101: "€",
}


@dataclass(frozen=True)
class Part:
    """One message as a phone gets it."""

    number: str
    text: str
    reference: int | None
    count: int
    place: int


def read(pdu: bytes) -> Part:
    """Read an SMS-SUBMIT bit by bit, as TS 23.040 draws it; knows nothing of how it was made."""
    assert pdu[0] == 0, "the service centre of the SIM card"
    first, digits, kind = pdu[1], pdu[3], pdu[4]
    assert first & 0x03 == 1, "SMS-SUBMIT"
    assert first & 0x18 == 0x10, "a validity counted from now"
    at = 5 + (digits + 1) // 2
    number = "".join(f"{octet & 15:X}{octet >> 4:X}" for octet in pdu[5:at])[:digits]
    assert number.isdecimal()
    scheme, length, body = pdu[at + 1], pdu[at + 3], pdu[at + 4 :]
    head = body[: body[0] + 1] if first & 0x40 else b""
    if scheme == 8:
        assert length == len(body) <= 140
        text = body[len(head) :].decode("utf-16-be")
    else:
        assert scheme == 0
        assert length <= 160
        assert len(body) == (length * 7 + 7) // 8 <= 140
        bits = "".join(f"{octet:08b}"[::-1] for octet in body)
        septets = [int(bits[n * 7 : n * 7 + 7][::-1], 2) for n in range(length)]
        text = letters(septets[-(-len(head) * 8 // 7) :])
    chained = (head[3], head[4], head[5]) if head else (None, 1, 1)
    return Part(("+" if kind == 0x91 else "") + number, text, *chained)


def letters(septets: list[int]) -> str:
    said, escaped = "", False
    for one in septets:
        said += EXTENDED[one] if escaped else ("" if one == 27 else GSM_7[one])
        escaped = one == 27 and not escaped
    return said


@dataclass
class FakeModem:
    """A modem, its SIM card and its network."""

    device: str = ""
    echo: bool = True
    pin: str = ""
    pins_tried: list[str] = field(default_factory=list)
    network: str = "0,1"
    signal: int = 20
    taken: list[Part] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    """What the network answers to the next messages, an empty text being a yes."""
    chatty: bool = False
    """It says things by itself."""
    silent_over: int = 0
    """So many messages it takes, and falls silent."""
    dead: bool = False
    pdu_mode: bool = False
    _waits: int | None = None

    def answer(self, command: str) -> str:
        if self._waits is not None:
            return self.message(command)
        word = command.upper()
        if word.startswith("AT+CPIN="):
            return self.unlock(command[9:-1])
        if word.startswith("AT+CMGS=") and self.pdu_mode and not self.pin:
            self._waits = int(word[8:])
            return "\r\n> "
        self.echo = self.echo and word != "ATE0"
        self.pdu_mode = self.pdu_mode or word == "AT+CMGF=0"
        known = {
            **dict.fromkeys(("AT", "ATE0", "AT+CMEE=1", "AT+CMGF=0"), ()),
            "AT+CPIN?": ("+CPIN: SIM PIN" if self.pin else "+CPIN: READY",),
            "AT+CREG?": (f"+CREG: {self.network}",),
            "AT+CSQ": (f"+CSQ: {self.signal},99",),
        }
        return self.ok(*known[word]) if word in known else "\r\nERROR\r\n"

    def unlock(self, pin: str) -> str:
        self.pins_tried.append(pin)
        if pin != self.pin:
            return "\r\n+CME ERROR: 16\r\n"
        self.pin = ""
        return self.ok()

    def message(self, pdu: str) -> str:
        length, self._waits = self._waits, None
        whole = bytes.fromhex(pdu)
        if len(whole) - 1 != length:
            return "\r\n+CMS ERROR: 304\r\n"
        error = self.errors.pop(0) if self.errors else ""
        if error:
            return f"\r\n{error}\r\n"
        self.taken.append(read(whole))
        if self.silent_over:
            self.silent_over -= 1
            return ""
        return self.ok(f"+CMGS: {len(self.taken) % 256}")

    def leave(self) -> None:
        self._waits = None

    def ok(self, *lines: str) -> str:
        news = ['+CMTI: "SM",3', "^RSSI:20"] if self.chatty else []
        said = "".join(f"\r\n{line}\r\n" for line in (*news, *lines))
        return f"{said}\r\nOK\r\n"


@contextmanager
def modem_of(fake: FakeModem) -> Iterator[FakeModem]:
    """Let a modem sit behind a pseudo-terminal for as long as the test lasts."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    fake.device = os.ttyname(theirs)
    thread = threading.Thread(target=_serve, args=(fake, ours))
    thread.start()
    try:
        yield fake
    finally:
        os.write(theirs, b"\x00stop")
        thread.join(5.0)
        for one in (ours, theirs):
            with suppress(OSError):
                os.close(one)


def _serve(fake: FakeModem, ours: int) -> None:
    heard = b""
    while b"\x00stop" not in heard:
        heard += os.read(ours, 4096)
        while found := re.search(rb"[\r\x1a\x1b]", heard):
            command, end, heard = heard[: found.start()], found[0], heard[found.end() :]
            if end == b"\x1b":
                fake.leave()
            elif not fake.dead:
                echoed = command + end if fake.echo else b""
                os.write(ours, echoed + fake.answer(command.decode().strip()).encode())

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


def arriving(number: str, text: str, *, chain: int = 7, at: int = 0) -> list[bytes]:
    """Write a text as a network delivers it, bit by bit; knows nothing of how it is read."""
    plain = all(letter in GSM_7 and letter != "\x1b" for letter in text)
    room = 153 if plain else 67
    whole = len(text) <= (160 if plain else 70)
    parts = [text] if whole else [text[n : n + room] for n in range(0, len(text), room)]
    return [
        _arriving(number, part, (chain, len(parts), place) if len(parts) > 1 else None, plain, at)
        for place, part in enumerate(parts, start=1)
    ]


def _arriving(
    number: str, text: str, chain: tuple[int, int, int] | None, plain: bool, at: int
) -> bytes:
    digits = number.lstrip("+")
    even = digits + "F" * (len(digits) % 2)
    sender = bytes.fromhex("".join(even[n + 1] + even[n] for n in range(0, len(even), 2)))
    kind = 0x91 if number.startswith("+") else 0x81
    head = b"" if chain is None else bytes([5, 0, 3, *chain])
    if plain:
        septets = [0] * -(-len(head) * 8 // 7) + [GSM_7.index(letter) for letter in text]
        bits = "".join(f"{one:07b}"[::-1] for one in septets)
        bits += "0" * (-len(bits) % 8)
        body = bytes(int(bits[n : n + 8][::-1], 2) for n in range(0, len(bits), 8))
        body, length = head + body[len(head) :], len(septets)
    else:
        body = head + text.encode("utf-16-be")
        length = len(body)
    first = 0x04 | (0x40 if head else 0)
    stamp = bytes.fromhex(f"6211322081{at:02d}40")
    centre = bytes.fromhex("07918406010013F0")
    scheme = 0 if plain else 8
    return (
        centre
        + bytes([first, len(digits), kind])
        + sender
        + bytes([0, scheme])
        + stamp
        + bytes([length])
        + body
    )


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
    keeps: bool = False
    """It does not forget what it is told to forget."""
    lying: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    """Messages that came: where they lie, in which state."""
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
        if word == "AT+CMGL=4" and self.pdu_mode:
            return self.ok(*self.listed())
        if word.startswith("AT+CMGD="):
            return self.forget(int(word[8:]))
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

    def forget(self, place: int) -> str:
        if self.keeps:
            return "\r\n+CMS ERROR: 320\r\n"
        self.lying.pop(place, None)
        return self.ok()

    def listed(self) -> list[str]:
        """Return what lies there, as TS 27.005 lists it; the length is without the centre's."""
        return [
            f"+CMGL: {place},{state},,{len(pdu) - 1 - pdu[0]}\r\n{pdu.hex().upper()}"
            for place, (state, pdu) in sorted(self.lying.items())
        ]

    def comes(self, *pdus: bytes) -> None:
        """Let messages come in."""
        for pdu in pdus:
            place = next(one for one in range(1, 100) if one not in self.lying)
            self.lying[place] = (0, pdu)

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

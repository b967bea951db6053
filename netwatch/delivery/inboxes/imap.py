"""A mailbox: ``imaps://USER:PASSWORD@mail.example.com/INBOX``.

Who wrote may be forged in a mail, so a mail counts only where it quotes a message of ours; that is
looked at elsewhere.

Source: RFC 3501; ``imaplib``. What was taken is marked as read, and nothing is deleted.
"""

import imaplib
import ssl
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from netwatch.delivery.channels import Received
from netwatch.delivery.channels.link import Link, is_here, read_link, unusable
from netwatch.delivery.inboxes import MOST
from netwatch.delivery.inboxes.letters import NoLetterError, letter
from netwatch.model.faults import DeliveryError, Retry

ANSWER_S: Final = 15.0
LARGEST: Final = 200_000
"""So much of a mail is fetched; its first words stand at its beginning."""
PORTS: Final = {"imaps": 993, "imap": 143}
BOX: Final = "INBOX"


class Mailbox:
    """One folder of one account."""

    def __init__(self, link: Link) -> None:
        if not (link.host and link.user and link.password):
            raise unusable(link.scheme, "it is written imaps://USER:PASSWORD@HOST/FOLDER")
        if link.scheme == "imap" and not is_here(link.host):
            raise unusable(link.scheme, "the password would be seen on the way: use imaps://")
        self._link, self._box = link, link.path.strip("/") or BOX
        if any(one in self._box for one in '"\\\r\n'):
            raise unusable(link.scheme, "the folder's name cannot be used")
        self._mail: imaplib.IMAP4 | None = None
        self._places: dict[str, bytes] = {}
        """Where the messages lie that were fetched."""

    def fetch(self) -> list[Received]:
        """Return the oldest unread mails that a person wrote; others are left as they are."""
        try:
            mail = self._opened()
            found = self._said(mail.uid("SEARCH", "UNSEEN", "UNDELETED", "UNKEYWORD", "$Passed"))
            places = (found[0] or b"").split()[:MOST]
            return [one for one in (self._read(mail, place) for place in places) if one]
        except (imaplib.IMAP4.error, OSError) as fault:
            raise self._lost(fault) from None

    def forget(self, received: Received) -> None:
        """Mark a mail as read."""
        place = self._places.pop(received.number, None)
        if place is None:
            return
        try:
            self._said(self._opened().uid("STORE", place.decode(), "+FLAGS.SILENT", "(\\Seen)"))
        except (imaplib.IMAP4.error, OSError) as fault:
            raise self._lost(fault) from None

    def close(self) -> None:
        """Leave."""
        mail, self._mail = self._mail, None
        if mail is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                mail.logout()
            with suppress(OSError):
                mail.shutdown()

    def _read(self, mail: imaplib.IMAP4, place: bytes) -> Received | None:
        """Return one mail; None where no person wrote it: it is not asked for again."""
        wanted = f"(BODY.PEEK[]<0.{LARGEST}>)"
        parts = self._said(mail.uid("FETCH", place.decode(), wanted))
        raw = next((part[1] for part in parts if isinstance(part, tuple)), b"")
        try:
            received = letter(raw)
        except NoLetterError:
            mail.uid("STORE", place.decode(), "+FLAGS.SILENT", "($Passed)")
            return None
        self._places[received.number] = place
        return received

    def _opened(self) -> imaplib.IMAP4:
        if self._mail is None:
            self._mail = self._connected()
            try:
                self._mail.login(self._link.user, self._link.password)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error:
                self.close()
                raise DeliveryError(
                    Retry.TRANSIENT, "user and password are not accepted: put the right ones in"
                ) from None
        self._said(self._mail.select(f'"{self._box}"'))
        return self._mail

    def _connected(self) -> imaplib.IMAP4:
        port = self._link.port or PORTS[self._link.scheme]
        if self._link.scheme == "imap":
            return imaplib.IMAP4(self._link.host, port, timeout=ANSWER_S)
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(self._link.host, port, ssl_context=context, timeout=ANSWER_S)

    def _said(self, answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
        if answer[0] != "OK":
            raise imaplib.IMAP4.error("it says no")
        return answer[1]

    def _lost(self, fault: Exception) -> DeliveryError:
        """Return what a failure means; the connection is made anew."""
        self.close()
        if isinstance(fault, ssl.SSLCertVerificationError):
            return DeliveryError(Retry.TRANSIENT, "its certificate is not to be believed")
        return DeliveryError(Retry.TRANSIENT, "the mailbox does not answer, or says no")


def open_imap(url: str) -> Mailbox:
    """Return the inbox of a mailbox."""
    return Mailbox(read_link(url, options=frozenset()))

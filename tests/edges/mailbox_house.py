"""A real IMAP server (dovecot) in a folder of the test, on a port of its own."""

import imaplib
import os
import pwd
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.edges.ports import free_port

DOVECOT = "/usr/sbin/dovecot"
USER, PASSWORD = "noc", "canary-password"
STARTS_S = 20.0


@dataclass(frozen=True)
class Mailbox:
    """Where it listens, and where its mails lie."""

    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"imap://{USER}:{PASSWORD}@127.0.0.1:{self.port}/INBOX"

    def comes(self, raw: bytes) -> None:
        """Let a mail come in, as a server that delivers does."""
        mail = imaplib.IMAP4("127.0.0.1", self.port, timeout=STARTS_S)
        try:
            mail.login(USER, PASSWORD)
            assert mail.append("INBOX", "", "", raw)[0] == "OK"
        finally:
            mail.logout()

    def unread(self) -> int:
        """Return how many mails lie there that nobody has read."""
        mail = imaplib.IMAP4("127.0.0.1", self.port, timeout=STARTS_S)
        try:
            mail.login(USER, PASSWORD)
            mail.select("INBOX", readonly=True)
            return len(mail.search(None, "UNSEEN")[1][0].split())
        finally:
            mail.logout()


@contextmanager
def mailbox(folder: Path) -> Iterator[Mailbox]:
    """Serve one mailbox until the test is over."""
    port, config = free_port(), folder / "dovecot.conf"
    user = pwd.getpwnam("mail")
    mails = folder / "mails"
    mails.mkdir()
    os.chown(mails, user.pw_uid, user.pw_gid)
    for parent in (folder, *folder.parents):
        if parent.stat().st_mode & 0o001 == 0 and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o011)
    passwords = folder / "users"
    passwords.write_text(f"{USER}:{{PLAIN}}{PASSWORD}:{user.pw_uid}:{user.pw_gid}::{mails}::\n")
    passwords.chmod(0o644)
    config.write_text(
        f"base_dir = {folder}/run\nstate_dir = {folder}/state\nlog_path = {folder}/log\n"
        "protocols = imap\nssl = no\ndisable_plaintext_auth = no\nlisten = 127.0.0.1\n"
        f"mail_location = maildir:{mails}\nfirst_valid_uid = 1\nfirst_valid_gid = 1\n"
        f"passdb {{\n driver = passwd-file\n args = {passwords}\n}}\n"
        f"userdb {{\n driver = passwd-file\n args = {passwords}\n}}\n"
        f"service imap-login {{\n inet_listener imap {{\n  port = {port}\n }}\n"
        " inet_listener imaps {\n  port = 0\n }\n chroot =\n}\n"
        "service anvil {\n chroot =\n}\n"
    )
    process = subprocess.Popen([DOVECOT, "-F", "-c", str(config)], stderr=subprocess.PIPE)
    try:
        _wait(port, process, folder)
        yield Mailbox(port, mails)
    finally:
        process.terminate()
        process.communicate(timeout=STARTS_S)


def _wait(port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    end = time.monotonic() + STARTS_S
    while time.monotonic() < end and process.poll() is None:
        with suppress(OSError, imaplib.IMAP4.error):
            mail = imaplib.IMAP4("127.0.0.1", port, timeout=2.0)
            mail.login(USER, PASSWORD)
            mail.logout()
            return
        time.sleep(0.05)
    log = folder / "log"
    raise AssertionError(log.read_text() if log.exists() else "dovecot did not start")

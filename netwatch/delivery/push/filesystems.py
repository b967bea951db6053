"""A target -> its file system. The one place that knows fsspec and what stands behind it."""

import io
import logging
from typing import Any, Final

import fsspec
import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from netwatch.delivery.push.target import Reveal, Target

CONNECT_S: Final = 10
ANSWER_S: Final = 20
"""Nothing that we ask of the far end takes longer, or it counts as gone."""
logging.getLogger("paramiko").addHandler(logging.NullHandler())  # it raises what it logs, too
logging.getLogger("paramiko").propagate = False
KEYS: Final = (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey)


class KnownSftp(SFTPFileSystem):  # type: ignore[misc] # fsspec is untyped
    """SFTP to hosts whose key we know, and to no others: the page must not be pushed to a thief."""

    cachable = False

    def __init__(self, host: str, *, known_hosts: str = "", **given: Any) -> None:
        self._known_hosts = known_hosts
        super().__init__(host, host_key_policy="reject", **given)

    def _connect(self) -> None:
        self.client = paramiko.SSHClient()
        self.client.set_missing_host_key_policy(self.host_key_policy)
        if self._known_hosts:
            self.client.load_host_keys(self._known_hosts)
        else:
            self.client.load_system_host_keys()
        self.client.connect(self.host, **self.ssh_kwargs)
        self.ftp = self.client.open_sftp()
        channel = self.ftp.get_channel()
        if channel is not None:
            channel.settimeout(ANSWER_S)


def file_system(target: Target, reveal: Reveal) -> Any:
    """Return a file system of its own: a connection, where there is one.

    Raises:
        OSError: it cannot be reached, a key file cannot be read.
        paramiko.SSHException: the far end is not who it should be, or does not let us in.
    """
    match target.scheme:
        case "sftp":
            return KnownSftp(target.host, **_ssh(target, reveal))
        case "s3":
            return fsspec.filesystem("s3", **_s3(target, reveal))
        case _:
            return fsspec.filesystem("file", auto_mkdir=False)


def close(system: Any) -> None:
    """Let go of a file system's connection, so that whoever waits for it fails at once."""
    client = getattr(system, "client", None)
    if client is not None:
        client.close()


def faults() -> tuple[type[BaseException], ...]:
    """Return what a far end may do to us; everything else is a fault of our own."""
    common = (OSError, EOFError, paramiko.SSHException)
    try:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - an extra
    except ImportError:
        return common
    return (*common, BotoCoreError, ClientError)


def _ssh(target: Target, reveal: Reveal) -> dict[str, Any]:
    options = target.options
    passphrase = reveal(options["passphrase"]) if "passphrase" in options else None
    given: dict[str, Any] = {
        "username": target.user or None,
        "port": target.port or 22,
        "known_hosts": options.get("known_hosts", ""),
        "timeout": CONNECT_S,
        "banner_timeout": CONNECT_S,
        "auth_timeout": CONNECT_S,
        "allow_agent": False,
    }
    if "key" in options:
        given |= {"pkey": _key(reveal(options["key"]), passphrase), "look_for_keys": False}
    if "password" in options:
        given |= {"password": reveal(options["password"]), "look_for_keys": False}
    return given


def _key(text: str, passphrase: str | None) -> paramiko.PKey:
    for kind in KEYS:
        try:
            return kind.from_private_key(io.StringIO(f"{text}\n"), passphrase)
        except (paramiko.SSHException, ValueError):
            continue
    raise paramiko.SSHException("the key is none that can be read, or its passphrase is wrong")


def _s3(target: Target, reveal: Reveal) -> dict[str, Any]:
    options = target.options
    client = {"endpoint_url": options.get("endpoint"), "region_name": options.get("region")}
    times = {"connect_timeout": CONNECT_S, "read_timeout": ANSWER_S, "retries": {"max_attempts": 1}}
    return {
        "key": reveal(options["key"]) if "key" in options else None,
        "secret": reveal(options["secret"]) if "secret" in options else None,
        "client_kwargs": {name: value for name, value in client.items() if value},
        "config_kwargs": times,
        "use_listings_cache": False,
        "skip_instance_cache": True,
    }

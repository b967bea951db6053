"""What ``[website]`` of netwatch.toml may say."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, with_config

from netwatch.delivery.push.target import target_of


def _web(text: str) -> str:
    if urlsplit(text).scheme not in ("http", "https"):
        raise ValueError(f"{text!r} is no web address; write it like https://status.example")
    return text


def _push(line: str) -> str:
    target_of(line)
    return line


Web = Annotated[str, AfterValidator(_web)]
Push = Annotated[str, AfterValidator(_push)]


@with_config(ConfigDict(extra="forbid", arbitrary_types_allowed=True))
@dataclass(frozen=True, slots=True, kw_only=True)
class Website:
    """Where the public page is written."""

    url: Web | None = None
    directory: Path = Path("website")
    """Relative to ``state`` unless given in the file."""
    aim: Annotated[float, Field(gt=0, le=100)] | None = None
    """The share of a year in which you mean to give service, in per cent: told on the page."""
    push: tuple[Push, ...] = ()
    """Where it is pushed to, off our own network: ``sftp://``, ``s3://``, a directory."""


def _machine(text: str) -> str:
    host = text.strip()
    if not host or any(letter in host for letter in "/@ ") or host != text:
        raise ValueError(f"{text[:60]!r} is no machine; write its name or address alone")
    return host


Machine = Annotated[str, AfterValidator(_machine)]


def is_secure(url: str) -> bool:
    """Say whether browsers let a page at this address show notices: https, or this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")

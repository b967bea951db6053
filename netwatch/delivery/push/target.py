"""A line of ``[website] push`` -> where the page is pushed to, and by which options."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

OPTIONS: Final[Mapping[str, frozenset[str]]] = {
    "sftp": frozenset({"key", "passphrase", "password", "known_hosts"}),
    "s3": frozenset({"endpoint", "region", "key", "secret"}),
    "file": frozenset(),
    "wordpress": frozenset({"page", "password"}),
    "wordpress+http": frozenset({"page", "password"}),
}
SECRET: Final = frozenset({"key", "passphrase", "password", "secret"})
"""Options that are written as references: ``credential:NAME``, ``file:PATH``, ``env:NAME``."""
REFERENCES: Final = ("credential:", "file:", "env:")
Reveal = Callable[[str], str]
"""Reference -> the secret itself."""


class TargetError(ValueError):
    """A line that names no place to push to."""

    def __init__(self, wrong: str, remedy: str) -> None:
        super().__init__(wrong)
        self.wrong, self.remedy = wrong, remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A place that the page is pushed to. Its options hold references, never a secret itself."""

    scheme: str
    host: str = ""
    """Of ``s3``: the bucket."""
    port: int | None = None
    user: str = ""
    path: str = ""
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """Return what people call it: without user and options."""
        return f"{self.scheme}://{self.host}{self.path}"

    @property
    def machine(self) -> str:
        """Return the machine that it stands on, as far as the line says so; else nothing."""
        if self.scheme == "s3":
            return urlsplit(self.options.get("endpoint", "")).hostname or ""
        return self.host


def target_of(line: str) -> Target:
    """Return what a line names.

    Args:
        line: ``sftp://USER@HOST:PORT/PATH?key=credential:NAME&known_hosts=PATH``,
            ``wordpress://USER@HOST/wp-json?page=NUMBER&password=credential:NAME``,
            ``s3://BUCKET/PREFIX?endpoint=URL&region=NAME&key=env:A&secret=credential:B``, or the
            path of a directory.

    Raises:
        TargetError: it names none, or holds a secret in plain text.
    """
    if line.startswith("/"):
        return Target(scheme="file", path=line.rstrip("/") or "/")
    try:
        parts = urlsplit(line)
        port = parts.port
    except ValueError as fault:
        raise TargetError(f"is no URL: {fault}", _HOW) from None
    known = OPTIONS.get(parts.scheme)
    if known is None:
        raise TargetError(f"cannot be pushed to by {parts.scheme or 'that'!r}", _HOW)
    if parts.password is not None:
        raise TargetError("holds a password in plain text", "write ?password=credential:NAME")
    if parts.scheme != "file" and not parts.hostname:
        raise TargetError("names no bucket" if parts.scheme == "s3" else "names no host", _HOW)
    options = _options(parts.query, known)
    if parts.scheme.startswith("wordpress") and not (
        options.get("page", "").isdecimal() and parts.username and "password" in options
    ):
        raise TargetError("names no user, page or password", _HOW_WORDPRESS)
    return Target(
        scheme=parts.scheme,
        host=parts.netloc if parts.scheme == "s3" else parts.hostname or "",
        port=port,
        user=unquote(parts.username or ""),
        path=unquote(parts.path).rstrip("/"),
        options=options,
    )


def _options(query: str, known: frozenset[str]) -> dict[str, str]:
    given = dict(parse_qsl(query, keep_blank_values=True))
    for name, value in given.items():
        if name not in known:
            raise TargetError(f"has an unknown option {name[:40]!r}", f"use {sorted(known)}")
        if name in SECRET and not value.startswith(REFERENCES):
            remedy = f"write {name}=credential:NAME, {name}=file:PATH or {name}=env:NAME"
            raise TargetError(f"holds its {name} in plain text", remedy)
        is_path = name == "known_hosts" or value.startswith("file:")
        if is_path and not value.removeprefix("file:").startswith("/"):
            raise TargetError(f"names a relative path: {name}", "write it from / on")
    return given


_HOW: Final = (
    "write sftp://USER@HOST/PATH, s3://BUCKET/PREFIX, wordpress://USER@HOST/wp-json or the path of"
    " a directory"
)
_HOW_WORDPRESS: Final = (
    "write wordpress://USER@HOST/wp-json?page=NUMBER&password=credential:NAME, with an application"
    " password of that user"
)

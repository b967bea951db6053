"""Secrets by reference: credential:NAME, file:PATH, env:NAME; never shown, never logged."""

import hmac
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from pydantic import BeforeValidator

from netwatch.model.faults import ConfigError, Place

KINDS: Final = ("credential", "file", "env")
LARGEST: Final = 64 * 1024
UNPLACED: Final = Place("netwatch.toml")


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret lies. Its text is read when it is used, and appears in no ``repr``."""

    reference: str
    base: Path = Path()
    """The directory that ``file:`` references are relative to."""
    place: Place = UNPLACED

    @property
    def kind(self) -> str:
        """Return ``credential``, ``file``, ``env`` or ``plain``."""
        head, colon, _ = self.reference.partition(":")
        return head if colon and head in KINDS else "plain"

    def reveal(self) -> str:
        """Return the secret itself.

        Raises:
            ConfigError: it is not where the reference points.
        """
        name = self.reference.partition(":")[2]
        match self.kind:
            case "credential":
                return self._credential(name)
            case "file":
                return self._file(self.base / name)
            case "env":
                return self._env(name)
            case _:
                return self.reference

    def is_said(self, given: str) -> bool:
        """Say whether somebody knows the secret; how long it takes tells them nothing.

        Raises:
            ConfigError: it is not where the reference points.
        """
        return hmac.compare_digest(given.encode(), self.reveal().encode())

    def _credential(self, name: str) -> str:
        directory = os.environ.get("CREDENTIALS_DIRECTORY")
        if directory is None:
            raise ConfigError(
                self.place,
                f"credential {name!r} is not here: $CREDENTIALS_DIRECTORY is not set",
                "start netwatch by systemd with LoadCredential=, or use file: or env: instead",
            )
        if not name or "/" in name or name.startswith("."):
            raise ConfigError(
                self.place, f"{name!r} is no name of a credential", "use a plain name"
            )
        return self._file(Path(directory) / name)

    def _file(self, path: Path) -> str:
        try:
            with path.open("rb") as file:
                return file.read(LARGEST).decode().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as fault:
            raise ConfigError(
                self.place,
                f"the secret file {path} cannot be read: {fault}",
                "create it, readable by the user that netwatch runs as",
            ) from fault

    def _env(self, name: str) -> str:
        try:
            return os.environ[name]
        except KeyError:
            raise ConfigError(
                self.place,
                f"the environment variable {name!r} is not set",
                "set it for the service, or use credential: or file: instead",
            ) from None

    def __repr__(self) -> str:
        return f"Secret({self.reference if self.kind != 'plain' else 'plain, hidden'})"


def _hidden(value: object) -> object:
    if isinstance(value, str) and value:
        return Secret(value)
    raise ValueError("must be a text: credential:NAME, file:PATH, env:NAME")


Hidden = Annotated[Secret, BeforeValidator(_hidden)]
"""A key of a file that holds a secret, or says where it lies."""

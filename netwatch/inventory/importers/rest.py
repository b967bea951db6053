"""JSON over HTTP from somebody else's system: asked, never told."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import urllib3
from pydantic import ConfigDict, with_config

from netwatch.inventory.importers import Asked

PATIENCE: Final = urllib3.Timeout(connect=10, read=120)
LARGEST: Final = 200_000_000
FINE: Final = 200
_PAGE: Final = 500
_MOST_PAGES: Final = 10_000

Row = Mapping[str, Any]


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True, kw_only=True)
class RestKeys:
    """Keys of a source that is asked by HTTP."""

    url: str
    """Where the system is, such as https://netbox.example."""
    token: str
    """A reference: credential:NAME, file:PATH or env:NAME. One that may read is enough."""
    certificates: str = ""
    """A file of authorities to believe instead of the machine's."""


@dataclass(slots=True)
class Rest:
    """One system. Redirects are not followed: the token is for this address alone."""

    asked: Asked
    url: str
    headers: Mapping[str, str] = field(repr=False)
    pool: urllib3.PoolManager = field(default_factory=urllib3.PoolManager)

    def get(self, path: str, **query: object) -> Any:
        """Return the JSON document at ``path``.

        Raises:
            SourceError: it was not there, refused, was cut off, or is no JSON.
        """
        tail = f"?{urlencode(query)}" if query else ""
        return self._ask("GET", f"{path}{tail}", None)

    def post(self, path: str, body: object) -> Any:
        """Return the JSON document that answers ``body``: for systems whose questions are posted.

        Raises:
            SourceError: it was not there, refused, was cut off, or is no JSON.
        """
        return self._ask("POST", path, json.dumps(body).encode())

    def pages(self, path: str, **query: object) -> Iterator[Row]:
        """Yield all rows of a list that comes in pages with a ``count`` (Django REST framework).

        Raises:
            SourceError: fewer rows came than were counted.
        """
        got = 0
        for _ in range(_MOST_PAGES):
            page = self.get(path, limit=_PAGE, offset=got, **query)
            rows, count = self.listed(page, "results"), int(page.get("count") or 0)
            yield from rows
            got += len(rows)
            if got >= count:
                return
            if not rows:
                break
        raise self.asked.fault(f"{path} broke off after {got} rows", _STAYS)

    def listed(self, document: Any, name: str) -> list[Row]:
        """Return the list ``name`` of a document.

        Raises:
            SourceError: there is none: it is another system, or another release.
        """
        rows = document.get(name) if isinstance(document, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self.asked.fault(
                f"its answer holds no list {name!r}", "look whether the url is that of the system"
            )
        return rows

    def _ask(self, method: str, path: str, body: bytes | None) -> Any:
        where = f"{self.url.rstrip('/')}{path}"
        headers = {"Accept": "application/json", **self.headers}
        if body is not None:
            headers["Content-Type"] = "application/json"
        with self._told(path):
            answer = self.pool.request(
                method, where, body=body, headers=headers, timeout=PATIENCE, redirect=False,
                retries=urllib3.Retry(2, redirect=0, status=0, backoff_factor=0.2),
                preload_content=False,
            )  # fmt: skip
            raw = answer.read(LARGEST + 1)
            answer.release_conn()
        if answer.status != FINE:
            raise self.asked.fault(
                f"{path.partition('?')[0]} answers {answer.status}",
                "look at url and token; what was read before stays",
            )
        if len(raw) > LARGEST:
            raise self.asked.fault(f"{path} is larger than 200 MB", "name the right url")
        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            raise self.asked.fault(f"{path.partition('?')[0]} is no JSON", _STAYS) from None

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        try:
            yield
        except (urllib3.exceptions.HTTPError, OSError) as fault:
            why = str(getattr(fault, "reason", None) or fault).partition(": ")[2] or str(fault)
            raise self.asked.fault(
                f"{path.partition('?')[0]} broke off: {why[:200]}", _STAYS
            ) from None


_STAYS: Final = "what was read before stays; import again when it answers"


def open_rest(asked: Asked, keys: RestKeys, headers: Mapping[str, str]) -> Rest:
    """Return the means to ask a system; ``{token}`` in a header is put in.

    Raises:
        SourceError: the url is none.
    """
    if not keys.url.startswith(("http://", "https://")):
        raise asked.fault("its url is no web address", "write it like https://netbox.example")
    token = asked.reveal(keys.token)
    pool = (
        urllib3.PoolManager(ca_certs=str(asked.base / keys.certificates))
        if keys.certificates
        else urllib3.PoolManager()
    )
    filled = {name: value.format(token=token) for name, value in headers.items()}
    return Rest(asked, keys.url, filled, pool)


def word(row: Any, *path: str) -> str:
    """Return the text at ``path`` in nested objects; empty where there is none."""
    for step in path:
        row = row.get(step) if isinstance(row, Mapping) else None
    return str(row).strip() if isinstance(row, str | int | float) else ""

"""JSON over HTTP from somebody else's system: asked, never told."""

import json
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import urllib3
from pydantic import ConfigDict, with_config

from netwatch.inventory.importers import Asked, CountryCode
from netwatch.inventory.importers.authorities import believing

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
    country: CountryCode = ""


@dataclass(slots=True)
class Rest:
    """One system. Redirects are not followed: the token is for this address alone."""

    asked: Asked
    url: str
    headers: Mapping[str, str] = field(repr=False)
    pool: urllib3.PoolManager = field(default_factory=urllib3.PoolManager)
    secret: str = field(default="", repr=False)
    """What is never shown, whatever the system answers."""

    def get(
        self, path: str, query: Mapping[str, object] | None = None, *, nothing: Container[int] = ()
    ) -> Any:
        """Return the JSON document at ``path``; None where its status is among ``nothing``.

        Raises:
            SourceError: it was not there, refused, was cut off, or is no JSON.
        """
        tail = f"?{urlencode(query)}" if query else ""
        return self._ask("GET", f"{path}{tail}", None, nothing)

    def post(self, path: str, body: object) -> Any:
        """Return the JSON document that answers ``body``: for systems whose questions are posted.

        Raises:
            SourceError: it was not there, refused, was cut off, or is no JSON.
        """
        return self._ask("POST", path, json.dumps(body).encode(), ())

    def pages(self, path: str, query: Mapping[str, object]) -> Iterator[Row]:
        """Yield all rows of a list that comes in pages with a ``count`` (Django REST framework).

        Raises:
            SourceError: fewer rows came than were counted.
        """
        got = 0
        for _ in range(_MOST_PAGES):
            page = self.get(path, {"limit": _PAGE, "offset": got, **query})
            rows, count = self.listed(page, "results"), page.get("count")
            if not isinstance(count, int):
                raise self.asked.fault(f"{path} does not say how many rows it has", _ITS_URL)
            yield from rows
            got += len(rows)
            if got >= count:
                return
            if not rows:
                break
        raise self.asked.fault(f"{path} broke off after {got} rows", _STAYS)

    def windows(
        self, path: str, query: Mapping[str, object], *, nothing: Container[int] = ()
    ) -> Iterator[Row]:
        """Yield all rows of a plain list that is cut by ``limit`` and ``offset``, without a count.

        It ends with a page that is not full. A release that takes no notice of the two gives
        all at once.

        Raises:
            SourceError: a page did not come, or is none.
        """
        seen: set[str] = set()
        for _ in range(_MOST_PAGES):
            cut = {"limit": _PAGE, "offset": len(seen), **query}
            page = self.get(path, cut, nothing=nothing)
            if page is None:
                return
            rows = self.listed({"rows": page} if isinstance(page, list) else page, "rows")
            new = {word(row, "id"): row for row in rows if word(row, "id") not in seen}
            yield from new.values()
            seen |= new.keys()
            if len(rows) != _PAGE or not new:
                return
        raise self.asked.fault(f"{path} does not end", _ITS_URL)

    def listed(self, document: Any, name: str) -> list[Row]:
        """Return the list ``name`` of a document.

        Raises:
            SourceError: there is none: it is another system, or it answers an error as if all
                were well.
        """
        rows = document.get(name) if isinstance(document, dict) else None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            told = _told_error(document)
            told = told.replace(self.secret, "***") if self.secret else told
            raise self.asked.fault(
                f"it answers: {told}" if told else f"its answer holds no list {name!r}",
                _STAYS if told else _ITS_URL,
            )
        return rows

    def _ask(self, method: str, path: str, body: bytes | None, nothing: Container[int]) -> Any:
        where = f"{self.url.rstrip('/')}{path}"
        plain = path.partition("?")[0]
        headers = {"Accept": "application/json", **self.headers}
        if body is not None:
            headers["Content-Type"] = "application/json"
        with self._told(plain):
            answer = self.pool.request(
                method, where, body=body, headers=headers, timeout=PATIENCE, redirect=False,
                retries=urllib3.Retry(2, redirect=0, status=0, backoff_factor=0.2),
                preload_content=False,
            )  # fmt: skip
            raw = answer.read(LARGEST + 1)
            answer.release_conn()
        if answer.status in nothing:
            return None
        if answer.status != FINE:
            raise self.asked.fault(
                f"{plain} answers {answer.status}",
                "look at url and token; what was read before stays",
            )
        if len(raw) > LARGEST:
            raise self.asked.fault(f"{plain} is larger than 200 MB", "name the right url")
        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            raise self.asked.fault(f"{plain} is no JSON", _STAYS) from None

    @contextmanager
    def _told(self, plain: str) -> Iterator[None]:
        try:
            yield
        except (urllib3.exceptions.HTTPError, OSError) as fault:
            why = str(getattr(fault, "reason", None) or fault).partition(": ")[2] or str(fault)
            raise self.asked.fault(f"{plain} broke off: {why[:200]}", _STAYS) from None


_STAYS: Final = "what was read before stays; import again when it answers"
_ITS_URL: Final = "look whether the url is that of the system"


def open_rest(asked: Asked, keys: RestKeys, headers: Callable[[str], Mapping[str, str]]) -> Rest:
    """Return the means to ask a system.

    Args:
        asked: the section.
        keys: its keys.
        headers: what makes the headers of each question out of the token.

    Raises:
        SourceError: the url is none, or token or certificates cannot be used.
    """
    if not keys.url.startswith(("http://", "https://")):
        raise asked.fault("its url is no web address", "write it like https://netbox.example")
    pool = (
        urllib3.PoolManager(ssl_context=believing(asked, keys.certificates))
        if keys.certificates
        else urllib3.PoolManager()
    )
    token = token_of(asked, keys)
    return Rest(asked, keys.url, headers(token), pool, token)


def token_of(asked: Asked, keys: RestKeys) -> str:
    """Return the token.

    Raises:
        SourceError: no header can hold it; it is not shown.
    """
    token = asked.reveal(keys.token).strip()
    if not token.isascii() or not token.isprintable():
        raise asked.fault("its token is none", "write it as the system shows it, on one line")
    return token


def _told_error(document: Any) -> str:
    """Return what a system says of its own error, in the ways that are in use; empty for none."""
    for path in (("message",), ("error", "data"), ("error", "message"), ("error",), ("detail",)):
        told = word(document, *path)
        if told:
            return told[:200]
    return ""


def word(row: Any, *path: str) -> str:
    """Return the text at ``path`` in nested objects; empty where there is none."""
    for step in path:
        row = row.get(step) if isinstance(row, Mapping) else None
    return str(row).strip() if isinstance(row, str | int | float) else ""

"""Lines -> a database that speaks InfluxDB's v2 write API. The only importer of influxdb-client.

Lines go as octets that are ready to be sent: the library's Point objects cost forty times as much,
and its batching mode loses what a dead server did not take. Redirects are not followed: the token
is for the server that the settings name.
"""

import gzip
import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.domain.write_precision import WritePrecision
from influxdb_client.rest import ApiException
from influxdb_client.service.write_service import WriteService
from urllib3.exceptions import HTTPError

from netwatch.model.backoff import pause_asked
from netwatch.telemetry.answers import Answer, judge
from netwatch.telemetry.where import Where

CONNECT_S: Final = 5.0
ANSWER_S: Final = 30.0
GZIP_LEVEL: Final = 3
HIDDEN: Final = "(token)"


class Database:
    """A database at the other end of HTTP, written to from one thread."""

    def __init__(self, where: Where, answer_s: float = ANSWER_S) -> None:
        logging.getLogger("urllib3").setLevel(logging.ERROR)
        self._where = where
        self._patience_ms = (int(CONNECT_S * 1000), int(answer_s * 1000))
        # A server without accounts wants no token; the library insists on a text.
        self._client = InfluxDBClient(
            url=where.url, token=where.token or "none", org=where.org, retries=False
        )
        self._api = self._client.api_client
        self._service = WriteService(self._api)

    def write(self, lines: Sequence[str]) -> Answer:
        """Send lines; return what became of them. Waits at most a minute."""
        body = gzip.compress("\n".join(lines).encode(), GZIP_LEVEL)
        try:
            self._service.post_write(
                self._where.org,
                self._where.bucket,
                body,
                precision=WritePrecision.S,
                content_encoding="gzip",
                content_type="text/plain; charset=utf-8",
                _request_timeout=self._patience_ms,
                _preload_content=False,  # the library takes every body for UTF-8
                urlopen_kw={"redirect": False},
            )
            self._api.last_response.drain_conn()  # else the connection is not used again
        except ApiException as fault:
            return self._refused(fault)
        except (HTTPError, OSError, UnicodeError, ValueError) as fault:
            return judge(None, self._hide(f"{type(fault).__name__}: {fault}"))
        return judge(HTTPStatus.NO_CONTENT)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def _refused(self, fault: ApiException) -> Answer:
        headers: Mapping[str, str] = fault.headers or {}
        after_s = pause_asked(headers.get("Retry-After"), headers.get("Date"))
        words = fault.body or fault.reason or ""
        if isinstance(words, bytes):
            words = words.decode(errors="replace")
        return judge(fault.status or None, self._hide(str(words)), after_s)

    def _hide(self, words: str) -> str:
        return words.replace(self._where.token, HIDDEN) if self._where.token else words

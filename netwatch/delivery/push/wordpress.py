"""The outages of now -> a page of a WordPress site, by its REST API (wp/v2, application passwords).

Only what stands between our two marks is ours; whatever the operator wrote around it stays.
"""

import json
import re
from base64 import b64encode
from collections.abc import MutableSequence
from datetime import datetime
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from netwatch.delivery.push.far import FarError
from netwatch.delivery.push.issue import Issue
from netwatch.delivery.push.target import Reveal, Target
from netwatch.views.proof import stamp

ANSWER_S: Final = 15
LARGEST: Final = 4 * 1024 * 1024
FRAGMENT: Final = "fragment.html"
DRAFT: Final = "netwatch: a rehearsal, nothing is out"
_OURS: Final = re.compile(
    r"<!-- netwatch (?P<at>[^ >]*) -->.*?<!-- /netwatch -->", re.DOTALL | re.IGNORECASE
)


class _NoDetours(HTTPRedirectHandler):
    """A password goes where it was sent and nowhere else."""

    def redirect_request(self, *_given: Any) -> None:
        return None


def post(target: Target, reveal: Reveal, issue: Issue, own: MutableSequence[str]) -> None:
    """Let a WordPress page say what goes on; nothing is sent where it says so already.

    Args:
        target: the page.
        reveal: gives the password.
        issue: what is new.
        own: when editions were made that we put there: a newer one of these is none of another's.
            This one is added once it is on its way: what never left pushes none out that stands.

    Raises:
        FarError: it did not take it, or says something else now.
    """
    fragment = issue.files.get(FRAGMENT)
    if fragment is None:
        return
    url, headers = _way(target, reveal)
    there = _raw(_ask(f"{url}?context=edit", headers))
    ours = _OURS.search(there)
    newer = None if ours is None or ours["at"] in own else _made(ours["at"])
    if newer is not None and newer > issue.at:
        raise FarError(
            f"a newer edition stands there, made at {newer:%Y-%m-%d %H:%M:%S} UTC: does another"
            " netwatch post to it?"
        )
    said = f"<!-- netwatch {stamp(issue.at)} -->{fragment.decode().strip()}<!-- /netwatch -->"
    wanted = _put_in(there, said)
    own.append(stamp(issue.at))
    _ask(url, headers, {"content": wanted})
    if said not in _raw(_ask(f"{url}?context=edit", headers)):
        raise FarError("the page does not say what it was given: may this user write HTML there?")


def draft(target: Target, reveal: Reveal, content: str) -> None:
    """Put a draft beside the page, read it back and remove it: readers see nothing of it.

    Raises:
        FarError: the site did not take it, holds something else, or keeps it.
    """
    url, headers = _way(target, reveal)
    _raw(_ask(f"{url}?context=edit", headers))
    pages = url.rpartition("/")[0]
    made = _ask(pages, headers, {"content": content, "status": "draft", "title": DRAFT})
    number = made.get("id") if isinstance(made, dict) else None
    if not isinstance(number, int):
        raise FarError("this is no WordPress on which we may write drafts")
    try:
        if content.strip() not in _raw(_ask(f"{pages}/{number}?context=edit", headers)):
            raise FarError(
                "the draft does not say what it was given: may this user write HTML there?"
            )
    finally:
        _ask(f"{pages}/{number}?force=true", headers, method="DELETE")


def _put_in(there: str, said: str) -> str:
    """Return a page with our part in its place, or above all else where it has none."""
    if _OURS.search(there):
        return _OURS.sub(lambda _found: said, there, count=1)
    return f"<!-- wp:html -->\n{said}\n<!-- /wp:html -->\n{there}"


def _way(target: Target, reveal: Reveal) -> tuple[str, dict[str, str]]:
    scheme = "http" if target.scheme.endswith("+http") else "https"
    host = f"[{target.host}]" if ":" in target.host else target.host
    port = f":{target.port}" if target.port else ""
    login = f"{target.user}:{reveal(target.options['password'])}"
    path = f"{target.path or '/wp-json'}/wp/v2/pages/{int(target.options['page'])}"
    headers = {
        "Authorization": f"Basic {b64encode(login.encode()).decode()}",
        "Accept": "application/json",
        "Cache-Control": "no-cache",
    }
    return f"{scheme}://{host}{port}{path}", headers


def _ask(
    url: str,
    headers: dict[str, str],
    content: dict[str, str] | None = None,
    method: str | None = None,
) -> Any:
    body = None if content is None else json.dumps(content).encode()
    more = {} if body is None else {"Content-Type": "application/json"}
    asked = Request(url, data=body, headers=headers | more, method=method)  # noqa: S310 - http or https, see _way
    try:
        with build_opener(_NoDetours).open(asked, timeout=ANSWER_S) as answer:
            return json.loads(answer.read(LARGEST))
    except HTTPError as fault:
        raise FarError(_complaint(fault)) from fault
    except (OSError, HTTPException, ValueError, RecursionError) as fault:
        why = getattr(fault, "reason", None) or fault
        raise FarError(f"{urlsplit(url).hostname}: {str(why) or type(fault).__name__}") from fault


def _complaint(fault: HTTPError) -> str:
    """Return what WordPress says is wrong, without what it may have been sent."""
    try:
        said = json.loads(fault.read(LARGEST))
        return f"WordPress says {fault.code}: {said['code']}"[:200]
    except (OSError, HTTPException, ValueError, TypeError, KeyError, RecursionError):
        return f"the site says {fault.code}, and not as WordPress does"


def _raw(answer: Any) -> str:
    try:
        raw = answer["content"]["raw"]
    except (TypeError, KeyError):
        raw = None
    if not isinstance(raw, str):
        raise FarError("this is no page of WordPress that we may edit")
    return raw


def _made(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None

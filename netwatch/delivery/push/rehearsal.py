"""A push, rehearsed: a marked file goes beside the real page, is read back as readers would, goes.

Nothing that readers see is touched; on a WordPress site it is a draft that only its editors find.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException
from typing import Final
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from netwatch.delivery.push import wordpress
from netwatch.delivery.push.far import Far, FarError
from netwatch.delivery.push.target import Reveal, Target
from netwatch.model.faults import ConfigError

FILE: Final = "netwatch-rehearsal.html"
"""Always the same name: what a rehearsal that was killed left there goes with the next one."""
ANSWER_S: Final = 10
LARGEST: Final = 64 * 1024
TRIES: Final = 3
PAUSE_S: Final = 1.0
_SAID: Final = """\
<p>A rehearsal of netwatch. It says nothing about any outage and goes in a moment.</p>
<p>%s</p>"""
_PAGE: Final = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex">
<title>Rehearsal</title></head>
<body>%s</body></html>
"""

Monotonic = Callable[[], float]
Pause = Callable[[float], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """How it went at one place."""

    target: Target
    put_s: float | None = None
    """From the first octet until it was read back as it was sent, in seconds; None: never."""
    public_s: float | None = None
    """From then until a reader of the public address got it; None: no reader did."""
    why: str = ""
    """What went wrong; empty: nothing."""
    next: str = ""
    """What a person does now; empty: nothing."""

    @property
    def ok(self) -> bool:
        """Say whether the page can be put there."""
        return not self.why


def rehearse(
    target: Target, reveal: Reveal, *, url: str, sign: str, monotonic: Monotonic, pause: Pause
) -> Rehearsed:
    """Put a marked file at a place, read it back there and at the public address, remove it.

    Args:
        target: the place.
        reveal: gives the secrets that it names.
        url: the public address of the page; empty: none is known.
        sign: what tells this rehearsal from all others.
        monotonic: tells seconds.
        pause: waits so many seconds.
    """
    began = monotonic()
    if target.scheme.startswith("wordpress"):
        try:
            wordpress.draft(target, reveal, _SAID % sign)  # a page holds no more of ours either
        except (FarError, ConfigError, OSError) as fault:
            return Rehearsed(target=target, why=_said(fault), next=_remedy(target, fault))
        return Rehearsed(target=target, put_s=monotonic() - began)
    content = (_PAGE % (_SAID % sign)).encode()
    far = Far(target, reveal)
    try:
        return _rehearsed(far, target, url, content, monotonic=monotonic, pause=pause)
    except (FarError, ConfigError, OSError) as fault:
        return Rehearsed(target=target, why=_said(fault), next=_remedy(target, fault))
    finally:
        far.close()


def _rehearsed(
    far: Far, target: Target, url: str, content: bytes, *, monotonic: Monotonic, pause: Pause
) -> Rehearsed:
    began = monotonic()
    try:
        far.put({FILE: content})
        put_s = monotonic() - began
        began, public_s = monotonic(), None
        if url and _is_shown(f"{url.rstrip('/')}/{FILE}", content, pause):
            public_s = monotonic() - began
    finally:
        left = _removed(far)  # after a fault too, which is then the one to be told
    if left:
        remedy = f"let its user remove files there, and remove {FILE} by hand"
        return Rehearsed(target=target, put_s=put_s, public_s=public_s, why=left, next=remedy)
    away = "know how to point it there, before you need to: docs/how-to/website.md"
    remedy = f"{url} does not show this place: {away}" if url and public_s is None else ""
    return Rehearsed(target=target, put_s=put_s, public_s=public_s, next=remedy)


def _removed(far: Far) -> str:
    """Remove what was put there; return why it still stands, empty when it does not."""
    try:
        far.remove([FILE, f".{FILE}.new"])
        return f"{FILE} stands there still" if far.get(FILE) is not None else ""
    except (FarError, ConfigError) as fault:
        return str(fault)


def answers(url: str) -> str:
    """Return why readers of the public address get no page; empty: they get one."""
    try:
        _read(f"{url.rstrip('/')}/outages.json")
    except (OSError, HTTPException, ValueError) as fault:
        return _said(fault)
    return ""


def _is_shown(url: str, content: bytes, pause: Pause) -> bool:
    for turn in range(TRIES):
        if turn:
            pause(PAUSE_S)
        try:
            if _read(url) == content:
                return True
        except (OSError, HTTPException, ValueError):
            continue
    return False


def _read(url: str) -> bytes:
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("this is no web address")
    asked = Request(url, headers={"Cache-Control": "no-cache"})  # noqa: S310 - looked at above
    with urlopen(asked, timeout=ANSWER_S) as answer:  # noqa: S310
        read: bytes = answer.read(LARGEST)
        return read


def _said(fault: BaseException) -> str:
    """Return what went wrong, on one line."""
    if isinstance(fault, ConfigError):
        return fault.finding.wrong
    why = getattr(fault, "reason", None) or fault
    return " ".join(str(why).split()) or type(fault).__name__


def _remedy(target: Target, fault: BaseException) -> str:
    """Return what to look at, by what the far end said."""
    if isinstance(fault, ConfigError):
        return fault.finding.remedy
    said = str(fault).lower()
    for words, remedy in (
        (("known_hosts", "host key"), f"compare its key by phone, then: ssh-keyscan {target.host}"),
        (("authentication",), "give its user the key or the password that the line in push names"),
        (("signature", "accesskey", "access key"), "give the line in push a key that holds there"),
        (("permission", "forbidden", "denied"), "let its user write and remove files there"),
        (("no space", "quota"), "make room there"),
        (("may this user", "rest_cannot"), "let its user write pages: make it an editor"),
        (("bucket",), "make the bucket, or mend its name in push"),
    ):
        if any(word in said for word in words):
            return remedy
    return "see that it is up and can be reached from here, then rehearse again"

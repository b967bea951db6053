"""Uplinks, ``via``/``port`` and the list of links -> Link, each with its id."""

from collections import Counter
from dataclasses import dataclass

from netwatch.inventory.build import Builder, Draft, Drafts
from netwatch.inventory.findings import Findings
from netwatch.inventory.readers import Hook
from netwatch.model.faults import Place
from netwatch.model.names import DeviceId, LinkId, RiskId
from netwatch.model.network import End, Link


@dataclass(frozen=True, slots=True)
class _Written:
    """A link as it was written, by whatever way."""

    place: Place
    named: str | None
    ends: tuple[End, End]
    risks: tuple[RiskId, ...] = ()
    short: bool = False

    @property
    def pair(self) -> tuple[DeviceId, DeviceId]:
        one, other = sorted(end.device for end in self.ends)
        return one, other


def build_links(drafts: Drafts, builder: Builder, findings: Findings) -> dict[LinkId, Link]:
    """Return all links in file order.

    A link without an id of its own is ``A--B`` after its ends, sorted; a second one of the same
    pair ``A--B#2``, in file order. A name that is taken is left out of the counting. An uplink
    without a port and a named link of the same pair are one link: the named one.
    """
    written = [link for draft in drafts.links for link in _long(draft, builder, findings)]
    for draft in drafts.devices:
        written += _short(draft, builder, findings)
    written.sort(key=lambda link: link.place)
    written = _without_twins(written)
    links: dict[LinkId, Link] = {}
    named = {link.named for link in written}
    count: Counter[str] = Counter()
    for link in written:
        name = link.named or _next_name("--".join(link.pair), named, count)
        links[LinkId(name)] = Link(id=LinkId(name), ends=link.ends, risks=link.risks)
    return links


def _next_name(stem: str, named: set[str | None], count: Counter[str]) -> str:
    while True:
        count[stem] += 1
        name = stem if count[stem] == 1 else f"{stem}#{count[stem]}"
        if name not in named:
            return name


def _long(draft: Draft, builder: Builder, findings: Findings) -> list[_Written]:
    """Read an entry of the list ``links``."""
    risks = builder.risks_of(draft)
    hooks: tuple[Hook, ...] = draft.values.get("ends", ())
    written = draft.mark("ends").value
    if isinstance(written, list) and len(written) != 2:  # noqa: PLR2004 - a link has two ends
        wrong = f"{draft.name()} has {len(written)} end{'' if len(written) == 1 else 's'}"
        findings.error(draft.mark("ends"), wrong, "name the two devices that it joins")
        return []
    known = [builder.end(draft, hook, "ends at") for hook in hooks]
    if len(hooks) != 2 or not all(known):  # noqa: PLR2004 - a link has two ends
        return []
    one, other = (End(device=DeviceId(hook.device), port=hook.port) for hook in hooks)
    if one.device == other.device:
        wrong = f"{draft.name()} joins {one.device!r} to itself"
        findings.error(draft.mark("ends"), wrong, "name two different devices")
        return []
    return [_Written(draft.entry.place, draft.id, (one, other), risks)]


def _short(draft: Draft, builder: Builder, findings: Findings) -> list[_Written]:
    """Read the links that a device writes short: its uplinks, else the port it hangs on."""
    values = draft.values
    written: list[_Written] = []
    for hook in values.get("uplink", ()):
        if not builder.end(draft, hook, "hangs on") or draft.id is None:
            continue
        if hook.device == draft.id:
            wrong = f"{draft.name()} hangs on itself"
            findings.error(hook.mark, wrong, "name the device above it")
            continue
        upper = End(device=DeviceId(hook.device), port=hook.port)
        own = End(device=DeviceId(draft.id))
        written.append(_Written(hook.mark.place, None, (upper, own), short=True))
    if draft.has("uplink"):
        return written
    via, port = values.get("via"), values.get("port")
    if via is not None and draft.id not in (None, via):
        upper = End(device=DeviceId(via), port=port)
        own = End(device=DeviceId(str(draft.id)))
        written.append(_Written(draft.mark("via").place, None, (upper, own)))
    elif via is None and port is not None:
        findings.error(
            draft.mark("port"),
            f"{draft.name()} hangs on port {port!r}, but of which device is not said",
            'add via: DEVICE, or write uplink: ["DEVICE:PORT"]',
        )
    return written


def _without_twins(written: list[_Written]) -> list[_Written]:
    """Leave out each uplink without a port that an entry of ``links`` tells in full.

    ``uplink: [core-1]`` beside ``{id: l-core-sw, ends: [core-1, sw-1]}`` is one cable told twice;
    parallel members are told by two uplinks, by ports, or by two entries of ``links``.
    """
    told = Counter(link.pair for link in written if link.named)
    kept = []
    for link in written:
        twin = link.short and not any(end.port for end in link.ends) and told[link.pair] > 0
        if twin:
            told[link.pair] -= 1
        else:
            kept.append(link)
    return kept

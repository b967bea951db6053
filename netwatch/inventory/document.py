"""The YAML files, joined: lists of the same name are one list, in path order."""

import re
from dataclasses import dataclass, field
from typing import Final

from netwatch.inventory import readers as read
from netwatch.inventory.findings import Findings
from netwatch.inventory.marks import Marked
from netwatch.inventory.near import did_you_mean
from netwatch.model.faults import Place
from netwatch.model.network import Prefix

LISTS: Final = (
    "gateways", "risks", "sites", "areas", "shapes", "devices", "links", "subscribers", "services",
)  # fmt: skip
KEYS: Final = ("vantage", "vantages", "prefixes", *LISTS)
_LOOSE_ID: Final = re.compile(rb"\bid:[ \t]*[\"']?([A-Za-z0-9._-]{1,64})")


@dataclass(slots=True)
class Document:
    """All that the YAML files say, before it is checked against itself."""

    vantage: Marked | None = None
    vantages: dict[str, Marked] = field(default_factory=dict)
    own_prefixes: list[Prefix] = field(default_factory=list)
    management_prefixes: list[Prefix] = field(default_factory=list)
    lists: dict[str, list[Marked]] = field(default_factory=lambda: {name: [] for name in LISTS})
    astray: set[str] = field(default_factory=set)
    """Ids in lists whose name is misspelt: names that lead there do not dangle."""


def join(roots: list[Marked], findings: Findings) -> Document:
    """Join the documents of all files."""
    whole = Document()
    for root in roots:
        if not isinstance(root.value, dict):
            remedy = f"begin with one of: {' '.join(KEYS)}"
            findings.error(
                root, f"an inventory file is a mapping, not a {read.kind_of(root)}", remedy
            )
            continue
        for key, mark in root.value.items():
            _take(whole, root.key_place(key), key, mark, findings)
    return whole


def ids_in(data: bytes) -> set[str]:
    """Return what looks like an id in a file that cannot be read whole."""
    return {word.decode() for word in _LOOSE_ID.findall(data)}


def _take(whole: Document, place: Place, key: str, mark: Marked, findings: Findings) -> None:
    if key in whole.lists:
        whole.lists[key] += read.items(mark, repr(key), findings) or []
    elif key == "vantage":
        if whole.vantage is not None:
            first = whole.vantage.place
            findings.error(
                place,
                f"'vantage' stands a second time; the first is in {first}",
                "keep one; for several pollers write vantages: {POLLER: DEVICE}",
            )
        elif read.ident(mark, "'vantage'", findings) is not None:
            whole.vantage = mark
    elif key == "vantages":
        _take_vantages(whole, mark, findings)
    elif key == "prefixes":
        _take_prefixes(whole, mark, findings)
    else:
        remedy = did_you_mean(key, KEYS, f"its keys are: {' '.join(KEYS)}")
        findings.error(place, f"an inventory has no key {key!r}", remedy)
        entries = mark.value if isinstance(mark.value, list) else []
        whole.astray.update(entry.find(("id",)).text for entry in entries)


def _take_vantages(whole: Document, mark: Marked, findings: Findings) -> None:
    if not isinstance(mark.value, dict):
        findings.error(mark, "'vantages' must be a mapping", "write {POLLER: DEVICE}")
        return
    for poller, device in mark.value.items():
        if poller in whole.vantages:
            first = whole.vantages[poller].place
            findings.error(
                mark.key_place(poller),
                f"poller {poller!r} has a second vantage; the first is in {first}",
                "keep one of the two",
            )
        elif read.ident(device, f"{poller!r} of 'vantages'", findings) is not None:
            whole.vantages[poller] = device


def _take_prefixes(whole: Document, mark: Marked, findings: Findings) -> None:
    if not isinstance(mark.value, dict):
        findings.error(mark, "'prefixes' must be a mapping", "write {own: [192.0.2.0/24]}")
        return
    into = {"own": whole.own_prefixes, "management": whole.management_prefixes}
    for key, inner in mark.value.items():
        if key not in into:
            remedy = did_you_mean(key, into, "its keys are: own management")
            findings.error(mark.key_place(key), f"'prefixes' has no key {key!r}", remedy)
            continue
        for one in read.items(inner, f"{key!r} of 'prefixes'", findings) or []:
            prefix = read.prefix(one, f"a prefix in {key!r}", findings)
            if prefix is not None:
                into[key].append(prefix)

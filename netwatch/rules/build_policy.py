"""Entries -> who is told what on which channel, cross-checked against what the channels are."""

from typing import Any, Final

from netwatch.inventory.findings import Findings
from netwatch.inventory.near import did_you_mean
from netwatch.model.facts import Phase
from netwatch.model.names import ChannelName, is_id
from netwatch.model.works_words import BEFOREHAND, Told
from netwatch.response.rules import (
    ORDINARY,
    Approvals,
    Caps,
    ChannelKind,
    PublicRule,
    SituationRule,
    To,
)
from netwatch.rules.files import Ruled, Rules
from netwatch.rules.schemas_policy import PolicyEntry

POSTS: Final = (ChannelKind.WEBSITE, ChannelKind.FACEBOOK)
"""What everybody sees: it cannot be for some."""
MESSAGES: Final = (ChannelKind.SMS, ChannelKind.MAIL)
"""What goes to one subscriber each: it cannot be for everybody."""
LATER: Final = (Phase.UPDATE, Phase.RESTORED, Phase.CORRECTED)
FIRST_WORDS: Final = (Phase.SUSPECTED, Phase.CONFIRMED, Phase.PLANNED)


def policy(rules: Rules, findings: Findings) -> dict[str, Any]:
    """Return the fields of ``ResponseRules`` that say who is told what."""
    kinds = _kinds(rules)
    known = [*dict.fromkeys((*kinds, *(one.entry.channel for one in rules.entries("policy"))))]
    told = tuple(_rule(ruled, kinds, findings) for ruled in rules.entries("policy"))
    _check_mixtures(rules, told, findings)
    _check_names(rules, known, findings)
    return {
        "policy": told,
        "channel_modes": {
            ChannelName(ruled.entry.id): ruled.entry.opens_in for ruled in rules.entries("channels")
        },
        "kinds": kinds,
        "approvals": Approvals(**rules.fields("approvals")),
        "situation": SituationRule(**rules.fields("situation")),
        "caps": _caps(rules),
        "prices": _prices(rules, kinds),
    }


def _kinds(rules: Rules) -> dict[ChannelName, ChannelKind]:
    kinds = dict(ORDINARY)
    for ruled in rules.entries("channels"):
        name = ChannelName(ruled.entry.id)
        kinds[name] = ruled.entry.kind or kinds.get(name, ChannelKind.OTHER)
    return kinds


def _rule(ruled: Ruled, kinds: dict[ChannelName, ChannelKind], findings: Findings) -> PublicRule:
    entry = ruled.entry
    kind = kinds.get(entry.channel, ChannelKind.OTHER)
    to = entry.to or _audience(kind, entry)
    wrong = ""
    if kind in POSTS and to not in (To.PUBLIC, To.TOLD):
        wrong, remedy = f"everybody sees what stands on {entry.channel!r}", "write to: public"
    elif kind in MESSAGES and to is To.PUBLIC:
        wrong = f"{entry.channel!r} reaches subscribers, not the public"
        remedy = "write to: everyone, critical or told"
    if wrong:
        findings.error(ruled.mark.find(["to"]), wrong, remedy)
    _check_sleep(ruled, kind, findings)
    said = {name: getattr(entry, name) for name in PolicyEntry.model_fields}
    return PublicRule(**{**said, "to": to})


def _audience(kind: ChannelKind, entry: PolicyEntry) -> To:
    if kind not in MESSAGES:
        return To.PUBLIC
    first = entry.phase in FIRST_WORDS and entry.told in BEFOREHAND
    return To.EVERYONE if first else To.TOLD


def _check_sleep(ruled: Ruled, kind: ChannelKind, findings: Findings) -> None:
    """Note rules that would wake people, and words about works that nobody would hear in time."""
    entry = ruled.entry
    wakes = entry.phase in LATER or (entry.phase is Phase.PLANNED and entry.told is not Told.START)
    if kind is ChannelKind.SMS and wakes and "hours" not in entry.model_fields_set:
        wrong = f"{entry.id!r} lets SMS wake people at any hour of the night"
        findings.warn(ruled.mark.place, wrong, 'write hours: "07:00-22:00", or "00:00-24:00"')
    if entry.phase is not Phase.PLANNED or kind not in MESSAGES:
        return
    if entry.told in BEFOREHAND and not max(entry.ahead, entry.lead):
        wrong = f"{entry.id!r} tells of works when they begin already"
        findings.error(ruled.mark.place, wrong, "say how long before: ahead: 24h")


def _check_mixtures(rules: Rules, told: tuple[PublicRule, ...], findings: Findings) -> None:
    """Note channels that would have to be a post and messages at once."""
    posts = {rule.channel: rule.id for rule in told if rule.to is To.PUBLIC}
    for ruled, rule in zip(rules.entries("policy"), told, strict=True):
        if rule.to in (To.EVERYONE, To.CRITICAL) and rule.channel in posts:
            wrong = f"{rule.channel!r} speaks to everybody already, by {posts[rule.channel]!r}"
            findings.error(ruled.mark.find(["to"]), wrong, "use another channel for subscribers")


def _check_names(rules: Rules, known: list[ChannelName], findings: Findings) -> None:
    """Note channels that nothing else tells of; most are slips of the pen."""
    then = rules.mappings.get("approvals", {}).get("then")
    named = [(name, then.mark.key_place(name)) for name in then.entry] if then else []
    named += [(name, ruled.mark.place) for name, ruled in rules.mappings.get("prices", {}).items()]
    for name, place in named:
        if name in known:
            continue
        wrong = f"there is no channel {name!r}" if is_id(name) else f"{name!r} is no channel"
        remedy = did_you_mean(name, known, f"there are: {' '.join(known)}; or add it to channels")
        findings.error(place, wrong, remedy)


def _caps(rules: Rules) -> Caps:
    said = rules.fields("caps")
    return Caps(**{**said, "currency": said.get("currency") or _sms(rules, "currency") or ""})


def _prices(rules: Rules, kinds: dict[ChannelName, ChannelKind]) -> dict[ChannelName, float]:
    """Return what a message costs; where SMS have one price for all, on every such channel."""
    price = _sms(rules, "price")
    sms = (name for name, kind in kinds.items() if kind is ChannelKind.SMS)
    common = {} if price is None else dict.fromkeys(sms, price)
    return common | {ChannelName(name): one for name, one in rules.fields("prices").items()}


def _sms(rules: Rules, name: str) -> Any:
    return rules.fields("sms").get(name)

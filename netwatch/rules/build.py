"""Entries -> the rules that stages obey, cross-checked against each other."""

from datetime import timedelta
from typing import Any, Final

from netwatch.correlation.rules import CorrelationRules
from netwatch.detection.rules import DetectionRules, FlapRule, LimitRule, StreakRule
from netwatch.inventory.findings import Findings
from netwatch.inventory.near import did_you_mean
from netwatch.model.names import ChannelName, CheckName
from netwatch.model.network import DeviceKind
from netwatch.response.rules import ResponseRules
from netwatch.rules.build_ladders import ladders
from netwatch.rules.build_people import people
from netwatch.rules.build_policy import policy
from netwatch.rules.build_tasks import task_rules
from netwatch.rules.files import Rules
from netwatch.rules.rulebook import Accepted, Commitment
from netwatch.rules.schemas import Staff

ALL_OTHERS: Final = "default"
PRIORS: Final = ("device", "link", "port", "risk")
KINDS: Final = tuple(kind.value for kind in DeviceKind)


def detection(rules: Rules) -> DetectionRules:
    """Return what detection obeys."""
    streaks = {
        ruled.entry.id: StreakRule(**ruled.entry.model_dump(exclude={"id"}))
        for ruled in rules.entries("streaks")
    }
    default = streaks.pop(ALL_OTHERS, StreakRule())
    return DetectionRules(
        default=default,
        streaks={CheckName(check): rule for check, rule in streaks.items()},
        limits=tuple(LimitRule(**ruled.entry.model_dump()) for ruled in rules.entries("limits")),
        flap=FlapRule(**rules.fields("flapping")),
        blind_in_a_row=rules.fields("blindness").get("in_a_row", 3),
    )


def correlation(rules: Rules, findings: Findings) -> CorrelationRules:
    """Return what correlation obeys."""
    plain: dict[str, Any] = {}
    kinds: dict[DeviceKind, float] = {}
    for ruled in rules.entries("priors"):
        name, chance = ruled.entry.id, ruled.entry.log_chance
        if name in PRIORS:
            plain[f"{name}_prior"] = chance
        elif name in KINDS:
            kinds[DeviceKind(name)] = chance
        else:
            known = (*PRIORS, *KINDS)
            remedy = did_you_mean(name, known, f"one of: {' '.join(known)}")
            findings.error(ruled.mark.find(["id"]), f"{name!r} is no kind of device", remedy)
    return CorrelationRules(priors=kinds, **plain, **rules.fields("confidence"))


def response(rules: Rules, findings: Findings) -> ResponseRules:
    """Return what response obeys; the publishing mode comes from netwatch.toml."""
    staff = rules.fields("staff")
    known = {ruled.entry.id for name in ("roles", "people") for ruled in rules.entries(name)}
    tell = staff.get("tell", Staff().tell)
    for place, name in enumerate(tell):
        if name not in known and (ruled := rules.mappings["staff"].get("tell")):
            remedy = did_you_mean(name, known, "add the role or the person to people/")
            wrong = f"nobody is called {name!r} among roles and people"
            findings.error(ruled.mark.find([place]), wrong, remedy)
    return ResponseRules(
        **policy(rules, findings),
        staff=tuple(tell),
        staff_channels=tuple(map(ChannelName, staff.get("channels", Staff().channels))),
        promises=promises(rules),
        people=people(rules, findings),
        tasks=task_rules(rules, findings),
        ladders=ladders(rules, findings),
    )


def promises(rules: Rules) -> dict[str, timedelta]:
    """Return how soon news is promised, by the phase of the words before."""
    return {ruled.entry.id: ruled.entry.within for ruled in rules.entries("promises")}


def commitments(rules: Rules) -> tuple[Commitment, ...]:
    """Return what was promised to customers."""
    return tuple(Commitment(**ruled.entry.model_dump()) for ruled in rules.entries("commitments"))


def accepted(rules: Rules) -> tuple[Accepted, ...]:
    """Return the defects that are lived with."""
    return tuple(Accepted(**ruled.entry.model_dump()) for ruled in rules.entries("accepted"))

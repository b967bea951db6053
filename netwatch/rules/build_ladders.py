"""Entries -> who is called when nobody takes an incident, cross-checked with roles and promises."""

from netwatch.inventory.findings import Findings
from netwatch.inventory.near import did_you_mean
from netwatch.model.names import ChannelName, RoleName
from netwatch.response.playbooks import ROLES
from netwatch.response.rungs import Caps, Ladder, Ladders, Rung
from netwatch.rules.files import Ruled, Rules
from netwatch.rules.schemas_ladders import LadderEntry


def ladders(rules: Rules, findings: Findings) -> Ladders:
    """Return the ladders and the cap, and note what is wrong with them."""
    promised = {ruled.entry.id: ruled.entry.plans for ruled in rules.entries("commitments")}
    roles = list(
        dict.fromkeys((*(ruled.entry.id for ruled in rules.entries("roles")), *map(str, ROLES)))
    )
    built = []
    for ruled in rules.entries("ladders"):
        _check(ruled, roles, list(promised), findings)
        built.append(_ladder(ruled.entry, promised))
    return Ladders(ladders=tuple(built), caps=Caps(**rules.fields("staff_caps")))


def _ladder(entry: LadderEntry, promised: dict[str, tuple[str, ...]]) -> Ladder:
    return Ladder(
        id=entry.id,
        when=entry.when(),
        plans=tuple(plan for one in entry.commitments for plan in promised.get(one, ())),
        rungs=tuple(
            Rung(
                after=one.after,
                roles=tuple(map(RoleName, one.roles)),
                by=tuple(map(ChannelName, one.by)),
                everyone=one.everyone,
            )
            for one in entry.rungs
        ),
        again=entry.again,
        breaks_through=entry.breaks_through,
    )


def _check(ruled: Ruled, roles: list[str], promised: list[str], findings: Findings) -> None:
    entry, mark = ruled.entry, ruled.mark
    for place, name in enumerate(entry.commitments):
        if name not in promised:
            remedy = did_you_mean(name, promised, "add it to commitments/, or remove it here")
            wrong = f"there is no commitment {name!r}"
            findings.error(mark.find(["commitments", place]), wrong, remedy)
    for number, rung in enumerate(entry.rungs):
        for place, role in enumerate(rung.roles):
            if role not in roles:
                remedy = did_you_mean(role, roles, "add it to people/ as one of `roles`")
                where = mark.find(["rungs", number, "roles", place])
                findings.error(where, f"there is no role {role!r}", remedy)

"""Entries -> who does what when something breaks, cross-checked: rings, roles, tasks that miss."""

from collections.abc import Iterable
from typing import Final

from netwatch.delivery.wording_names import TASK_NAMES
from netwatch.inventory.findings import Findings
from netwatch.inventory.near import did_you_mean
from netwatch.model.names import ChannelName, RoleName
from netwatch.model.task_facts import Rank
from netwatch.response.playbooks import (
    CUSTOMERS_TOLD,
    NETWATCH,
    ROLES,
    Chasing,
    Known,
    Playbook,
    Staffing,
    TaskRule,
    TaskRules,
    cycle,
)
from netwatch.rules.files import Ruled, Rules
from netwatch.rules.schemas_tasks import TaskEntry

BEFORE_THE_END: Final = (Rank.CUSTOMERS, Rank.CREW, Rank.REPAIR)


def task_rules(rules: Rules, findings: Findings) -> TaskRules:
    """Return playbooks and tasks, and note what is wrong with them."""
    tasks = {ruled.entry.id: _task(ruled.entry) for ruled in rules.entries("tasks")}
    roles = _roles(rules)
    for ruled in rules.entries("tasks"):
        _check_task(ruled, tasks, roles, findings)
    books = []
    for ruled in rules.entries("playbooks"):
        _check_playbook(ruled, tasks, findings)
        entry = ruled.entry
        books.append(Playbook(id=entry.id, when=entry.when(), tasks=entry.tasks))
    _check_chasing(rules, roles, findings)
    return TaskRules(
        playbooks=tuple(books),
        tasks=tasks,
        chasing=Chasing(**rules.fields("chasing")),
        staffing=Staffing(**rules.fields("staffing")),
    )


def _task(entry: TaskEntry) -> TaskRule:
    return TaskRule(
        id=entry.id,
        role=RoleName(entry.role),
        rank=entry.order,
        words=entry.words,
        within=entry.within,
        from_start=entry.counts_from == "start",
        needs=entry.needs,
        when=entry.when(),
        after=entry.after,
        told_on=tuple(map(ChannelName, entry.told_on)),
        only_if=entry.only_if,
        unless=entry.unless,
        done_when=entry.done_when,
        then=None if entry.then is None else RoleName(entry.then),
        quiet=entry.quiet,
    )


def _roles(rules: Rules) -> list[str]:
    own = (ruled.entry.id for ruled in rules.entries("roles"))
    return list(dict.fromkeys((*own, *ROLES)))


def _check_task(
    ruled: Ruled, tasks: dict[str, TaskRule], roles: Iterable[str], findings: Findings
) -> None:
    entry, mark = ruled.entry, ruled.mark
    roles = list(roles)
    for field, role in (("role", entry.role), ("then", entry.then)):
        if role in (None, *roles) or (role == NETWATCH and entry.id == CUSTOMERS_TOLD):
            continue
        wrong = f"there is no role {role!r}"
        remedy = did_you_mean(role, roles, "add it to people/ as one of `roles`")
        findings.error(mark.find([field]), wrong, remedy)
    if entry.id == CUSTOMERS_TOLD and entry.role != NETWATCH:
        wrong = f"{CUSTOMERS_TOLD!r} is what netwatch does itself"
        findings.error(mark.find(["role"]), wrong, f"write role: {NETWATCH}")
    for place, need in enumerate(entry.needs):
        if need not in tasks:
            wrong = f"{entry.id!r} needs {need!r}, which is no task"
            remedy = did_you_mean(need, list(tasks), "add it to `tasks`, or remove this line")
            findings.error(mark.find(["needs", place]), wrong, remedy)
    for wrong, field, remedy in _never(entry):
        findings.error(mark.find([field]), wrong, remedy)
    _check_words(ruled, findings)


def _never(entry: TaskEntry) -> Iterable[tuple[str, str, str]]:
    """Yield why a task could never be given, the field at fault, and the remedy."""
    both = sorted(set(entry.only_if) & set(entry.unless))
    if both:
        wrong = f"{entry.id!r} is never given: only if {both[0]}, and not if {both[0]}"
        yield wrong, "unless", "keep one of the two"
    over = Known.RESTORED
    if entry.order is Rank.AFTERCARE and over in entry.unless:
        wrong = f"{entry.id!r} is never given: aftercare begins when it works again"
        yield wrong, "unless", f"remove {over}"
    if entry.order in BEFORE_THE_END and over in entry.only_if:
        wrong = f"{entry.id!r} is never given: nothing of {entry.order} is when it works again"
        yield wrong, "only_if", f"write order: {Rank.AFTERCARE}, or remove {over}"
    if entry.done_when and set(entry.done_when) <= set(entry.only_if):
        wrong = f"{entry.id!r} is never given: it is done by what it waits for"
        yield wrong, "done_when", "name something else that ends it, or nothing"


def _check_words(ruled: Ruled, findings: Findings) -> None:
    """Note what is wrong with the operator's words; those that ship were looked through."""
    if ruled.ships:
        return
    from netwatch.delivery.wording_sandbox import flaws  # noqa: PLC0415 - slow to load

    for language, text in ruled.entry.words.items():
        for _line, wrong, remedy in flaws(text, TASK_NAMES):
            findings.error(ruled.mark.find(["words", language]), wrong, remedy)


def _check_playbook(ruled: Ruled, tasks: dict[str, TaskRule], findings: Findings) -> None:
    entry, mark = ruled.entry, ruled.mark
    for place, name in enumerate(entry.tasks):
        if name not in tasks:
            wrong = f"there is no task {name!r}"
            remedy = did_you_mean(name, list(tasks), "add it to `tasks`, or remove it here")
            findings.error(mark.find(["tasks", place]), wrong, remedy)
            continue
        for need in tasks[name].needs:
            if need in tasks and need not in entry.tasks and not ruled.ships:
                wrong = f"{name!r} waits for {need!r}, which {entry.id!r} does not have"
                remedy = f"add {need!r} if it is to be done first"
                findings.warn(mark.find(["tasks", place]), wrong, remedy)
    ring = cycle(tasks, entry.tasks)
    if ring:
        wrong = f"these wait for each other: {' -> '.join(ring)}"
        findings.error(mark.find(["tasks"]), wrong, "take one of them out of `needs`")


def _check_chasing(rules: Rules, roles: Iterable[str], findings: Findings) -> None:
    ruled = rules.mappings.get("chasing", {}).get("then")
    known = list(roles)
    if ruled is not None and ruled.entry not in known:
        remedy = did_you_mean(ruled.entry, known, "add it to people/ as one of `roles`")
        findings.error(ruled.mark, f"there is no role {ruled.entry!r}", remedy)

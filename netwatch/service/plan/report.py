"""A plan -> one HTML page that needs nothing else: the network drawn, and each defect in place."""

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from netwatch.service.plan.atlas import Atlas
from netwatch.service.plan.defects import Defect, Kind
from netwatch.service.plan.drawing import Drawing, around, overview
from netwatch.service.plan.planner import Plan
from netwatch.service.plan.world import World

DRAWN: Final = 60
"""So many defects have a picture of their own; the costliest come first."""
MEANS: Final = {
    Kind.NOBODY_TOLD: "People would sit in the dark and no notice would say so.",
    Kind.NOT_ASKED: "It would fail and nobody would notice.",
    Kind.SHARED_RISK: "Two ways that fall together are one.",
    Kind.INDISTINGUISHABLE: "The crew would have to open several boxes.",
    Kind.NO_WORDS: "Readers would not be told in their language.",
    Kind.DOES_NOT_FIT: "Readers would be told half of it, or it costs twice.",
    Kind.PAGES_NOBODY: "An alert would reach nobody.",
    Kind.DIES_WITH_US: "What people need in an outage falls silent with it.",
}


def report(world: World, plan: Plan, name: str) -> str:
    """Return the page. All text in it is escaped: inventories are anybody's."""
    atlas = Atlas(world)
    pages = Environment(
        loader=PackageLoader("netwatch.service.plan"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    drawn = {id(one): around(atlas, one) for one in plan.defects[:DRAWN]}
    return pages.get_template("report.html").render(
        name=name,
        plan=plan,
        digest=world.network.digest[:19],
        overview=overview(atlas, plan.defects),
        groups=_groups(plan, drawn),
    )


def _groups(
    plan: Plan, drawn: dict[int, Drawing | None]
) -> list[tuple[str, str, list[tuple[Defect, Drawing | None]]]]:
    """Return the defects by kind, the costliest kind first, each with its picture."""
    kinds = dict.fromkeys(defect.kind for defect in plan.defects)
    return [
        (
            str(kind),
            MEANS[kind],
            [(d, drawn.get(id(d))) for d in plan.defects if d.kind is kind],
        )
        for kind in kinds
    ]

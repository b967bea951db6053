"""Shapes -> the outline of each area they name; overlaps and names that lead nowhere are told."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from netwatch.inventory.drawn.geojson import Shape
from netwatch.inventory.drawn.rings import Polygon
from netwatch.inventory.findings import Findings
from netwatch.inventory.near import did_you_mean
from netwatch.inventory.readers import shorten
from netwatch.inventory.registry import Registry
from netwatch.model.faults import Place
from netwatch.model.names import AreaId, is_id
from netwatch.model.network import Area
from netwatch.model.spelling import street_key

if TYPE_CHECKING:
    from netwatch.inventory.drawn.geometry import Overlap

MOST_OVERLAPS_TOLD: Final = 20
_SIMPLIFY: Final = "simplify these outlines to some metres (QGIS: Vector, Geometry Tools, Simplify)"
_MEND: Final = "mend it in QGIS (Vector, Geometry Tools, Check Validity), or draw this corner anew"


def draw(
    areas: Mapping[AreaId, Area], shapes: Sequence[Shape], registry: Registry, findings: Findings
) -> dict[AreaId, Area]:
    """Return the areas with their outlines; several shapes of one area are one outline."""
    if not shapes:
        return dict(areas)
    from netwatch.inventory.drawn import crossings as laid  # noqa: PLC0415 - numpy, shapely
    from netwatch.inventory.drawn import geometry  # noqa: PLC0415 - numpy, shapely

    owners = _Owners(areas, registry, findings)
    drawn: dict[AreaId, list[Polygon]] = defaultdict(list)
    first: dict[AreaId, Place] = {}
    for shape in shapes:
        faults = [fault for one in shape.polygons if (fault := geometry.fault_of(one))]
        if faults:
            findings.error(shape.place, f"shape {_what(shape)!r} {faults[0]}", _MEND)
        area = owners.of(shape)
        if area is not None and not faults:
            drawn[area].extend(shape.polygons)
            first.setdefault(area, shape.place)
    crossings, outlines = laid.Crossings(), dict[AreaId, bytes]()
    for ident, polygons in drawn.items():
        try:
            outlines[ident] = geometry.outline(polygons, crossings)
        except laid.TangleError:
            wrong = f"the shapes of area {ident!r} cross each other too often to be joined"
            findings.error(first[ident], wrong, _SIMPLIFY)
    if outlines:
        overlaps = geometry.Outlines(outlines).overlaps(crossings)
        for overlap in islice(overlaps, MOST_OVERLAPS_TOLD):
            _tell_overlap(overlap, first[overlap.one], findings)
    return {ident: replace(area, outline=outlines.get(ident, b"")) for ident, area in areas.items()}


def _tell_overlap(overlap: "Overlap", place: Place, findings: Findings) -> None:
    one, other, share = overlap
    if share is None:
        wrong = (
            f"areas {one!r} and {other!r} cross each other too often to tell how far they overlap"
        )
        findings.warn(place, wrong, _SIMPLIFY)
        return
    findings.warn(
        place,
        f"areas {one!r} and {other!r} overlap by {share:.0%} of {one!r}, and neither lies within "
        "the other",
        f"where both are, {one!r} is said, the smaller one; draw a common border if that is wrong",
    )


class _Owners:
    """Finds the area that a shape draws: by an id, else by a name."""

    def __init__(
        self, areas: Mapping[AreaId, Area], registry: Registry, findings: Findings
    ) -> None:
        self._areas, self._registry, self._findings = areas, registry, findings
        self._named: dict[str, set[AreaId]] = defaultdict(set)
        for area in areas.values():
            for name in (area.name.default, *(text for _, text in area.name.by_language), area.id):
                self._named[street_key(name)].add(area.id)

    def of(self, shape: Shape) -> AreaId | None:
        by_id = next((AreaId(word) for word in shape.ids if word in self._areas), None)
        by_name = next(
            (found for word in shape.names if (found := self._named.get(street_key(word)))), set()
        )
        if by_id is not None and (not by_name or by_id in by_name):
            return by_id
        if by_id is None and len(by_name) == 1:
            return next(iter(by_name))
        self._tell(shape, by_id, by_name)
        return None

    def _tell(self, shape: Shape, by_id: AreaId | None, by_name: set[AreaId]) -> None:
        what = f"shape {_what(shape)!r}"
        if by_id is not None:
            wrong = f"{what} bears the id of area {by_id!r} and the name of {min(by_name)!r}"
            self._findings.error(shape.place, wrong, "correct one of the two properties")
        elif by_name:
            wrong = f"{what} may be any of the areas {', '.join(sorted(by_name))}"
            self._findings.error(shape.place, wrong, "name the one meant by the property 'id'")
        else:
            word = next((one for one in shape.ids if is_id(one) and not one.isdecimal()), "")
            if word or not shape.names:
                word = word or shape.ids[0]
                self._registry.leads(shape.place, word, ("area",), f"{what} draws area {word!r}")
            elif not self._registry.incomplete:
                names = [area.name.default for area in self._areas.values()]
                remedy = did_you_mean(
                    shape.names[0], names, "add the area, or name one by the property 'id'"
                )
                wrong = f"{what} draws an area that is not in the inventory"
                self._findings.error(shape.place, wrong, remedy)


def _what(shape: Shape) -> str:
    return shorten((*shape.names, *shape.ids)[0])

"""A GeoJSON file (RFC 7946) as QGIS or geojson.io write it -> its shapes, or all that is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

from netwatch.inventory.drawn.places import Places
from netwatch.inventory.drawn.rings import Polygon, RingError, polygons
from netwatch.inventory.findings import Findings
from netwatch.inventory.readers import shorten
from netwatch.model.faults import Place

MEBIBYTE: Final = 1024 * 1024
MOST_BYTES: Final = 16 * MEBIBYTE
MOST_SHAPES: Final = 5_000
MOST_POINTS: Final = 500_000
"""Of one file; more is a land survey, not where people live."""
IDS: Final = ("area", "area_id", "id")
NAMES: Final = ("name", "nazwa", "nazev", "název", "назва", "название")
"""Properties that may name an area; ``name:pl`` and the like do so too."""
_DEGREES: Final = ("CRS84", "EPSG:4326", "EPSG::4326")
_EXPORT: Final = "export it as GeoJSON with the coordinate system EPSG:4326 (WGS 84)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What one feature draws, and whatever may name its area, best first."""

    place: Place
    ids: tuple[str, ...]
    names: tuple[str, ...]
    polygons: tuple[Polygon, ...]


def read_shapes(shown: str, data: bytes, findings: Findings) -> list[Shape]:
    """Return the shapes that can be used; each mistake is noted with its place.

    Args:
        shown: the file as findings name it.
        data: its text; no larger than ``MOST_BYTES``.
        findings: take what is wrong.
    """
    places = Places(shown, data)
    try:
        root = orjson.loads(data)
    except orjson.JSONDecodeError as fault:
        wrong = f"is no JSON: {fault.msg.partition(': line')[0]}"
        remedy = "it may have been cut off: export it anew"
        findings.error(Place(shown, fault.lineno, fault.colno), wrong, remedy)
        return []
    features = _features(root, Place(shown), findings)
    if len(features) > MOST_SHAPES:
        wrong = f"holds {len(features)} shapes; at most {MOST_SHAPES} are read"
        findings.error(places.of(MOST_SHAPES), wrong, "draw areas as people say them, not plots")
        return []
    return list(_shapes(features, places, findings))


def _features(root: Any, place: Place, findings: Findings) -> list[Any]:
    kind = root.get("type") if isinstance(root, dict) else None
    if kind == "Topology":
        findings.error(place, "is TopoJSON, not GeoJSON", _EXPORT)
    elif kind not in ("FeatureCollection", "Feature"):
        said = f"a {shorten(str(kind))}" if isinstance(kind, str) else "something else"
        findings.error(place, f"is {said}, not a GeoJSON FeatureCollection", _EXPORT)
    elif (crs := _foreign(root.get("crs"))) is not None:
        wrong = f"has the coordinate system {shorten(crs)}, not longitude and latitude"
        findings.error(place, wrong, _EXPORT)
    elif kind == "Feature":
        return [root]
    elif not isinstance(root.get("features"), list):
        findings.error(place, "holds no list 'features'", _EXPORT)
    else:
        features: list[Any] = root["features"]
        if not features:
            findings.warn(place, "no shape is drawn in this file", "draw some, or remove its name")
        return features
    return []


def _foreign(crs: Any) -> str | None:
    """Return the name of a coordinate system that is not that of GeoJSON."""
    if crs is None:
        return None
    inner = crs.get("properties") if isinstance(crs, dict) else None
    name = inner.get("name") if isinstance(inner, dict) else None
    if not isinstance(name, str):
        return "of an unknown kind"
    return None if name.upper().endswith(_DEGREES) else name


def _shapes(features: list[Any], places: Places, findings: Findings) -> Iterator[Shape]:
    left = MOST_POINTS
    for number, feature in enumerate(features):
        ids, names = _words(feature)
        what = f"shape {shorten(next(iter((*names, *ids)), str(number + 1)))!r}"
        try:
            drawn, points = polygons(_geometry(feature), left)
        except RingError as fault:
            findings.error(places.of(number), f"{what} {fault.wrong}", fault.remedy)
            if fault.too_many:
                return
            continue
        left -= points
        features[number] = None  # a large file is not kept twice
        if not ids and not names:
            wrong = f"{what} has neither a property 'id' nor 'name'"
            findings.error(places.of(number), wrong, "say which area it draws by one of the two")
            continue
        yield Shape(place=places.of(number), ids=ids, names=names, polygons=drawn)


def _geometry(feature: Any) -> Any:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise RingError("is no GeoJSON Feature", _EXPORT)
    return feature.get("geometry")


def _words(feature: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids and names that a feature bears."""
    if not isinstance(feature, dict):
        return (), ()
    properties = feature.get("properties")
    said = properties if isinstance(properties, dict) else {}
    by_key = {str(key).casefold(): value for key, value in reversed(said.items())}
    ids = [by_key.get(key) for key in IDS]
    names = [by_key.get(key) for key in NAMES]
    names += [value for key, value in said.items() if str(key).casefold().startswith("name:")]
    return _texts([*ids, feature.get("id")]), _texts(names)


def _texts(values: list[Any]) -> tuple[str, ...]:
    words = (
        " ".join(str(value).split())
        for value in values
        if isinstance(value, str | int) and not isinstance(value, bool)
    )
    return tuple(dict.fromkeys(word for word in words if word))

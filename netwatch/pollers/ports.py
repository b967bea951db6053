"""Port names as people write them -> the rows in which a device keeps those ports."""

from collections.abc import Callable, Iterable, Mapping, Sequence


def match_ports(wanted: Iterable[str], names: Mapping[str, Sequence[object]]) -> dict[str, str]:
    """Find the row of each wanted port.

    A port fits by its whole name (in the order of the columns: ifName, ifDescr, ifAlias), then by
    its whole name regardless of case, then by the end of a name ("GPON 0/1/3" is 0/1/3). A name
    that fits several rows fits none, unless exactly one of them is a PON port.

    Args:
        wanted: port names as the inventory has them.
        names: row index -> what the device calls that port.

    Returns:
        Wanted name -> row index; ports that were not found, or not found for sure, are left out.
    """
    columns = max((len(row) for row in names.values()), default=0)
    tests = (_same, _same_but_case, _ends_with)
    found: dict[str, str] = {}
    for port in wanted:
        for test in tests:
            row = next(
                (hit for column in range(columns) if (hit := _only(port, names, column, test))),
                None,
            )
            if row is not None:
                found[port] = row
                break
    return found


def _only(
    port: str, names: Mapping[str, Sequence[object]], column: int, test: Callable[[str, str], bool]
) -> str | None:
    hits = {
        index: name
        for index, row in names.items()
        if column < len(row) and isinstance(name := row[column], str) and test(port, name)
    }
    if len(hits) > 1:
        hits = {index: name for index, name in hits.items() if "pon" in name.lower()}
    return next(iter(hits)) if len(hits) == 1 else None


def _same(port: str, name: str) -> bool:
    return name.strip() == port


def _same_but_case(port: str, name: str) -> bool:
    return name.strip().casefold() == port.casefold()


def _ends_with(port: str, name: str) -> bool:
    name = name.strip().casefold()
    before = name.removesuffix(port.casefold())
    return before not in (name, "") and not (before[-1].isdigit() or before[-1] in "/.:")

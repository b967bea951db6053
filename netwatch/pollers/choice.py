"""Which devices a person means: ids with wildcards, ``kind:olt``, ``site:ID``, with commas."""

from collections.abc import Iterator
from difflib import get_close_matches
from fnmatch import fnmatchcase

from netwatch.model.network import Device, DeviceKind, Network


class ChoiceError(ValueError):
    """The words choose nothing that there is; the message says what to do."""


def choose(network: Network, words: str | None) -> Iterator[Device]:
    """Yield the devices that any of the words fits; all without words.

    Raises:
        ChoiceError: a word fits no device.
    """
    if words is None:
        yield from network.devices.values()
        return
    chosen: dict[str, Device] = {}
    for word in filter(None, (word.strip() for word in words.split(","))):
        found = [device for device in network.devices.values() if _fits(device, word)]
        if not found:
            raise ChoiceError(_nothing(network, word))
        chosen.update((device.id, device) for device in found)
    yield from (device for device in network.devices.values() if device.id in chosen)


def _fits(device: Device, word: str) -> bool:
    what, colon, name = word.partition(":")
    if colon and what == "kind":
        return device.kind == name
    if colon and what == "site":
        return device.site == name
    return fnmatchcase(device.id, word)


def _nothing(network: Network, word: str) -> str:
    what, _, name = word.partition(":")
    names: list[str]
    match what:
        case "kind":
            names = [kind.value for kind in DeviceKind]
        case "site":
            names = list(network.sites)
        case _:
            name, names = word, list(network.devices)
    near = get_close_matches(name, names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"no device fits {word!r}{hint}"

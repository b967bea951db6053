"""netwatch discover --explain-silent: the lines to paste into gear that says nothing."""

import socket
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import click

from netwatch.cli.output import Stop, safe, talk

if TYPE_CHECKING:
    from netwatch.model.network import Address
    from netwatch.pollers.silent.lines import Voice
    from netwatch.service.silent import Silent


def voices_named(vendor: str) -> "tuple[Voice, ...]":
    """Return the families that a person names: one, all of a maker, or those of a profile.

    Raises:
        Stop: there is none of that name; the message has all names.
    """
    from netwatch.pollers.silent.lines import voices  # noqa: PLC0415 - --help stays quick

    known, word = voices(), vendor.strip().casefold()
    if word in known:
        return (known[word],)
    found = tuple(
        one
        for one in known.values()
        if word in (*one.profiles, one.id.partition("-")[0], *one.title.casefold().split())
    )
    if found:
        return found
    near = get_close_matches(word, known, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise Stop(f"no lines for {vendor!r}; {hint}there are: {', '.join(known)}")


def address_named(poller: str | None) -> "Address | None":
    """Return the address that gear is to talk to, as a person gave it."""
    try:
        return ip_address(poller) if poller is not None else None
    except ValueError:
        raise Stop(f"{poller!r} is no address; write such as --poller 192.0.2.10") from None


def documented(
    gear: Sequence["Silent"], chosen: "Sequence[Voice]", poller: "Address | None"
) -> dict[str, Any]:
    """Return silent gear and the lines for it as plain values.

    ``poller`` is what the gear is to talk to; else our own address on the way to each device.
    """
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    said = []
    for one in gear:
        ours = poller or _our_address(one.address)
        for voice in one.voices:
            lines.setdefault((voice.id, str(ours)), _lines(voice, ours))
        said.append(
            {
                "device": one.device,
                "address": str(one.address),
                "mac": one.mac or None,
                "maker": one.maker or None,
                "families": [voice.id for voice in one.voices],
                "because": one.because,
                "poller": str(ours) if ours else None,
            }
        )
    if not gear:
        lines |= {(voice.id, str(poller)): _lines(voice, poller) for voice in chosen}
    return {"silent": said, "lines": list(lines.values())}


def _lines(voice: "Voice", poller: "Address | None") -> dict[str, Any]:
    from netwatch.pollers.silent.lines import SECTIONS, filled  # noqa: PLC0415

    sections = {name: voice.lines(name, poller) for name in SECTIONS}
    return {
        "family": voice.id,
        "title": voice.title,
        "poller": str(poller) if poller else None,
        "sure": voice.sure,
        "source": voice.source,
        "enter": voice.lines("enter", poller),
        "sections": {name: some for name, some in sections.items() if some},
        "save": voice.lines("save", poller),
        "how": [filled(text, poller) for text in voice.how],
        "notes": [filled(text, poller) for text in voice.notes],
    }


def _our_address(there: "Address") -> "Address | None":
    """Return our own address on the way to a device; connecting by UDP sends nothing."""
    family = socket.AF_INET if there.version == 4 else socket.AF_INET6  # noqa: PLR2004
    with socket.socket(family, socket.SOCK_DGRAM) as door:
        try:
            door.connect(socket.getaddrinfo(str(there), 161, family, socket.SOCK_DGRAM)[0][4])
            return ip_address(door.getsockname()[0])
        except OSError:
            return None


def show(document: dict[str, Any]) -> None:
    """Print the lines of each family under the devices that they are for."""
    unknown = [one for one in document["silent"] if not one["families"]]
    for lines in document["lines"]:
        meant = [
            one
            for one in document["silent"]
            if lines["family"] in one["families"] and one["poller"] == lines["poller"]
        ]
        for text in _shown(lines, meant):
            click.echo(safe(text))
    for one in unknown:
        click.echo(f"# {_called(one)}: {safe(one['because'])}")
    if unknown:
        from netwatch.pollers.silent.lines import voices  # noqa: PLC0415

        talk(f"say --vendor NAME for these {len(unknown)}: one of {', '.join(voices())}")
    if any(lines["sections"] for lines in document["lines"]):
        talk("write your own secrets for <COMMUNITY>, <AUTH-KEY>, <PRIV-KEY>; nothing was sent")


def _shown(lines: dict[str, Any], meant: Sequence[dict[str, Any]]) -> Iterator[str]:
    from netwatch.pollers.silent.lines import SECTIONS  # noqa: PLC0415

    yield f"# {lines['title']} ({lines['family']})"
    for one in meant:
        others = len(one["families"]) - 1
        maybe = f"; or one of {others} more families of this maker" if others else ""
        yield f"#   {_called(one)}: {one['because']}{maybe}"
    if not lines["sure"]:
        yield "# releases differ: look at your manual before you paste"
    yield from (f"# {text}" for text in lines["notes"])
    yield from (f"- {text}" for text in lines["how"])
    yield from lines["enter"]
    for name, some in lines["sections"].items():
        yield f"# {SECTIONS[name]}"
        yield from some
    yield from ("# keep it", *lines["save"]) if lines["save"] else ()
    yield ""


def _called(one: dict[str, Any]) -> str:
    name = f"{one['device']} " if one["device"] and one["device"] != one["address"] else ""
    return f"{name}{one['address']}"

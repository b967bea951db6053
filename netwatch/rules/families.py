"""rules/profiles/*.yaml -> device families of the operator's own, every mistake with its place."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from netwatch.inventory.files import MEBIBYTE, read_text
from netwatch.inventory.findings import Findings
from netwatch.inventory.marked import Marked, parse_marked
from netwatch.inventory.near import did_you_mean
from netwatch.inventory.sources import YAML_SUFFIXES, Source, find_files
from netwatch.model.faults import ConfigError, Place
from netwatch.pollers.gear.files import read_gear
from netwatch.pollers.gear.pages import page, pages
from netwatch.pollers.gear.rules import Gear
from netwatch.pollers.gear.wrongs import Steps, Words, Wrong
from netwatch.pollers.library import Own
from netwatch.pollers.profile import polling_mistakes
from netwatch.rules.files import Page

SEE: Final = "see docs/how-to/profiles.md"
MOST_BYTES: Final = MEBIBYTE
_MOST_LISTED: Final = 40


def read_families(place: Path, findings: Findings) -> Own:
    """Read the profiles of a directory, or one profile; what is wrong is noted.

    Args:
        place: a folder of profiles, or a file.
        findings: takes what is wrong.
    """
    try:
        found = find_files(place, YAML_SUFFIXES) if place.is_dir() else [Source(str(place), place)]
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        findings.error(Place(str(place)), f"cannot be listed: {reason}", "check its permissions")
        return {}
    read: list[Page] = []
    for source in found:
        data, faults = read_text(source.path, source.shown, MOST_BYTES)
        findings.extend(faults)
        if data is not None:
            read.append(Page(source, data))
    return families(read, findings)


def families(read: Sequence[Page], findings: Findings) -> Own:
    """Return the words of those files in which nothing is wrong, by the file's name."""
    own: dict[str, Words] = {}
    marks: dict[str, Marked] = {}
    places: dict[str, Place] = {}
    for source, data in read:
        mark, faults = parse_marked(data, source.shown)
        findings.extend(faults)
        if mark is None and not faults:
            findings.error(Place(source.shown), "the file is empty", "begin with id: and title:")
        if mark is None or faults:
            continue
        words, gear = _checked(source, data, mark, findings)
        if gear is None:
            continue
        here = mark.find(["id"])
        if gear.id in places:
            wrong = f"the family {gear.id!r} stands twice, first in {places[gear.id]}"
            findings.error(here, wrong, "give one of them another id")
            continue
        places[gear.id] = here.place
        own[source.shown], marks[source.shown] = words, mark
    if not own:
        return own
    bases = {str(words["id"]): words for words in (*pages().values(), *own.values())}
    strange = {shown: list(_strangers(words, bases)) for shown, words in own.items()}
    for shown, wrongs in strange.items():
        _note(wrongs, marks[shown], findings)
    return {shown: words for shown, words in own.items() if not strange[shown]}


def _checked(
    source: Source, data: bytes, mark: Marked, findings: Findings
) -> tuple[Words, Gear | None]:
    """Return a file's words, and the family that they tell of where nothing is wrong."""
    if not isinstance(mark.value, dict):
        findings.error(mark, "a profile is keys and values", "begin with id: and title:")
        return {}, None
    try:
        words: Mapping[str, Any] = page(data.decode("utf-8"), source.shown)
    except (ConfigError, ValueError) as fault:  # a tag, a date that is none: what YAML 1.1 has more
        findings.error(mark, f"a value here cannot be read: {fault}", "put it in quotes")
        return {}, None
    gear, wrongs = read_gear(words)
    wrongs += polling_mistakes(words)
    _note(wrongs, mark, findings)
    if gear is None or wrongs:
        return words, None
    _advise(gear, source, mark, findings)
    return words, gear


def _advise(gear: Gear, source: Source, mark: Marked, findings: Findings) -> None:
    """Warn of what can be read, and will hardly do what it is meant to."""
    if gear.id != source.path.stem:
        wrong = f"the family {gear.id!r} stands in a file of another name"
        findings.warn(mark.find(["id"]), wrong, f"call the file {gear.id}.yaml")
    if not gear.source:
        findings.warn(mark, "it does not say where the knowledge comes from", "add it: source: ...")
    if not gear.recognise and not gear.everywhere:
        wrong = "no device is recognised by it: only one whose profile the inventory names"
        findings.warn(
            mark, wrong, "add the beginning of its sysObjectID: recognise: [1.3.6.1.4...]"
        )
    for number, rule in enumerate(gear.sensors):
        if rule.column and not rule.part:
            wrong = "each row of a column is a sensor, and all of them have the same part"
            remedy = 'tell them apart: part: "fan {index}", or {name} with names'
            findings.warn(mark.find(["sensors", number]), wrong, remedy)


def _strangers(words: Words, bases: Mapping[str, Words]) -> Iterator[Wrong]:
    """Yield what a profile builds on and is not there, or builds on it in turn."""
    for key in ("layers", "without"):
        for number, name in enumerate(words.get(key, ())):
            if str(name) not in bases:
                yield _no_family(name, (key, number), bases)
    seen, base = {str(words["id"])}, words.get("extends")
    while base is not None:
        if not isinstance(base, str) or base not in bases:
            yield _no_family(base, ("extends",), bases)
            return
        if base in seen and base != words["id"]:
            yield Wrong(steps=("extends",), text=f"{base!r} builds on this one in turn")
            return
        seen.add(base)
        base = bases[base].get("extends")


def _no_family(name: object, steps: Steps, bases: Mapping[str, Words]) -> Wrong:
    text, known = f"there is no family {name!r}", tuple(bases)
    return Wrong(steps=steps, text=text, word=str(name), known=known)


def _note(wrongs: Sequence[Wrong] | Iterator[Wrong], mark: Marked, findings: Findings) -> None:
    for wrong in wrongs:
        findings.error(_place(wrong, mark), wrong.text, _remedy(wrong))


def _place(wrong: Wrong, mark: Marked) -> Place:
    """Return where in the file a mistake stands, or the nearest place above it."""
    here = mark
    for number, step in enumerate(wrong.steps):
        if wrong.of_key and number == len(wrong.steps) - 1:
            return here.key_place(str(step))
        inner = here.value
        deeper = here.find([str(step) if isinstance(inner, dict) else step])
        if deeper is here and isinstance(inner, dict) and step in here.keys:
            return here.key_place(str(step))
        here = deeper
    return here.place


def _remedy(wrong: Wrong) -> str:
    if wrong.known:
        listed = ", ".join(wrong.known) if len(wrong.known) <= _MOST_LISTED else ""
        some = "there are" if wrong.of_key else "one of"
        return did_you_mean(wrong.word, wrong.known, f"{some}: {listed}" if listed else SEE)
    return wrong.remedy or SEE

"""All families that are known: those that ship with netwatch, the operator's own put over them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from netwatch.model.network import DeviceKind
from netwatch.pollers.gear.files import gear_of, known_gear
from netwatch.pollers.gear.pages import pages
from netwatch.pollers.gear.recognition import Impression, family
from netwatch.pollers.gear.rules import Gear
from netwatch.pollers.gear.wrongs import Words
from netwatch.pollers.profile import GENERIC, Profile, profiles_of, shipped

Own = Mapping[str, Words]
"""The words of the operator's own profiles, by the file's name as findings show it."""


@dataclass(frozen=True, slots=True, eq=False)
class Library:
    """What is known of device families, by their ids."""

    gear: Mapping[str, Gear]
    profiles: Mapping[str, Profile]
    own: Own
    """What was put over the families that ship."""

    def families(self, kind: DeviceKind) -> dict[str, Gear]:
        """Return the families that a device of this kind can be of."""
        return {
            name: gear
            for name, gear in self.gear.items()
            if not self.profiles[name].kinds or kind in self.profiles[name].kinds
        }

    def recognise(self, seen: Impression, kind: DeviceKind) -> Profile:
        """Return the profile of a device that made this impression: who knows most of it wins."""
        own = family(self.families(kind), seen)
        if own is not None:
            return self.profiles[own.id]
        others = (one for one in self.profiles.values() if kind in one.default_for)
        return next(others, self.profiles[GENERIC])


@cache
def shipped_library() -> Library:
    """Return the families that come with netwatch.

    Raises:
        ConfigError: one of the files is broken.
    """
    return Library(known_gear(), shipped(), {})


def library(own: Own) -> Library:
    """Return the families that come with netwatch, and those of the operator in place of them.

    Args:
        own: profiles in which nothing is wrong; one with the id of a shipped one replaces it.

    Raises:
        ConfigError: one of them is broken all the same.
    """
    if not own:
        return shipped_library()
    gear = dict(known_gear())
    plain = {str(words["id"]): (name, words) for name, words in pages().items()}
    for name, words in own.items():
        one = gear_of(words, name)
        gear[one.id] = one
        plain[one.id] = (name, words)
    return Library(dict(sorted(gear.items())), profiles_of(plain), own)

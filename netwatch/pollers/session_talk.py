"""How many sessions a BNG has: what is asked for it and what it tells. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final

from netwatch.model.names import CheckName
from netwatch.pollers.acquaintance import Acquaintance
from netwatch.pollers.asking import Arrivals, Heard, state_sample
from netwatch.pollers.crowds import is_crowd, objects_of, sessions
from netwatch.pollers.profile import Profile
from netwatch.pollers.questions import Value

SESSIONS: Final = CheckName("sessions.count")


def session_objects(known: Acquaintance, profile: Profile) -> Sequence[str]:
    """Return the objects to ask for: all that the family may have, then those that answered."""
    if known.session_objects is None:
        return objects_of(profile.sessions)
    return known.session_objects


def tell_sessions(
    known: Acquaintance,
    profile: Profile,
    said: Mapping[str, Value],
    heard: Heard,
    arrivals: Arrivals,
) -> None:
    """Tell how many sessions there are; of a device that never had one nothing."""
    if not said:
        return
    found = sessions(profile.sessions, said)
    if known.session_objects is None:
        known.session_objects = () if found is None else found[0]
    if found is None:
        return
    count = known.sessions = found[1]
    known.crowded = known.crowded or is_crowd([count])
    known.serves = known.serves or count > 0
    if known.serves:
        arrivals.append(state_sample(known.device.id, SESSIONS, float(count), heard))

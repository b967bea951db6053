"""Proof -> sentences for staff: what speaks for a cause, what against it, in counts."""

from collections.abc import Iterable
from datetime import UTC, datetime
from math import exp, log

from netwatch.model.evidence import Changed, Faded, Proof, Rival, Unrecorded
from netwatch.model.names import ElementName

LITTLE = 0.3
MUCH = 6
"""Powers of ten: below LITTLE two explanations are as good as equal, from MUCH on nobody counts."""
FEW = 4
"""More suspects than this are counted, not named, in a sentence."""
NOTHING = ElementName("nothing")
"""The rival that stands for no fault at all."""
SURELY = 700.0
"""Beyond this, e to the power of it is no float any more."""


def stamp(at: datetime) -> str:
    """Write a moment as answers do: UTC, to the second or finer where there is more."""
    spec = "milliseconds" if at.microsecond else "seconds"
    return at.astimezone(UTC).isoformat(timespec=spec).replace("+00:00", "Z")


def elements(names: Iterable[ElementName]) -> str:
    """Write elements as a list in a sentence."""
    return " and ".join(names) or "an unknown place"


def odds(rival: Rival) -> float:
    """Return how likely a rival is against the chosen one: 1e-9 is one to a thousand million."""
    return exp(max(-SURELY, min(SURELY, rival.log_odds)))


def _beaten(rival: Rival) -> str:
    """Say how much less likely the runner-up is; nothing failing at all may be the runner-up."""
    if rival.root_cause in ((), (NOTHING,)):
        other = "that nothing is broken and the answers were lost by chance"
    else:
        other = f"the next best explanation, {elements(rival.root_cause)},"
    less = -rival.log_odds / log(10)
    if less < LITTLE:
        return f"{other} is about as likely"
    if less >= MUCH:
        return f"{other} is 10^{less:.0f} times less likely"
    return f"{other} is {10**less:,.0f} times less likely"


def speaks_for(proof: Proof, root_cause: tuple[ElementName, ...]) -> str:
    """Say what speaks for the chosen cause."""
    if proof.mute:
        return _mute(proof, root_cause)
    below = f"{proof.silent} of {proof.asked} asked below {elements(root_cause)} are silent"
    if proof.asked == 0:
        below = f"nothing below {elements(root_cause)} could be asked"
    said = [below]
    if proof.before:
        were = "were" if proof.before > 1 else "was"
        said.append(f"{proof.before} of them {were} silent long before")
    if proof.gasps:
        said.append(f"{proof.gasps} of them said that their power went")
    if proof.los:
        said.append(f"{proof.los} of them lost the light")
    if proof.rounds:
        said.append(f"seen in {proof.rounds} round{'s' if proof.rounds > 1 else ''}")
    if proof.reports:
        said.append(f"{proof.reports} customer{'s' if proof.reports > 1 else ''} reported it")
    if proof.part is not None:
        said.append(_part(proof.part))
    if proof.faded is not None:
        said.append(_sank(proof.faded))
    if proof.changed is not None:
        said.append(_worked_on(proof.changed))
    since = f", since {stamp(proof.since)}" if proof.since else ""
    return f"{'; '.join(said)}{since}"


def _mute(proof: Proof, root_cause: tuple[ElementName, ...]) -> str:
    """Say whose agents are silent, and what is not seen meanwhile."""
    said = f"{elements(root_cause)} answers echoes, its management agent does not"
    if proof.mute > 1:
        said = f"{elements(root_cause)} answer echoes, their management agents do not"
    return f"{said}; {_unseen(proof)}"


def _unseen(proof: Proof) -> str:
    if not proof.blind:
        return "nothing is known of what they would tell"
    return f"the state of {proof.blind} ONUs behind is not known: they are not counted as dark"


def _part(part: Unrecorded) -> str:
    """Say what is known of a part that no record names."""
    said = f"{part.homes} of the {part.of} homes there: a part that no record names, "
    said += "learnt from what fell together"
    if part.before:
        said += f" now and {part.before} time{'s' if part.before > 1 else ''} before"
    if part.nearest_m is None or part.farthest_m is None:
        return said
    if part.nearest_m == part.farthest_m:
        return f"{said}, {part.nearest_m} m away"
    return f"{said}, {part.nearest_m} to {part.farthest_m} m away"


def _sank(faded: Faded) -> str:
    """Say how radios sank before they fell silent."""
    by = [f"their signal by {faded.db:.0f} dB"] if faded.db else []
    by += [f"their modulation by {faded.modulation:.0%}"] if faded.modulation else []
    return f"{faded.radios} of the {faded.of} radios measured there sank before, {' and '.join(by)}"


def _worked_on(changed: Changed) -> str:
    """Say who changed what how long before."""
    minutes = round(changed.before.total_seconds() / 60)
    ago = "just before" if minutes < 1 else f"{minutes} minute{'s' if minutes > 1 else ''} before"
    by = f" by {changed.by}" if changed.by else ""
    what = f" ({changed.what})" if changed.what else ""
    return f"{changed.device} was changed {ago}{by}{what}"


def speaks_against(proof: Proof) -> str:
    """Say what speaks against it, and what was not counted."""
    if proof.mute:
        return "an agent that hangs, a changed community and a list of allowed askers look alike"
    said = ["nothing asked below it answers"]
    if proof.answering:
        said = [f"{proof.answering} of those below it answer"]
    left_out = [f"{proof.stale} asked too long ago"] if proof.stale else []
    left_out += [f"{proof.blind} we cannot ask"] if proof.blind else []
    left_out += [f"{proof.planned} under planned works"] if proof.planned else []
    if left_out:
        said.append(f"not counted: {', '.join(left_out)}")
    rival = proof.runner_up
    if rival is not None:
        said.append(_beaten(rival))
    if proof.suspects:
        named, more = proof.suspects[:FEW], len(proof.suspects) - FEW
        others = f" and {more} more" if more > 0 else ""
        said.append(f"the inventory may be wrong about {elements(named)}{others}")
    return "; ".join(said)

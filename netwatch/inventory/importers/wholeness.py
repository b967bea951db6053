"""Is this extract the whole source? Half of one must never pass for it."""

from typing import Final

from netwatch.inventory.places.records import Extract, SourceError

LEAST_SHARE: Final = 0.5
"""Fewer rows than this share of the last time: the source was cut, not the customers."""
WORTH_COMPARING: Final = 10


def looks_cut(was: int, gone: int) -> bool:
    """Say whether so many records that are gone look like a source that was cut."""
    return was >= WORTH_COMPARING and was - gone < was * LEAST_SHARE


def require_whole(now: Extract, before: Extract | None) -> None:
    """Let an extract pass, or refuse it.

    Raises:
        SourceError: it is empty, or of gear, links or lines less than half is left.
    """
    if not now.gear and not now.lines:
        raise SourceError(
            now.source, "it holds neither gear nor lines", "look whether its tables were filled"
        )
    if before is None:
        return
    for what, there, was in (
        ("lines", len(now.lines), len(before.lines)),
        ("devices", len(now.gear), len(before.gear)),
        ("links", len(now.wires), len(before.wires)),
    ):
        if looks_cut(was, was - there):
            raise SourceError(
                now.source,
                f"it holds {there} {what}, the last time {was}: it looks cut off",
                "what was read before stays; if it is right, import with --allow-fewer",
            )

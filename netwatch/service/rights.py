"""Who may ask what at the door."""

from typing import Final

TRUSTED: Final = frozenset({"root", "netwatch"})
"""Users that may speak for other people."""
RIGHTS: Final = {
    "netwatch-web": frozenset(
        {
            "status",
            "board",
            "facts",
            "why-not",
            "known",
            "visitor",
            "link",
            "inbound",
            "delivery",
            "answer",
            "desk-ask",
            "call",
            "missed",
            "counts",
            "comments",
            "comments-verify",
            "login",
            "logout",
            "staff",
        }
    ),
    "netwatch-traps": frozenset({"status", "speakers", "receiver", "arrivals"}),
    "netwatch-heartbeat": frozenset({"status"}),
}
"""What our own users that face the world may ask: whoever breaks into one gets no further."""

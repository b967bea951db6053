"""Which values templates may put in, by whom they speak to. Their makers are slow to load."""

from typing import Final

PUBLIC_NAMES: Final = (
    "apart",
    "areas",
    "areas_in",
    "at_next_update",
    "at_restored",
    "cause",
    "cause_text",
    "certainty",
    "crew",
    "crew_state",
    "duration",
    "end",
    "end_passed",
    "first_told",
    "list",
    "name",
    "new_end",
    "new_since",
    "next_update",
    "now",
    "outages",
    "page",
    "phone",
    "phone_is_out",
    "report",
    "restored",
    "services",
    "services_in",
    "services_neither",
    "services_of",
    "since",
    "times",
    "two_way",
)
"""What templates for the public may put in."""
STAFF_NAMES: Final = (
    *PUBLIC_NAMES,
    "also_possible",
    "answering",
    "asked",
    "confidence",
    "incident",
    "kind",
    "merged_into",
    "closed_by",
    "owner",
    "people",
    "people_worst",
    "possibly",
    "promised",
    "root_cause",
    "silent",
    "streets",
    "trouble_cause",
    "unseen",
)
"""What templates for the staff may put in when they speak of an incident."""
APPROVAL_NAMES: Final = (
    "approval",
    "areas",
    "channel",
    "expires",
    "goes",
    "incident",
    "name",
    "now",
    "people",
    "post",
    "price",
    "says",
    "two",
)
"""What templates for the staff may put in when they ask whether words may go."""
TROUBLE_NAMES: Final = ("name", "now", "what", "where")
"""What templates for the staff may put in when they speak of netwatch itself."""
TASK_NAMES: Final = (*STAFF_NAMES, "calls", "chat_seats", "critical", "deadline", "phone_seats")
"""What the words of a task may put in."""

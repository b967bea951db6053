"""Facts about messages of the staff -> what the time line says of them."""

from netwatch.model.reply_facts import CrewMoved, ReplyTaken
from netwatch.views.proof import stamp


def told_of_reply(fact: ReplyTaken | CrewMoved) -> str:
    """Return what somebody of the staff said by a message, as far as it is no other row."""
    if isinstance(fact, CrewMoved):
        return f"{fact.by} said that the crew is there from {stamp(fact.there_at)} on"
    asked = "" if fact.unclear is None else f"; asked back or refused: {fact.unclear}"
    return f"{fact.by} wrote by {fact.channel}{asked}"

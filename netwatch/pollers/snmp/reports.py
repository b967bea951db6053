"""What an SNMPv3 engine reports instead of an answer, and what a person should do about it.

Source: RFC 3414 section 5 (usmStats), RFC 3412 section 5 (snmpMPDStats), RFC 3413 (contexts).
"""

from enum import Enum
from typing import Final

from netwatch.pollers.snmp.security import Security
from netwatch.wire.ber import encode_oid, parse_oid


class Report(Enum):
    """Why an engine would not answer."""

    SECURITY_LEVEL = "1.3.6.1.6.3.15.1.1.1.0"
    TIME_WINDOW = "1.3.6.1.6.3.15.1.1.2.0"
    USER = "1.3.6.1.6.3.15.1.1.3.0"
    ENGINE = "1.3.6.1.6.3.15.1.1.4.0"
    DIGEST = "1.3.6.1.6.3.15.1.1.5.0"
    DECRYPTION = "1.3.6.1.6.3.15.1.1.6.0"
    SECURITY_MODEL = "1.3.6.1.6.3.11.2.1.1.0"
    INVALID = "1.3.6.1.6.3.11.2.1.2.0"
    PDU_HANDLER = "1.3.6.1.6.3.11.2.1.3.0"
    CONTEXT_UNAVAILABLE = "1.3.6.1.6.3.12.1.4.0"
    CONTEXT = "1.3.6.1.6.3.12.1.5.0"


REPORTS: Final = {encode_oid(parse_oid(report.value)): report for report in Report}
"""By the content octets of the counter that is reported."""


def remedy(report: Report, security: Security) -> str:
    """Return what is wrong and what to do about it, naming the credential and none of its keys."""
    where, user = security.where, repr(security.user)
    match report:
        case Report.USER:
            return f"the agent knows no user {user}: create it there, or mend user in {where}"
        case Report.DIGEST:
            return (
                f"the agent refuses the proof of user {user}: auth_key or auth "
                f"({security.auth}) in {where} is wrong"
            )
        case Report.DECRYPTION:
            return f"the agent cannot decrypt what user {user} asks: {_priv(security, where)}"
        case Report.SECURITY_LEVEL:
            return (
                f"the agent does not take user {user} at {security.level}: "
                f"give that user the same auth and priv there as in {where}"
            )
        case Report.CONTEXT | Report.CONTEXT_UNAVAILABLE:
            return f"the agent has no context {security.context!r}: mend context in {where}"
        case _:
            what = report.name.lower().replace("_", " ")
            return f"the agent reports {what} to user {user} of {where}"


def not_allowed(security: Security) -> str:
    """Say that a user is known and proved, and may read nothing."""
    return (
        f"the agent knows user {security.user!r} but lets it read nothing at {security.level}: "
        f"give it a view there ({security.where})"
    )


def wrong_priv(security: Security) -> str:
    """Say that everything but the hiding of messages is right."""
    return f"the agent believes user {security.user!r} but cannot read what it hides: " + _priv(
        security, security.where
    )


def wrong_context(security: Security) -> str:
    """Say that the user is right, and only the context is not."""
    return (
        f"the agent answers user {security.user!r}, but not in context {security.context!r}: "
        f"mend context in {security.where}"
    )


def unheard(security: Security) -> str:
    """Say that an agent is there and leaves our questions unanswered."""
    return (
        "the SNMP agent is there (it tells its engine id) but leaves the questions of user "
        f"{security.user!r} unanswered: look at its access lists, and at {security.where}"
    )


def conflict(security: Security, one: bytes, other: bytes) -> str:
    """Say that two engines take turns at one address."""
    return (
        f"engine conflict: SNMP engines {one.hex()} and {other.hex()} take turns at this address; "
        f"find the second device that uses it ({security.where})"
    )


def other_engine(security: Security, found: bytes) -> str:
    """Say that the engine is not the one that the settings fix."""
    return (
        f"engine conflict: SNMP engine {found.hex()} answers at this address, not "
        f"{security.engine_id.hex()}: find out which device it is, or mend engine_id in "
        f"{security.where}"
    )


def no_common_time(security: Security) -> str:
    """Say that an agent's clock cannot be followed."""
    return (
        f"the agent calls every question of user {security.user!r} out of its time window: "
        "reset its SNMP engine boots (they may have reached their end)"
    )


def _priv(security: Security, where: str) -> str:
    return f"priv_key or priv ({security.priv}) in {where} is wrong"

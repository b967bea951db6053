"""Telephone numbers and mail addresses: is there any hope that a message arrives?"""

import re
from typing import Final

E164: Final = re.compile(r"\+[1-9][0-9]{7,14}")
_DECORATION: Final = re.compile(r"[\s().\-\u00a0\u2010-\u2015/]+")
_MAIL: Final = re.compile(r"[^@\s,;<>\"]{1,64}@(?=.{1,253}$)[^@\s.,;<>\"]+(\.[^@\s.,;<>\"]+)+")


def e164(number: str) -> str | None:
    """Return ``number`` as E.164 (``+48555010100``), or None if nobody can be called there.

    The pattern comes first: it costs a microsecond. What does not fit it (an extension, ``tel:``,
    letters) goes through libphonenumber.
    """
    if E164.fullmatch(number):
        return number
    plain = _DECORATION.sub("", number)
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    return plain if E164.fullmatch(plain) else _by_library(number)


def dialled(number: str, country: str) -> str | None:
    """Return a number as E.164, as it is dialled in a country, or None if nobody is there.

    Args:
        number: as somebody wrote it: with its country's code (``+``, ``00``, or none of the two),
            without it, with a leading nought.
        country: the code, such as ``+48``; empty: only numbers that name theirs.
    """
    known = e164(number)
    if known or not country or any(map(str.isalpha, number)):
        return known
    import phonenumbers  # noqa: PLC0415 - slow to load

    region = phonenumbers.region_code_for_country_code(int(country))
    for written in (number, number.strip().lstrip("0")):
        try:
            parsed = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        if not parsed.extension and phonenumbers.is_valid_number(parsed):
            return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))
    return None


def is_mail_address(address: str) -> bool:
    """Say whether ``address`` has the shape of one mail address."""
    return _MAIL.fullmatch(address) is not None


def _by_library(number: str) -> str | None:
    import phonenumbers  # noqa: PLC0415 - slow to load, and most inventories never need it

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    if parsed.extension or not phonenumbers.is_valid_number(parsed):
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))

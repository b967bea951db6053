"""What can go wrong on a visit, by what it says of the device."""


class VisitError(Exception):
    """The visit ends here."""


class NoAnswerError(VisitError):
    """The device does not answer: SILENT."""


class CannotAskError(VisitError):
    """We cannot ask, or must not: BLIND. The message says what to do."""


class UnknownKeyError(CannotAskError):
    """No host key is pinned for this device."""


class ChangedKeyError(CannotAskError):
    """Another host key is shown than the one that is pinned."""

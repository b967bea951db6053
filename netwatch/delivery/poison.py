"""A bug that meets one notice ends that notice, and no other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import extract_tb

from netwatch.model.faults import DeliveryError, Retry


@contextmanager
def no_poison() -> Iterator[None]:
    """Let a bug that meets one notice be its refusal: else no other would ever leave again.

    A restart would meet the same notice, and the same bug. What the bug says of itself may hold
    an address with a secret in it, so only its kind and place are told.
    """
    try:
        yield
    except DeliveryError:
        raise
    except Exception as bug:
        at = extract_tb(bug.__traceback__)[-1]
        where = f"{Path(at.filename).name}:{at.lineno}"
        met = f"a bug met it: {type(bug).__name__} in {where}"
        raise DeliveryError(Retry.PERMANENT, met) from bug

"""What became of messages, as a gateway tells it by its webhook -> the outbox."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from netwatch.delivery.reports import Report, reports_of
from netwatch.intake.doorkeeper import RefusedError
from netwatch.service.secrets import Secret

Plain = dict[str, Any]


class Deliveries:
    """Takes reports. They can say of what was sent that it arrived or did not, and nothing else."""

    def __init__(
        self, secret: Secret | None, report: Callable[[Iterable[Report]], Awaitable[None]]
    ) -> None:
        self._secret, self._report = secret, report

    async def ask(self, question: Plain, _who: str) -> Plain:
        """Take a report: its secret, and the marks and states that stand in it.

        Raises:
            RefusedError: the secret is not that of the settings, or they name none.
        """
        if self._secret is None or not self._secret.is_said(str(question.get("secret", ""))):
            raise RefusedError("the secret is not right")
        await self._report(reports_of(question))
        return {"taken": True}

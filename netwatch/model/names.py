"""Names of things. An id is `[A-Za-z0-9._-]{1,64}`; an element is an id with its kind before it."""

import re
from typing import Final, NewType

DeviceId = NewType("DeviceId", str)
LinkId = NewType("LinkId", str)
RiskId = NewType("RiskId", str)
SiteId = NewType("SiteId", str)
AreaId = NewType("AreaId", str)
ServiceId = NewType("ServiceId", str)
SubscriberId = NewType("SubscriberId", str)
IncidentId = NewType("IncidentId", str)
MaintenanceId = NewType("MaintenanceId", str)
ApprovalId = NewType("ApprovalId", str)
SituationId = NewType("SituationId", str)
TaskId = NewType("TaskId", str)
LessonId = NewType("LessonId", str)
ClusterId = NewType("ClusterId", str)
RoleName = NewType("RoleName", str)
PersonId = NewType("PersonId", str)
OverrideId = NewType("OverrideId", str)
ChannelName = NewType("ChannelName", str)
CheckName = NewType("CheckName", str)
ElementName = NewType("ElementName", str)
NoticeKey = NewType("NoticeKey", str)

ID_PATTERN: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
NUMBERS: Final = re.compile(r"\d+")
SELF: Final = ElementName("self")
"""Our own way out: what is to blame when nothing answers because nobody can be asked."""


def device_element(device: DeviceId) -> ElementName:
    """Name a device, a passive one too, as answers do: ``device:sw-1``."""
    return ElementName(f"device:{device}")


def link_element(link: LinkId) -> ElementName:
    """Name a link: ``link:l-core-sw``, or ``link:A--B`` for one that bears no id."""
    return ElementName(f"link:{link}")


def slots_of(port: str) -> tuple[str, ...]:
    """Return what holds a port by its name, the widest first: "ge-1/0/3" is on 1, there on 1/0."""
    numbers = NUMBERS.findall(port)[:-1]
    return tuple("/".join(numbers[: n + 1]) for n in range(len(numbers)))


def port_element(device: DeviceId, port: str) -> ElementName:
    """Name a PON or access port: ``port:olt-1/0/1/3``."""
    return ElementName(f"port:{device}/{port}")


def risk_element(risk: RiskId) -> ElementName:
    """Name things that fail together: ``risk:duct-12``."""
    return ElementName(f"risk:{risk}")


def area_element(area: AreaId) -> ElementName:
    """Name an area, where works take all that serves nobody outside it: ``area:polna``."""
    return ElementName(f"area:{area}")


def site_element(site: SiteId) -> ElementName:
    """Name a site with all the gear that stands there: ``site:pop-polna``."""
    return ElementName(f"site:{site}")


def is_id(text: str) -> bool:
    """Say whether ``text`` may be an id."""
    return ID_PATTERN.fullmatch(text) is not None

"""The checks that traps speak of, and which poll says whether it is so."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from netwatch.model.asks import Confirm


class Check(NamedTuple):
    """What a check is of, and the poll that has it."""

    confirm: Confirm
    means: str


_PORT, _ONU, _MAINS = Confirm.PORT, Confirm.ONU, Confirm.MAINS
_SENSORS, _REACH, _NOTHING = Confirm.SENSORS, Confirm.REACH, Confirm.NOTHING

CHECKS: Final[Mapping[str, Check]] = {
    # what carries service
    "if.oper": Check(_PORT, "a port or line: up or down"),
    "radio": Check(_PORT, "a radio link: up, down, or not as it should be"),
    "port.quality": Check(_PORT, "errors, lost frames, alarms of the line on a port"),
    "port.traffic": Check(_PORT, "a port's load against its limits"),
    "lag": Check(_PORT, "members of an aggregate"),
    "loop": Check(_PORT, "a loop, or a port shut because of one"),
    "stp": Check(_PORT, "the spanning tree's shape"),
    "ring": Check(_PORT, "a protected ring or line: which way it goes"),
    "oam": Check(_PORT, "the far end by OAM, CFM, BFD or a dying gasp that it sends"),
    "onu.state": Check(_ONU, "an ONU: online, without light, without power, away"),
    "onu.quality": Check(_ONU, "an ONU's line: bit errors, lost frames, drift"),
    "onu.port": Check(_ONU, "what hangs on an ONU: its LAN, phone or TV ports"),
    "onu.register": Check(_ONU, "who an ONU says it is: unknown, wrong, twice, a rogue"),
    "onu.health": Check(_ONU, "an ONU's own equipment"),
    # power
    "mains": Check(_MAINS, "mains, or another input: on or off"),
    "charge": Check(_MAINS, "how full a battery is"),
    "battery": Check(_MAINS, "a battery's health"),
    "ups": Check(_MAINS, "a UPS, rectifier or transfer switch as a whole"),
    "bypass": Check(_MAINS, "a UPS that feeds past itself"),
    "output": Check(_MAINS, "what a UPS or power strip gives: on or off"),
    "load": Check(_MAINS, "how much is taken of what can be given"),
    "power": Check(_SENSORS, "a power supply, feed, breaker or fuse"),
    "voltage": Check(_SENSORS, "a voltage against its limits"),
    "current": Check(_SENSORS, "a current against its limits"),
    "frequency": Check(_SENSORS, "a frequency against its limits"),
    # the box
    "temperature": Check(_SENSORS, "a temperature against its limits"),
    "humidity": Check(_SENSORS, "humidity or dew point against its limits"),
    "fanspeed": Check(_SENSORS, "a fan"),
    "cooling": Check(_SENSORS, "an air conditioner or cooling unit"),
    "dbm": Check(_SENSORS, "light or radio power against its limits"),
    "optics": Check(_SENSORS, "an optical module: there, fit, failing"),
    "sensor": Check(_SENSORS, "another reading against its limits, or a sensor that is lost"),
    "input": Check(_SENSORS, "a contact: door, smoke, water, a generator, whatever is wired to it"),
    "card": Check(_SENSORS, "a board, module or unit of a stack"),
    "state": Check(_SENSORS, "the device's own health"),
    "clock": Check(_SENSORS, "where the clock comes from"),
    "cpu": Check(_SENSORS, "the processor's load"),
    "memory": Check(_SENSORS, "memory"),
    "storage": Check(_SENSORS, "disk or flash"),
    "resource": Check(_SENSORS, "tables, leases, sessions: how full they are"),
    # what it speaks to others
    "reach": Check(_REACH, "does it, or what hangs on it, answer"),
    "restart": Check(_REACH, "it started, or a part of it did"),
    "redundancy": Check(_REACH, "is the spare there, and who leads"),
    "bgp": Check(_REACH, "a BGP session"),
    "ospf": Check(_REACH, "an OSPF neighbour, interface or database"),
    "isis": Check(_REACH, "an IS-IS neighbour, interface or database"),
    "mpls": Check(_REACH, "LDP, tunnels, pseudowires, VRFs"),
    "routing": Check(_REACH, "another routing protocol"),
    "multicast": Check(_REACH, "PIM, IGMP, MSDP"),
    "tunnel": Check(_REACH, "a VPN or other tunnel"),
    "service": Check(_REACH, "a program, server or protocol that customers use"),
    "threshold": Check(_SENSORS, "a limit that somebody set, for whatever they watch"),
    # news that no poll confirms
    "config": Check(_NOTHING, "somebody changed or saved the configuration"),
    "authentication": Check(_NOTHING, "somebody asked with a wrong password, or logged in"),
    "security": Check(_NOTHING, "an attack, a stranger's address, a violated port"),
    "upgrade": Check(_NOTHING, "software was loaded"),
    "licence": Check(_NOTHING, "licences"),
    "topology": Check(_NOTHING, "a neighbour or an address was learnt or forgotten"),
    "job": Check(_NOTHING, "a test, backup or other task ended"),
    "notice": Check(_NOTHING, "other news"),
}

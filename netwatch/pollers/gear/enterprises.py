"""sysObjectID -> who made the device, where no profile knows it (IANA enterprise numbers)."""

from typing import Final

_ENTERPRISES: Final = "1.3.6.1.4.1."
MAKERS: Final = {
    2: "IBM", 9: "Cisco", 11: "HPE", 43: "3Com", 161: "Motorola", 171: "D-Link", 193: "Ericsson",
    207: "Allied Telesis", 232: "HPE", 248: "Hirschmann", 259: "Edge-Core", 311: "Microsoft",
    318: "APC", 343: "Intel", 476: "Vertiv", 534: "Eaton", 594: "Thomson", 637: "Nokia",
    674: "Dell", 890: "Zyxel", 1588: "Brocade", 1872: "Alteon", 1916: "Extreme", 1991: "Brocade",
    2011: "Huawei", 2254: "Delta", 2272: "Extreme", 2281: "Ceragon", 2352: "Ericsson",
    2544: "ADVA", 2606: "Rittal", 2636: "Juniper", 3224: "Juniper", 3320: "BDCOM",
    3709: "Datacom", 3808: "CyberPower", 3854: "AKCP", 3902: "ZTE", 4329: "Siemens",
    4413: "Broadcom", 4526: "Netgear", 4555: "Socomec", 4796: "HWg", 4881: "Ruijie",
    5003: "AudioCodes", 5504: "Zhone", 5651: "Maipu", 5875: "FiberHome", 6027: "Dell",
    6141: "Ciena", 6296: "Dasan", 6302: "Vertiv", 6321: "Calix", 6339: "DCN",
    6486: "Alcatel-Lucent", 6527: "Nokia", 6876: "VMware", 6889: "Avaya", 8072: "Net-SNMP",
    8691: "Moxa", 8886: "Raisecom", 10876: "Supermicro", 11863: "TP-Link", 12148: "Eltek",
    12356: "Fortinet", 13742: "Raritan", 14179: "Cisco", 14823: "Aruba", 14988: "MikroTik",
    17163: "Riverbed", 17713: "Cambium", 18248: "Papouch", 20916: "AVTECH", 21239: "Geist",
    24681: "QNAP", 25053: "Ruckus", 25506: "HPE", 28507: "GUDE", 29671: "Cisco Meraki",
    30065: "Arista", 31926: "Siklu", 32050: "Packetflux", 34592: "C-Data", 35265: "Eltex",
    37950: "V-SOL", 40418: "SNR", 41112: "Ubiquiti", 43356: "Mimosa", 46242: "Netonix",
    47196: "Aruba", 48690: "Teltonika",
}  # fmt: skip
"""Enterprise number -> maker, as people call it."""


def maker(object_id: str) -> str | None:
    """Return who registered the number that a sysObjectID begins with; None: nobody known."""
    if not object_id.startswith(_ENTERPRISES):
        return None
    number = object_id.removeprefix(_ENTERPRISES).partition(".")[0]
    return MAKERS.get(int(number)) if number.isdigit() else None

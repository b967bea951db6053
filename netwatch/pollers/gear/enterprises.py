"""sysObjectID -> who made the device, where no profile knows it (IANA enterprise numbers)."""

from typing import Final

_ENTERPRISES: Final = "1.3.6.1.4.1."
MAKERS: Final = {
    2: "IBM", 9: "Cisco", 11: "HPE", 42: "Oracle", 43: "3Com", 45: "Avaya", 52: "Enterasys",
    63: "Apple", 81: "Avaya", 94: "Nokia", 111: "Oracle", 119: "NEC", 161: "Motorola", 164: "RAD",
    171: "D-Link", 193: "Ericsson", 207: "Allied Telesis", 211: "Fujitsu", 231: "Fujitsu",
    232: "HPE", 236: "Samsung", 244: "Lantronix", 248: "Hirschmann", 253: "Xerox",
    259: "Edge-Core", 272: "BinTec", 311: "Microsoft", 318: "APC", 332: "Digi", 343: "Intel",
    388: "Extreme", 476: "Vertiv", 534: "Eaton", 562: "Ciena", 594: "Thomson", 629: "MRV",
    637: "Nokia", 641: "Lexmark", 664: "Adtran", 674: "Dell", 705: "Eaton", 738: "Telco Systems",
    762: "Proxim", 789: "NetApp", 823: "Loop Telecom", 850: "Tripp Lite", 885: "Vertiv",
    890: "Zyxel", 926: "Alpha", 935: "MegaTec", 1248: "Epson", 1271: "Ciena", 1332: "Iskratel",
    1347: "Kyocera", 1356: "Generex", 1588: "Brocade", 1602: "Canon", 1718: "ServerTech",
    1768: "Patton", 1872: "Alteon", 1916: "Extreme", 1966: "Perle", 1981: "Dell EMC",
    1991: "Brocade", 2007: "Teldat", 2011: "Huawei", 2021: "Net-SNMP", 2254: "Delta",
    2272: "Extreme", 2281: "Ceragon", 2334: "Blue Coat", 2352: "Ericsson", 2356: "LANCOM",
    2435: "Brother", 2509: "Aviat", 2544: "ADVA", 2604: "Sophos", 2606: "Rittal",
    2620: "Check Point", 2636: "Juniper", 2682: "DPS Telecom", 2863: "Thomson", 2925: "Vertiv",
    3097: "WatchGuard", 3181: "MICROSENS", 3224: "Juniper", 3309: "Nomadix", 3320: "BDCOM",
    3373: "SIAE", 3375: "F5", 3417: "Blue Coat", 3709: "Datacom", 3808: "CyberPower",
    3833: "Schneider Electric", 3854: "AKCP", 3902: "ZTE", 3942: "InfiNet", 3955: "Linksys",
    4115: "Arris", 4196: "Siemens", 4329: "Siemens", 4413: "Broadcom", 4458: "RADWIN",
    4515: "PacketLight", 4526: "Netgear", 4555: "Socomec", 4779: "Baytech", 4796: "HWg",
    4874: "Juniper", 4881: "Ruijie", 4998: "ARRIS", 5003: "AudioCodes", 5454: "Trango",
    5504: "Zhone", 5528: "APC", 5597: "Meinberg", 5624: "Enterasys", 5651: "Maipu",
    5875: "FiberHome", 5951: "Citrix", 6027: "Dell", 6050: "Gamatronic", 6066: "Calix",
    6141: "Ciena", 6296: "Dasan", 6302: "Vertiv", 6321: "Calix", 6339: "DCN",
    6486: "Alcatel-Lucent", 6527: "Nokia", 6574: "Synology", 6876: "VMware", 6889: "Avaya",
    7244: "Quanta", 7262: "DragonWave", 7309: "Alpha", 7367: "DrayTek", 7483: "Nokia",
    7501: "BKtel", 7571: "SAF", 7779: "Infoblox", 8072: "Net-SNMP", 8164: "Cisco", 8691: "Moxa",
    8708: "Infinera", 8741: "SonicWall", 8744: "HPE", 8886: "Raisecom", 8888: "AlphaBridge",
    9148: "Oracle", 10002: "Ubiquiti", 10072: "GW Delight", 10297: "Advantech", 10418: "Vertiv",
    10876: "Supermicro", 11256: "Stormshield", 11606: "PBN", 11863: "TP-Link", 11898: "Proxim",
    12140: "Alcoma", 12148: "Eltek", 12325: "FreeBSD", 12356: "Fortinet", 12394: "Alvarion",
    12532: "Pulse Secure", 12551: "CE+T", 12740: "Dell", 12919: "Inteno", 13191: "OneAccess",
    13742: "Raritan", 13858: "Eltek", 14179: "Cisco", 14525: "Juniper", 14823: "Aruba",
    14988: "MikroTik", 15004: "Siemens", 15497: "Cisco", 16174: "Sensatronics", 16177: "Westermo",
    17095: "Tycon", 17163: "Riverbed", 17409: "C-Data", 17420: "Digipower", 17471: "Actelis",
    17713: "Cambium", 18070: "BTI", 18248: "Papouch", 18334: "Konica Minolta", 18928: "Areca",
    19046: "Lenovo", 20044: "Ekinops", 20301: "Lenovo", 20542: "Sierra Wireless",
    20632: "Barracuda", 20858: "Casa", 20916: "AVTECH", 20992: "CradlePoint", 21013: "Cambium",
    21239: "Geist", 21296: "Infinera", 21317: "ATEN", 21796: "HW group", 21839: "ALAXALA",
    22420: "Accedian", 22610: "A10", 22626: "Comet System", 23695: "Peplink",
    23867: "Silver Peak", 24062: "Korenix", 24681: "QNAP", 25049: "Opengear", 25053: "Ruckus",
    25461: "Palo Alto", 25506: "HPE", 25651: "Exalt", 26543: "Lenovo", 26866: "Gigamon",
    26928: "Extreme", 27514: "Qtech", 27662: "Peplink", 28087: "Albentia", 28507: "GUDE",
    29671: "Cisco Meraki", 29865: "Icotera", 30065: "Arista", 30803: "VyOS", 30826: "Smartoptics",
    31034: "Schleifenbauer", 31926: "Siklu", 32050: "Packetflux", 32750: "LigoWave",
    32761: "Deliberant", 33049: "Mellanox", 33555: "Racom", 34278: "Janitza", 34592: "C-Data",
    35098: "Pica8", 35265: "Eltex", 36673: "IP Infusion", 37950: "V-SOL", 38446: "Enlogic",
    38783: "Teracom", 39052: "Vutlan", 39145: "ICT", 39165: "Hikvision", 39406: "Benu",
    40310: "Cumulus", 40418: "SNR", 40989: "FS", 41112: "Ubiquiti", 41263: "Nutanix",
    41916: "Cisco", 42229: "Infinera", 42397: "Grandstream", 43356: "Mimosa", 44641: "VyOS",
    45621: "Tycon", 46242: "Netonix", 46501: "Didactum", 47196: "Aruba", 48690: "Teltonika",
    49136: "Algcom", 52326: "Alpine Optoelectronics", 52642: "FS", 53058: "Baicells",
}  # fmt: skip
"""Enterprise number -> maker, as people call it."""


def maker(object_id: str) -> str | None:
    """Return who registered the number that a sysObjectID begins with; None: nobody known."""
    if not object_id.startswith(_ENTERPRISES):
        return None
    number = object_id.removeprefix(_ENTERPRISES).partition(".")[0]
    return MAKERS.get(int(number)) if number.isdigit() else None

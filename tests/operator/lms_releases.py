"""The same LMS as older releases keep it: statements that take a filled database back."""

from typing import Final


def statements(text: str) -> tuple[str, ...]:
    """Return the statements of a text, one after the other."""
    return tuple(filter(None, (one.strip() for one in text.split(";"))))


TO_2019: Final = statements("""
ALTER TABLE customers ADD COLUMN mailingnotice smallint DEFAULT NULL;
UPDATE customers SET mailingnotice = (
    SELECT count(*) FROM customerconsents WHERE customerid = customers.id AND type = 3);
DROP TABLE customerconsents;
DROP TABLE netdevicemacs;
ALTER TABLE netdevicemodels DROP COLUMN type;
DROP TABLE netdevicetypes;
ALTER TABLE customerassignments DROP COLUMN startdate;
ALTER TABLE customerassignments DROP COLUMN enddate;
UPDATE dbinfo SET keyvalue = '2019072500' WHERE keytype = 'dbversion';
""")
"""Consents in the customer's row; no device types: kinds are told by words in names."""

_PLACES: Final = """
ALTER TABLE {table} ADD COLUMN location_city integer DEFAULT NULL;
ALTER TABLE {table} ADD COLUMN location_street integer DEFAULT NULL;
ALTER TABLE {table} ADD COLUMN location_house varchar(32) DEFAULT NULL;
UPDATE {table} SET
    location_city = (SELECT c.id FROM addresses a JOIN location_cities c ON c.name = a.city
        WHERE a.id = {table}.address_id),
    location_street = (SELECT s.id FROM addresses a JOIN location_cities c ON c.name = a.city
        JOIN location_streets s ON s.cityid = c.id AND s.name = substr(a.street, 5)
        WHERE a.id = {table}.address_id),
    location_house = (SELECT a.house FROM addresses a WHERE a.id = {table}.address_id);
ALTER TABLE {table} DROP COLUMN address_id;
"""
TO_2015: Final = (
    *TO_2019,
    *statements("""
INSERT INTO location_cities (ident, name) SELECT DISTINCT '0', city FROM addresses;
INSERT INTO location_streets (ident, name, cityid)
    SELECT DISTINCT '0', substr(a.street, 5), c.id
    FROM addresses a JOIN location_cities c ON c.name = a.city WHERE a.street IS NOT NULL;
"""),
    *statements(_PLACES.format(table="nodes")),
    *statements(_PLACES.format(table="netdevices")),
    *statements("""
ALTER TABLE netnodes DROP COLUMN address_id;
DROP TABLE customer_addresses;
DROP TABLE addresses;
UPDATE nodes SET name = login WHERE login IS NOT NULL;
ALTER TABLE nodes DROP COLUMN login;
UPDATE nodes SET ownerid = 0 WHERE ownerid IS NULL;
ALTER TABLE assignments DROP COLUMN commited;
ALTER TABLE netdevices DROP COLUMN ownerid;
UPDATE dbinfo SET keyvalue = '2015122300' WHERE keytype = 'dbversion';
"""),
)
"""Places in the row of what stands there, by TERYT; logins are names; 0 stands for nobody."""

GPON: Final = statements("""
CREATE TABLE gpononu (
    id integer PRIMARY KEY, name varchar(100) NOT NULL, gpononumodelsid integer NOT NULL DEFAULT 0,
    password varchar(100) NOT NULL DEFAULT '', onuid smallint NOT NULL DEFAULT 0,
    onudescription varchar(32) DEFAULT NULL, host_id1 integer DEFAULT NULL,
    host_id2 integer DEFAULT NULL);
CREATE TABLE gpononu2customers (
    id integer PRIMARY KEY, gpononuid integer NOT NULL, customersid integer NOT NULL);
CREATE TABLE gpononu2olt (
    id integer PRIMARY KEY, netdevicesid integer NOT NULL, gpononuid integer NOT NULL,
    numport smallint NOT NULL);
""")
"""The tables of LMSGponDasanPlugin that say on which ONU a customer sits."""

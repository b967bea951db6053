"""Contacts, sealed in one file that can be erased: contacts <-> state/contacts/store."""

"""Host keys as people compare them."""

import base64
import binascii
import hashlib


def fingerprint(body: str) -> str:
    """Return a key's fingerprint as ``ssh-keygen -l`` writes it, from its base64."""
    try:
        octets = base64.b64decode(body)
    except binascii.Error:
        return "not a key"
    return "SHA256:" + base64.b64encode(hashlib.sha256(octets).digest()).decode().rstrip("=")

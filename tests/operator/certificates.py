"""An authority of one's own, and a certificate of it for this machine."""

from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def make_certificates(folder: Path, host: str = "") -> tuple[Path, Path, Path]:
    """Write ``ca.pem``, ``cert.pem`` for a host and ``key.pem``; return their paths.

    Without a name of a host the certificate is one for 127.0.0.1.
    """
    authority, own = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    issuer = _name(f"authority of {folder.name}")
    ca = (
        _begun(issuer, issuer, authority.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(authority, hashes.SHA256())
    )
    here = x509.DNSName(host) if host else x509.IPAddress(ip_address("127.0.0.1"))
    cert = (
        _begun(_name(host or "127.0.0.1"), issuer, own.public_key())
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
        .sign(authority, hashes.SHA256())
    )
    paths = (folder / "ca.pem", folder / "cert.pem", folder / "key.pem")
    pem = serialization.Encoding.PEM
    key = own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    for path, raw in zip(paths, (ca.public_bytes(pem), cert.public_bytes(pem), key), strict=True):
        path.write_bytes(raw)
        path.chmod(0o600)
    return paths


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
    )

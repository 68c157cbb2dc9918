"""The installation's seal. Asked: `verb` (make, check, expiry, seal) and what it needs. Answered: bytes.

A PDF to seal comes in base64 as `pdf`, or as a file that is given.
"""

from __future__ import annotations

import base64
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from milepost.gateways.confined import limits

YEARS = 10
# RFC 5280, upper bounds: the longest name of an organisation, here in bytes.
NAME_BYTES_MAX = 64


def main() -> None:
    limits.confine(seconds=20, megabytes=1024, answer_megabytes=512)
    asked = limits.request()
    verbs = {"make": make, "check": check, "expiry": expiry, "seal": seal}
    limits.answer(verbs[asked["verb"]](asked))


def make(asked: dict[str, Any]) -> bytes:
    """A P-256 key with a certificate that it signs itself, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    at = datetime.fromisoformat(asked["at"])
    name = asked["name"].strip().encode()[:NAME_BYTES_MAX].decode(errors="ignore").strip() or "Milepost"
    subject = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, name),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, name),
            x509.NameAttribute(x509.NameOID.ORGANIZATIONAL_UNIT_NAME, "Milepost seal"),
        ]
    )
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        # A clock that was set back a little must not make a fresh seal invalid.
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + certificate.public_bytes(Encoding.PEM)


def check(asked: dict[str, Any]) -> bytes:
    """Signs and verifies a few bytes; refuses a key that is not the certificate's, and one out of its time."""
    key, certificate = _load(asked["path"])
    proof = b"milepost seal check"
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey) or public != key.public_key():
        limits.refuse(message="the key is not that of the certificate")
    public.verify(key.sign(proof, ec.ECDSA(hashes.SHA256())), proof, ec.ECDSA(hashes.SHA256()))
    at = datetime.fromisoformat(asked["at"])
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        limits.refuse(message=f"the certificate is valid until {certificate.not_valid_after_utc.isoformat()}")
    return b""


def expiry(asked: dict[str, Any]) -> bytes:
    _key, certificate = _load(asked["path"])
    return certificate.not_valid_after_utc.isoformat().encode()


def seal(asked: dict[str, Any]) -> bytes:
    """PAdES B-B, invisible: a visible one would break PDF/UA."""
    from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, fields
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    _load(asked["path"])
    pem = Path(asked["path"]).read_bytes()
    (certificate,) = load_certs_from_pemder_data(pem[pem.index(b"-----BEGIN CERTIFICATE") :])
    # The store ships without types.
    signer = SimpleSigner(certificate, load_private_key_from_pemder_data(pem, None), SimpleCertificateStore())  # type: ignore[no-untyped-call]
    meta = PdfSignatureMetadata(
        field_name="MilepostSeal",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason=asked["reason"],
        name=asked["name"] or None,
    )
    pdf = limits.given(asked)[0] if "given" in asked else base64.b64decode(asked["pdf"])
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    sealer = _at(datetime.fromisoformat(asked["at"]), meta, signer)
    sealed: bytes = sealer.sign_pdf(writer).getvalue()
    return sealed


def _at(at: datetime, meta: Any, signer: Any) -> Any:
    """A signer whose clock is the one that was given."""
    from pyhanko.sign.signers.pdf_signer import PdfSigner

    class SignerAt(PdfSigner):
        def init_signing_session(self, *args: Any, **options: Any) -> Any:
            session = super().init_signing_session(*args, **options)
            session.system_time = at
            return session

    return SignerAt(meta, signer)


def _load(path: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    try:
        pem = Path(path).read_bytes()
        key = load_pem_private_key(pem, None)
        certificate = x509.load_pem_x509_certificate(pem)
    except (OSError, ValueError) as error:
        limits.refuse(message=f"{path} can't be read: {error}")
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        limits.refuse(message=f"{path} holds no elliptic-curve key")
    return key, certificate


def _usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


if __name__ == "__main__":
    main()

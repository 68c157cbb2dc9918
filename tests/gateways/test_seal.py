"""The seal's key: made once, fit for use, known to expire. What it seals is tried with the executed copy."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from milepost.gateways import seal

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "keys"
    seal.ensure(folder, "Olga & Co", at=AT)
    return folder


def test_the_key_is_p_256_for_its_owner_alone(keys):
    path = keys / "seal.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(keys.stat().st_mode) == 0o700
    certificate = x509.load_pem_x509_certificate(path.read_bytes())
    assert isinstance(certificate.public_key().curve, ec.SECP256R1)
    assert certificate.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)[0].value == "Olga & Co"
    assert certificate.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    assert [each.name for each in keys.iterdir()] == ["seal.pem"]


def test_it_is_made_once(keys):
    before = (keys / "seal.pem").read_bytes()
    seal.ensure(keys, "Mallory", at=AT)
    assert (keys / "seal.pem").read_bytes() == before


def test_processes_that_start_at_once_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: seal.ensure(tmp_path / "keys", "Olga", at=AT), range(4)))
    assert [each.name for each in (tmp_path / "keys").iterdir()] == ["seal.pem"]
    seal.check_key(tmp_path / "keys", at=AT)


@pytest.mark.parametrize("name", ["", "   ", "Ä" * 200, "東京株式会社", "a,b=c+d\\"])
def test_any_name_makes_a_certificate(tmp_path, name):
    seal.ensure(tmp_path / "keys", name, at=AT)
    seal.check_key(tmp_path / "keys", at=AT)
    assert seal.expires_at(tmp_path / "keys") > AT


def test_the_expiry_is_known_and_checked(keys):
    ends = seal.expires_at(keys)
    assert ends.tzinfo == UTC and AT + timedelta(days=3600) < ends < AT + timedelta(days=3700)
    seal.check_key(keys, at=ends - timedelta(seconds=1))
    with pytest.raises(seal.SealFailed, match="valid until"):
        seal.check_key(keys, at=ends + timedelta(seconds=1))


def test_a_key_that_is_missing_broken_or_another_ones_is_said(keys, tmp_path):
    with pytest.raises(seal.SealFailed, match="can't be read"):
        seal.check_key(tmp_path, at=AT)
    (tmp_path / "seal.pem").write_text("nothing")
    with pytest.raises(seal.SealFailed, match="can't be read"):
        seal.check_key(tmp_path, at=AT)
    seal.ensure(tmp_path / "other", "Olga", at=AT)
    marker = b"-----BEGIN CERTIFICATE-----"
    secret, _, _ = (keys / "seal.pem").read_bytes().partition(marker)
    _, _, certificate = (tmp_path / "other" / "seal.pem").read_bytes().partition(marker)
    (tmp_path / "seal.pem").write_bytes(secret + marker + certificate)
    with pytest.raises(seal.SealFailed, match="not that of the certificate"):
        seal.check_key(tmp_path, at=AT)


def test_what_is_no_pdf_is_not_sealed(keys):
    with pytest.raises(seal.SealFailed):
        seal.seal(b"not a PDF", keys=keys, at=AT, reason="Signed by both parties")


def test_a_key_of_the_wrong_kind_is_refused(keys, tmp_path):
    other = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _, marker, certificate = (keys / "seal.pem").read_bytes().partition(b"-----BEGIN CERTIFICATE-----")
    (tmp_path / "seal.pem").write_bytes(other + marker + certificate)
    with pytest.raises(seal.SealFailed, match="no elliptic-curve key"):
        seal.check_key(tmp_path, at=AT)

"""The TLS policy, as a table of URLs."""

from __future__ import annotations

import ssl
from pathlib import Path

import certifi
import pytest

from toolkit.database import DatabaseUrl, TlsPolicy
from toolkit.database.errors import NoRootCertificateError, WeakTlsRefusedError
from toolkit.database.tls import root_certificates

NEON = "postgresql://u:p@ep-cool-name-a1b2c3d4.eu.neon.tech/d"
ELSEWHERE = "postgresql://u:p@db.example.com/d"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    file = tmp_path / "roots.pem"
    file.write_text("roots")
    return file


@pytest.mark.parametrize(
    ("text", "mode", "rooted", "said"),
    [
        (NEON, "verify-full", True, []),
        (f"{NEON}?sslmode=disable", "verify-full", True, ["warning"]),
        (f"{NEON}?sslmode=allow", "verify-full", True, ["warning"]),
        (f"{NEON}?sslmode=prefer", "verify-full", True, ["warning"]),
        (f"{NEON}?sslmode=require", "require", False, ["warning"]),
        (f"{NEON}?sslmode=verify-ca", "verify-ca", True, ["warning"]),
        (f"{NEON}?sslmode=verify-full", "verify-full", True, []),
        (f"{NEON}?sslmode=verify-full&sslrootcert=system", "verify-full", True, []),
        (ELSEWHERE, None, False, []),
        (f"{ELSEWHERE}?sslmode=require", "require", False, []),
        (f"{ELSEWHERE}?sslmode=verify-full", "verify-full", True, []),
        ("postgresql://u:p@localhost/d", None, False, []),
        ("postgresql:///d?host=/run/postgresql", None, False, []),
        ("postgresql://u:p@127.0.0.1/d?sslmode=verify-full", "verify-full", False, []),
    ],
)
def test_what_a_url_becomes(
    text: str, mode: str | None, rooted: bool, said: list[str], bundle: Path, tmp_path: Path
) -> None:
    environ = {"SSL_CERT_FILE": str(bundle), "HOME": str(tmp_path)}
    url, notices = TlsPolicy().apply(DatabaseUrl.parse(text), environ)
    assert url.query.get("sslmode") == mode
    assert url.query.get("sslrootcert") == (str(bundle) if rooted else None)
    assert [notice.level for notice in notices] == said
    assert url.with_arguments() == DatabaseUrl.parse(url.reveal())


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (NEON, None),
        (f"{NEON}?sslmode=require", "require"),
        (f"{NEON}?sslmode=verify-ca", "verify-ca"),
        (f"{NEON}?sslmode=verify-full", None),
        (ELSEWHERE, None),
        (f"{ELSEWHERE}?sslmode=prefer", "prefer"),
        ("postgresql://localhost/d", None),
    ],
)
def test_strict(text: str, refused: str | None, bundle: Path) -> None:
    policy = TlsPolicy(root_cert=bundle, strict=True)
    if refused is None:
        url, _ = policy.apply(DatabaseUrl.parse(text), {})
        assert url.is_local or url.query["sslmode"] == "verify-full"
        return
    with pytest.raises(WeakTlsRefusedError) as caught:
        policy.apply(DatabaseUrl.parse(text), {})
    assert caught.value.sslmode == refused


def test_channel_binding_and_a_named_root_are_kept(bundle: Path) -> None:
    text = f"{NEON}?channel_binding=require&sslmode=verify-full&sslrootcert={bundle}"
    url = DatabaseUrl.parse(text)
    assert TlsPolicy(root_cert=Path("/elsewhere.pem")).apply(url, {}) == (url, ())


def test_the_roots_libpq_would_find_itself_are_left_to_it(tmp_path: Path) -> None:
    (tmp_path / ".postgresql").mkdir()
    (tmp_path / ".postgresql" / "root.crt").write_text("roots")
    url = DatabaseUrl.parse(f"{ELSEWHERE}?sslmode=verify-full")
    assert TlsPolicy().apply(url, {"HOME": str(tmp_path)}) == (url, ())


def test_the_order_of_root_files(bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others = {name: tmp_path / name for name in ("pg", "openssl", "python")}
    for file in others.values():
        file.write_text("roots")
    paths = ssl.get_default_verify_paths()._replace(cafile=str(others["python"]))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)
    environ = {"PGSSLROOTCERT": str(others["pg"]), "SSL_CERT_FILE": str(others["openssl"])}
    assert root_certificates(bundle, environ) == bundle
    assert root_certificates(None, environ) == others["pg"]
    assert root_certificates(None, {**environ, "PGSSLROOTCERT": "system"}) == others["openssl"]
    assert root_certificates(None, {}) == others["python"]
    others["python"].unlink()
    assert root_certificates(None, {}) == Path(certifi.where())


@pytest.mark.parametrize("environ", [{"PGSSLROOTCERT": "/nowhere.pem"}, {"SSL_CERT_FILE": "/nowhere.pem"}])
def test_a_named_root_file_must_exist(environ: dict[str, str]) -> None:
    with pytest.raises(NoRootCertificateError) as caught:
        root_certificates(None, environ)
    assert caught.value.origin == next(iter(environ))
    with pytest.raises(NoRootCertificateError):
        TlsPolicy().apply(DatabaseUrl.parse(f"{NEON}?sslmode=verify-full&sslrootcert=/nowhere.pem"), {})

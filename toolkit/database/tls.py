"""Which TLS a connection asks for, and which certificates it trusts.

`sslmode=require` proves nothing about the server: libpq encrypts to whoever answers. Neon therefore gets
`verify-full` with a real file of certificates (never `system`: the OpenSSL inside the psycopg2 wheel looks
for the system's store where no machine has it). Invariants: only weaker or missing arguments of a URL are
changed, a stricter choice never; a server on this machine is left alone; what was changed is said.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from toolkit.database.errors import NoRootCertificateError, WeakTlsRefusedError
from toolkit.database.url import DatabaseUrl
from toolkit.events import Notice

_VERIFYING: Final = frozenset({"verify-ca", "verify-full"})
_UNSAID: Final = frozenset({"disable", "allow", "prefer"})


@dataclass(frozen=True, slots=True)
class TlsPolicy:
    """What the settings say about TLS.

    `root_cert` is the file of trusted certificates, if one was named. `strict` refuses every remote
    connection that would not prove the server, on Neon and elsewhere.
    """

    root_cert: Path | None = None
    strict: bool = False

    def apply(
        self, url: DatabaseUrl, environ: Mapping[str, str] | None = None
    ) -> tuple[DatabaseUrl, tuple[Notice, ...]]:
        """The URL as it is to be connected with, and what the user should know about it.

        Raises WeakTlsRefusedError, and NoRootCertificateError for a named file that is not there.
        """
        environ = os.environ if environ is None else environ
        mode = url.query.get("sslmode")
        if url.is_local or not (url.is_neon or self.strict or mode in _VERIFYING):
            return url, ()
        notices: list[Notice] = []
        if mode is None or (url.is_neon and mode in _UNSAID):
            if mode is not None:
                notices.append(Notice("warning", f"sslmode={mode} was raised to verify-full for {url.host}."))
            mode = "verify-full"
        if mode != "verify-full":
            notices.append(self._weaker(str(url.host), mode))
        changed = url.with_arguments(sslmode=mode)
        if mode in _VERIFYING:
            changed = self._with_roots(changed, environ)
        return changed, tuple(notices)

    def _weaker(self, host: str, mode: str) -> Notice:
        if self.strict:
            raise WeakTlsRefusedError(host, mode)
        return Notice(
            "warning", f"sslmode={mode} does not prove that {host} is the right server; use verify-full."
        )

    def _with_roots(self, url: DatabaseUrl, environ: Mapping[str, str]) -> DatabaseUrl:
        named = url.query.get("sslrootcert")
        if named is not None and named != "system":
            _existing(Path(named), "sslrootcert in the URL")
            return url
        if named is None and not url.is_neon and _libpq_default(environ).exists():
            return url
        return url.with_arguments(sslrootcert=str(root_certificates(self.root_cert, environ)))


def root_certificates(named: Path | None = None, environ: Mapping[str, str] | None = None) -> Path:
    """The file of trusted certificates: the named one, PGSSLROOTCERT, SSL_CERT_FILE, Python's, certifi's.

    Raises NoRootCertificateError if the first one that is named does not exist.
    """
    environ = os.environ if environ is None else environ
    if named is not None:
        return _existing(named, "the settings")
    for variable in ("PGSSLROOTCERT", "SSL_CERT_FILE"):
        value = environ.get(variable)
        if value and value != "system":
            return _existing(Path(value), variable)
    python_default = ssl.get_default_verify_paths().cafile
    if python_default and Path(python_default).is_file():
        return Path(python_default)
    import certifi  # only a machine without any bundle pays for it

    return Path(certifi.where())


def _existing(path: Path, origin: str) -> Path:
    if not path.is_file():
        raise NoRootCertificateError(path, origin)
    return path


def _libpq_default(environ: Mapping[str, str]) -> Path:
    """Where libpq itself looks when nothing is named."""
    if environ.get("PGSSLROOTCERT"):
        return Path(environ["PGSSLROOTCERT"])
    return Path(environ.get("HOME") or Path.home()) / ".postgresql" / "root.crt"

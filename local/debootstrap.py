"""A minimal Debian 12 root, with this machine's way to the package registries inside.

The mirrors, proxies, certificate authorities and pip settings come from the machine at run time, so that
`RUN apt-get …` and `RUN pip install …` in a Dockerfile work wherever they work outside. Images with such a
base stay in the local registry.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from local.commands import run

SUITE = "bookworm"
_OPTIONS = ("--variant=minbase", "--include=ca-certificates")
_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
_EXTRA_CERTIFICATES = Path("/usr/local/share/ca-certificates")

# What debian:bookworm-slim leaves out too: documentation, translations, package lists.
_EXCESS = ("usr/share/doc", "usr/share/man", "usr/share/info", "usr/share/locale", "var/cache/apt", "var/lib/apt/lists")


def bootstrap(root: Path) -> None:
    """Make a Debian root directory at `root`."""
    sources = apt_sources()
    # Where this machine has no mirror of the suite, debootstrap takes Debian's own and writes that into the root.
    mirror = next(([line.split()[1]] for line in sources if line.split()[2] == SUITE), [])
    # In a mount namespace of its own: killed midway, it leaves no /proc mounted inside.
    run(
        ["unshare", "--mount", "debootstrap", *_OPTIONS, SUITE, str(root), *mirror],
        failure=f"debootstrap could not make Debian {SUITE}",
        remedy="make doctor, then: make up",
    )
    if mirror:
        (root / "etc/apt/sources.list").write_text("".join(f"{line}\n" for line in sources))
    (root / "etc/apt/apt.conf.d/90host").write_text(apt_settings())
    (root / "etc/pip.conf").write_text(pip_settings())
    for certificate in _EXTRA_CERTIFICATES.glob("*.crt"):
        shutil.copy(certificate, root / str(_EXTRA_CERTIFICATES).lstrip("/"))
    run(["chroot", str(root), "update-ca-certificates"], failure="the certificate authorities could not be added")
    for name in _EXCESS:
        for entry in (root / name).iterdir():
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    for name in ("var/cache/apt/archives/partial", "var/lib/apt/lists/partial"):
        (root / name).mkdir(parents=True)


def apt_sources() -> list[str]:
    """Lines of a sources.list: this machine's mirrors of Debian, for SUITE and its updates."""
    shown = run(
        ["apt-get", "indextargets", "--format", "$(ORIGIN) $(REPO_URI) $(RELEASE)", "Created-By: Packages"],
        failure="apt-get does not tell its mirrors",
    )
    found = sorted({tuple(line.split()[1:]) for line in shown.splitlines() if line.startswith("Debian ")})
    suites = (SUITE, f"{SUITE}-updates", f"{SUITE}-security")
    return [f"deb {uri} {suite} main" for uri, suite in found if suite in suites]


def apt_settings() -> str:
    """The machine's apt settings for reaching its mirrors: proxies, and which dates it accepts."""
    wanted = ("Acquire::http::Proxy", "Acquire::https::Proxy", "Acquire::Check")
    dump = run(["apt-config", "dump"], failure="apt-config does not tell its settings")
    return "".join(f"{line}\n" for line in dump.splitlines() if line.startswith(wanted))


def pip_settings() -> str:
    """A pip.conf with the index this machine uses and the certificates inside the image."""
    shown = run([sys.executable, "-m", "pip", "config", "list"], failure="pip does not tell its settings")
    wanted = ("index-url", "extra-index-url", "trusted-host", "proxy")
    lines = ["[global]", f"cert = {_CERTIFICATES}"]
    for line in shown.splitlines():
        key, _, value = line.partition("=")
        name = key.rpartition(".")[2]
        if name in wanted:
            lines.append(f"{name} = {value.strip(chr(39))}")
    return "\n".join(lines) + "\n"

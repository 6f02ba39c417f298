"""The Pulumi engine and its Python language host, by the quickest road that works on this machine.

1. A `pulumi` on PATH, when it is a complete installation of the vendor's and new enough.
2. The vendor's download, tried once, where the network lets us.
3. Built from Pulumi's own Go modules, pinned in local/toolchain. Two versions belong together there:
   engine v3.220.0 is the last that starts Python policy packs in the way language host v3.79.0 knows,
   and v3.79.0 is the last host that can be had as a Go module.
"""

from __future__ import annotations

import hashlib
import io
import platform
import re
import shutil
import tarfile
import urllib.error
import urllib.request
from pathlib import Path

from local import paths
from local.commands import run
from local.golang import GoBuild, install
from local.steps import Steps

VERSION = "3.220.0"
HOST_VERSION = "3.79.0"
VENDOR_VERSION = "3.250.0"  # what is downloaded: the release of the SDK in requirements/program.txt
VENDOR_MINIMUM = (3, 220, 0)
VENDOR_URL = "https://get.pulumi.com/releases/sdk"

_SDK = "github.com/pulumi/pulumi/sdk/v3"
_LAUNCHERS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-analyzer-policy-python")
_NETWORK_TIMEOUT = 5.0  # seconds without an answer after which the vendor counts as out of reach


def parse_version(text: str) -> tuple[int, int, int] | None:
    """The version in what `pulumi version` prints, such as `v3.250.0`; None when there is none."""
    found = re.search(r"v?(\d+)\.(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def is_acceptable(version_output: str, *, has_own_host: bool) -> bool:
    """Whether an installed Pulumi can run Plinth: new enough, and complete.

    Complete means that the vendor's Python language host lies beside it. Engines are used with the host
    of their own release only: v3.220.0 and the hosts of other releases start policy packs differently.
    """
    version = parse_version(version_output)
    return version is not None and version >= VENDOR_MINIMUM and has_own_host


def on_path() -> Path | None:
    """The directory of a usable `pulumi` on PATH, or None."""
    found = shutil.which("pulumi")
    if found is None:
        return None
    folder = Path(found).resolve().parent
    if folder.is_relative_to(paths.CACHE):
        return None
    has_own_host = (folder / "pulumi-language-python").exists() and (folder / "pulumi-language-python-exec").exists()
    output = run([found, "version"], failure=f"{found} does not tell its version")
    return folder if is_acceptable(output, has_own_host=has_own_host) else None


def installed() -> Path | None:
    """The directory to put first on PATH, when an engine is here already."""
    if (found := on_path()) is not None:
        return found
    for folder in (_vendor_dir(), _built_dir()):
        if (folder / "pulumi").exists():
            return folder
    return None


def ensure(steps: Steps) -> Path:
    """The directory holding `pulumi` and its language host; got by the roads above if need be."""
    if (found := installed()) is not None:
        return found
    if download(VENDOR_URL, _vendor_dir(), steps):
        return _vendor_dir()
    target = _built_dir()
    with steps.step(f"Pulumi engine v{VERSION}, from its Go modules", expect="2 to 4 min"):
        install(_engine_build(), target, beside=_host_tools)
    return target


def _vendor_dir() -> Path:
    return paths.CACHE / "engine" / f"vendor-{VENDOR_VERSION}"


def _built_dir() -> Path:
    digest = hashlib.sha256()
    for module in ("engine", "host"):
        for name in ("go.mod", "go.sum"):
            digest.update((paths.TOOLCHAIN / module / name).read_bytes())
    return paths.CACHE / "engine" / f"v{VERSION}-host-v{HOST_VERSION}-{digest.hexdigest()[:8]}"


def _engine_build() -> GoBuild:
    return GoBuild(paths.TOOLCHAIN / "engine", f"-X {_SDK}/go/common/version.Version=v{VERSION}")


def _host_tools(folder: Path) -> None:
    """Add to `folder` the language host, and the two scripts that it and the engine look for beside it."""
    GoBuild(paths.TOOLCHAIN / "host", f"-X {_SDK}/go/common/version.Version=v{HOST_VERSION}").into(folder)
    sdk = Path(GoBuild(paths.TOOLCHAIN / "engine").module_dir(_SDK))
    for launcher in _LAUNCHERS:
        copy = folder / Path(launcher).name
        shutil.copyfile(sdk / launcher, copy)
        copy.chmod(0o755)  # files in Go's module cache have no run bit


def download(base_url: str, target: Path, steps: Steps) -> bool:
    """Fetch and unpack the vendor's release into `target`; False when it is out of reach from here."""
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine().lower()]
    url = f"{base_url}/pulumi-v{VENDOR_VERSION}-{platform.system().lower()}-{machine}.tar.gz"
    try:
        response = urllib.request.urlopen(url, timeout=_NETWORK_TIMEOUT)  # noqa: S310 - a constant https URL
    except (urllib.error.URLError, TimeoutError):
        return False
    with steps.step(f"Pulumi v{VENDOR_VERSION}, the vendor's download") as step, response:
        archive = response.read()
        step.detail = f"{len(archive) >> 20} MiB"
        unpacked = target.with_name(f"{target.name}.new")
        shutil.rmtree(unpacked, ignore_errors=True)
        with tarfile.open(fileobj=io.BytesIO(archive)) as bundle:
            bundle.extractall(unpacked, filter="data")
        shutil.rmtree(target, ignore_errors=True)
        (unpacked / "pulumi").rename(target)  # everything lies in a folder of that name
        unpacked.rmdir()
    return True

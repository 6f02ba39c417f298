from __future__ import annotations

import io
import platform
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from rich.console import Console

from local import engine
from local.steps import Steps


@pytest.mark.parametrize(
    ("output", "version"),
    [
        ("v3.250.0\n", (3, 250, 0)),
        ("3.220.0", (3, 220, 0)),
        ("v3.221.0-alpha.1", (3, 221, 0)),
        ("", None),
        ("v3", None),
    ],
)
def test_versions_are_read_from_what_pulumi_prints(output: str, version: tuple[int, int, int] | None):
    assert engine.parse_version(output) == version


@pytest.mark.parametrize(
    ("output", "has_own_host", "accepted"),
    [
        ("v3.250.0", True, True),
        ("v3.220.0", True, True),
        ("v3.219.9", True, False),  # too old for the SDK
        ("v3.250.0", False, False),  # an engine without the host of its release cannot start policy packs
        ("", True, False),
    ],
)
def test_an_installed_pulumi_must_be_new_enough_and_complete(output: str, has_own_host: bool, accepted: bool):  # noqa: FBT001
    assert engine.is_acceptable(output, has_own_host=has_own_host) is accepted


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    folder = tmp_path / "site"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", folder
        server.shutdown()


def test_a_download_is_unpacked_whole(site: tuple[str, Path], tmp_path: Path):
    url, folder = site
    machine = {"x86_64": "x64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]
    archive = folder / f"pulumi-v{engine.VENDOR_VERSION}-{platform.system().lower()}-{machine}.tar.gz"
    with tarfile.open(archive, "w:gz") as bundle:
        entry = tarfile.TarInfo("pulumi/pulumi")
        entry.size, entry.mode = 6, 0o755
        bundle.addfile(entry, io.BytesIO(b"engine"))
    target = tmp_path / "engine" / "vendor"

    assert engine.download(url, target, Steps(Console(quiet=True)))
    assert (target / "pulumi").read_bytes() == b"engine"
    assert [each.name for each in target.parent.iterdir()] == ["vendor"]


def test_a_vendor_out_of_reach_is_no_error(site: tuple[str, Path], tmp_path: Path):
    url, _ = site  # it has no such file
    assert not engine.download(url, tmp_path / "vendor", Steps(Console(quiet=True)))
    assert not engine.download("http://127.0.0.1:9", tmp_path / "vendor", Steps(Console(quiet=True)))
    assert not (tmp_path / "vendor").exists()

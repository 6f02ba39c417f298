"""AWS on loopback: MiniStack, and beside it a fake of ours for the APIs that it lacks.

MiniStack keeps its state in memory. It is not saved: when it has died, `make up` finds everything gone by
a refresh and creates it again, which is what would be done with a lost region too.
"""

from __future__ import annotations

import hashlib
import json
import sys
import urllib.error
import urllib.request

from local import bootstrap, daemons, docker, paths, ports
from local.daemons import Daemon
from local.docker import Docker
from local.fakes import FAKES as FAKED
from local.fakes import endpoints
from local.steps import Steps

NAME = "aws"
FAKES = "fakes"
REGION = "us-east-1"

_BOOK = paths.STATE / "ports.json"
_TRUSTED = {"PLINTH_TRUSTED": str(paths.RUN / "trusted.pem")}  # what containers trust: see local/ministack/trust.py


def ensure_packages(steps: Steps) -> None:
    """Make MiniStack's own virtual environment: it pins a botocore that the program does not."""
    if not bootstrap.is_complete(bootstrap.venv_dir("emulator")):
        with steps.step("Python packages (emulator)"):
            bootstrap.ensure("emulator")


def ensure(engine: Docker, steps: Steps) -> None:
    """Start the emulator and the fakes unless they run and answer."""
    for made in (ministack, fakes):
        daemon = made(engine)
        if not daemon.running():
            with steps.step("AWS emulator" if daemon.name == NAME else "AWS emulator, what it lacks") as step:
                daemon.start()
                step.detail = f"127.0.0.1:{ports.remembered(_BOOK)[daemon.name]}"


def ministack(engine: Docker) -> Daemon:
    """MiniStack, running tasks, databases and caches as containers of `engine`."""
    port = ports.choose(NAME, _BOOK, in_use_by_us=daemons.boot_id(NAME) is not None)
    env = {
        "BIND_HOST": "127.0.0.1",  # it binds every address unless told
        "GATEWAY_PORT": str(port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        # Where it puts ECS tasks in any case; databases and caches must be where tasks can reach them.
        "DOCKER_NETWORK": docker.NETWORK,
        "RDS_TMPFS_SIZE": "512m",
        "MINISTACK_DOCKER_TIMEOUT": "60",
        **_TRUSTED,
        "TMPDIR": str(paths.RUN),  # it keeps a pid file of its own there
        # Its databases and tasks end with the engine they run in, and it would not notice: with another life
        # of our engine this differs, and so the emulator is started anew too.
        "PLINTH_DOCKER_LIFE": daemons.boot_id(docker.NAME) or "",
        # Where distributions ask Beanstalk's environments: see local/ministack/edge.py.
        "PLINTH_FAKES_PORT": str(_fakes_port()),
        "LOG_LEVEL": "WARNING",
        **_code("ministack"),
        **engine.env,
    }
    python = bootstrap.venv_dir("emulator") / "bin" / "python"
    command = (str(python), "-m", "local.ministack")
    return Daemon(name=NAME, command=command, ready=lambda: healthy(port), env=env, timeout=60)


def fakes(engine: Docker) -> Daemon:
    """The server of local/fakes, which may run containers of `engine` and use what the emulator keeps."""
    port = _fakes_port()
    env = {
        "PLINTH_BEANSTALK_DOCKER": engine.host,  # where Beanstalk runs versions
        # Started anew with the emulator: what the fakes keep of it would be gone.
        "PLINTH_EMULATOR_LIFE": daemons.boot_id(NAME) or "",
        **_clients(),
        **_TRUSTED,
        **_code("fakes"),
    }
    command = (sys.executable, "-m", "local.fakes", "--port", str(port))
    return Daemon(name=FAKES, command=command, ready=lambda: _listens(port), env=env)


def _fakes_port() -> int:
    return ports.choose(FAKES, _BOOK, in_use_by_us=daemons.boot_id(FAKES) is not None)


def _code(package: str) -> dict[str, str]:
    """Lets a daemon find local.<package>, and counts it as another daemon when that code has changed."""
    digest = hashlib.sha256()
    for file in sorted((paths.ROOT / "local" / package).rglob("*.py")):
        digest.update(file.read_bytes())
    return {"PYTHONPATH": str(paths.ROOT), "PLINTH_CODE": digest.hexdigest()[:16]}


def healthy(port: int) -> bool:
    """Whether MiniStack answers at `port`."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/_ministack/health", timeout=5) as response:
            return "services" in json.load(response)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def _listens(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5).close()
    except urllib.error.HTTPError:
        return True  # it is no page, but it answers
    except (urllib.error.URLError, OSError):
        return False
    return True


def endpoint(service: str = "") -> str:
    """The URL where a service (as boto3 names it) answers, as remembered; empty before the first `make up`."""
    port = ports.remembered(_BOOK).get(FAKES if service in FAKED else NAME)
    return f"http://127.0.0.1:{port}" if port else ""


def environment() -> dict[str, str]:
    """What makes every AWS client of a process talk to the local cloud: endpoints, region, test credentials.

    Empty before the first `make up`, so that nothing can mistake AWS for the local cloud.
    """
    chosen = ports.remembered(_BOOK)
    if NAME not in chosen:
        return {}
    fake = endpoints(f"http://127.0.0.1:{chosen[FAKES]}") if FAKES in chosen else {}
    return {**_clients(), **fake}


def _clients() -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": endpoint(),
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
    }

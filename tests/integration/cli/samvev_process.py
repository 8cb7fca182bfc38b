"""The real binary, for tests: runs subcommands, starts and kills servers."""

import contextlib
import json
import os
import pathlib
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

BINARY = os.environ["SAMVEV_BINARY"]
SOURCE = pathlib.Path(os.environ["SAMVEV_SOURCE_DIR"])
TENANT = "9999"
START_LIMIT_SECONDS = 120  # A sanitizer build on a busy machine.


def samvev(*arguments, **options):
    """Runs a subcommand to its end; stdout and stderr as text."""
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, check=False, **options)


def wait_until(condition, what, limit_seconds=START_LIMIT_SECONDS):
    """Asks until the condition gives something true, and returns that."""
    end = time.monotonic() + limit_seconds
    while True:
        if found := condition():
            return found
        if time.monotonic() > end:
            raise TimeoutError(f"waited {limit_seconds} s for {what}")
        select.select([], [], [], 0.02)


def free_port():
    """A port that nobody listens on now, to come back to after a restart."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`samvev serve --dev` on a data directory of its own, or a given one. What it logs is kept with
    `log`; `development=False` leaves all but `arguments` out."""

    def __init__(self, data=None, port=0, arguments=(), environment=None, log=False, development=True):
        self.owns_data = data is None
        self.data = data or tempfile.mkdtemp(prefix="samvev-cli-")
        self.port = port
        self.arguments = arguments
        self.environment = environment or {}
        self.development = development
        self.log = tempfile.TemporaryFile() if log else None  # pylint: disable=consider-using-with
        self.process = None
        self.url = None

    def start(self):
        place = ["--dev", "--data", self.data, "--listen", f"127.0.0.1:{self.port}"] if self.development else []
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(
            [BINARY, "serve", *place, *self.arguments], stdout=subprocess.PIPE, stderr=self.log, text=True,
            env={**os.environ, **self.environment},
        )
        readable, _, _ = select.select([self.process.stdout], [], [], START_LIMIT_SECONDS)
        line = self.process.stdout.readline() if readable else ""
        if not line.startswith(("ready http://", "ready https://")):
            self.process.kill()
            raise RuntimeError(f"the server said {line!r} instead of ready")
        self.url = line.split()[1]
        return self

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        if self.log:
            self.log.close()
        if self.owns_data:
            shutil.rmtree(self.data, ignore_errors=True)

    def log_text(self):
        """All that it has logged so far."""
        self.log.seek(0)
        return self.log.read().decode()

    def kill_9(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def terminate(self):
        """Ends it in peace; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        return code

    def token(self, *arguments):
        run = samvev("token", "--data", self.data, "--tenant", TENANT, *arguments)
        assert run.returncode == 0, run.stderr
        return run.stdout.splitlines()[-1]

    def import_token(self):
        return self.token("--service", "import", "--role", "service:import")

    def call(self, token, method, params):
        """The answer of POST /rpc/v1, whole."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
        request = urllib.request.Request(
            self.url + "/rpc/v1", body, {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)

    def events_committed(self):
        """From /metrics; 0 while the server is away."""
        try:
            with urllib.request.urlopen(self.url + "/metrics", timeout=10) as response:
                for line in response.read().decode().splitlines():
                    if line.startswith("samvev_log_events "):
                        return int(float(line.split()[1]))
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        return 0

    def history(self, *arguments):
        """The tenant's events, as `samvev replay` prints them."""
        run = samvev("replay", "--data", self.data, "--tenant", TENANT, *arguments)
        assert run.returncode == 0, run.stderr
        return [json.loads(line) for line in run.stdout.splitlines()]

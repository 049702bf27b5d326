"""What both sweeps share: the files, the list of right differences, and running `labeler` within bounds."""

import fnmatch
import hashlib
import os
import resource
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

try:
    import tomllib
except ImportError:
    import tomli as tomllib

RIGHT = Path(__file__).with_name("right-differences.toml")
PICTURES = {"apng", "avif", "gif", "heic", "heif", "jpeg", "jpg", "mpo", "png", "tif", "tiff", "webp"}
# Address space of one `labeler`. A file that needs more than this makes it end with an error that the sweep sees.
ADDRESS_SPACE = 4 << 30


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it should be. `kind` is the class, by which the list of right differences knows it."""

    file: str
    layers: str
    kind: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.file} [{self.layers}] {self.kind}: {self.detail}"


@dataclass
class Right:
    """Differences that are as they should be, with the reason."""

    file: str
    kind: str
    reason: str
    layers: list[str] = field(default_factory=list)
    used: bool = False

    def covers(self, difference: Difference) -> bool:
        return (
            self.kind == difference.kind
            and fnmatch.fnmatchcase(difference.file, self.file)
            and (not self.layers or difference.layers in self.layers)
        )


class RightDifferences:
    """The list of right differences of one sweep. An entry that covers nothing is itself a failure."""

    def __init__(self, table: str, path: Path = RIGHT):
        entries = tomllib.loads(path.read_text()).get(table, [])
        self.entries = [Right(**entry) for entry in entries]
        for entry in self.entries:
            if not entry.reason.strip():
                raise ValueError(f"{path.name}: the entry for {entry.file} gives no reason")

    def wrong(self, differences: list[Difference]) -> list[Difference]:
        """The differences that no entry covers."""
        left = []
        for difference in differences:
            covering = [entry for entry in self.entries if entry.covers(difference)]
            for entry in covering:
                entry.used = True
            if not covering:
                left.append(difference)
        return left

    def stale(self) -> list[Right]:
        return [entry for entry in self.entries if not entry.used]


class Tally:
    """Counts tests and prints those that failed."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def check(self, ok: bool, what: str, quiet: bool = True) -> None:
        self.passed, self.failed = self.passed + ok, self.failed + (not ok)
        if not ok or not quiet:
            print(f"{'ok  ' if ok else 'FAIL'} {what}", flush=True)

    def close(self) -> int:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        print(f"{self.passed} passed, {self.failed} failed{skipped}", flush=True)
        return 1 if self.failed or not self.passed else 0


def files(folder: Path, wanted: str | None) -> list[Path]:
    """The files below `folder` in a stable order, each content once, narrowed to those with `wanted` in their path."""
    seen, found = set(), []
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.parent != folder):
        digest = hashlib.sha256(path.read_bytes()).digest()
        if digest not in seen and (wanted is None or wanted in str(path)):
            found.append(path)
        seen.add(digest)
    return found


def is_picture(path: Path) -> bool:
    return path.suffix.lower().lstrip(".") in PICTURES


@dataclass
class Run:
    """How a program ended. `code` is None when it was ended for taking too long."""

    code: int | None
    out: str
    err: str
    peak: int

    @property
    def crashed(self) -> str | None:
        """Why this counts as a crash or a hang; None for an exit code that the command documents."""
        if self.code is None:
            return "ended after the time limit"
        if self.code not in (0, 1, 2) or "panicked at" in self.err:
            last = self.err.strip().splitlines()[-1:] or [""]
            return f"exit code {self.code}: {last[0][-200:]}"
        return None


def run(command: list, limit: float, environment: dict | None = None) -> Run:
    """Runs a program with bounded time and memory. `peak` is the most memory that it had resident, in bytes."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    process = subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        preexec_fn=bound,
        start_new_session=True,
    )
    late = threading.Event()

    def end() -> None:
        late.set()
        os.killpg(process.pid, signal.SIGKILL)

    timer = threading.Timer(limit, end)
    timer.start()
    errors: list[bytes] = []
    reader = threading.Thread(target=lambda: errors.append(process.stderr.read()))
    reader.start()
    out = process.stdout.read()
    reader.join()
    # Reaped here and not by subprocess, because only this call tells what the one process used.
    _, status, usage = os.wait4(process.pid, 0)
    timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    process.stderr.close()
    unit = 1 if sys.platform == "darwin" else 1024
    code = None if late.is_set() else process.returncode
    return Run(code, out.decode("utf8", "replace"), b"".join(errors).decode("utf8", "replace"), usage.ru_maxrss * unit)

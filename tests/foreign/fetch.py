"""Downloads the source distributions of sources.txt with pip and unpacks the media files among their contents.

Usage: fetch.py FOLDER

Each package becomes FOLDER/NAME with the paths that its files have in the distribution. pip checks the hashes. A package
that is there already is left alone. Exit code 3: a package could not be downloaded; nothing else is wrong.
"""

import argparse
import concurrent.futures
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

SOURCES = Path(__file__).with_name("sources.txt")
UNAVAILABLE = 3
# Test programs, texts and fonts are not media. Everything else is, whatever its name says.
PASSED_OVER = {
    ".c", ".cfg", ".css", ".h", ".html", ".in", ".ini", ".js", ".lock", ".otf", ".po", ".pot", ".py", ".pyi", ".rst",
    ".sh", ".toml", ".ttf", ".txt", ".typed", ".yaml", ".yml",
}
# A distribution is small; what unpacks to more than this is not what was pinned.
MOST_BYTES = 256 << 20


def pinned() -> list[str]:
    """The requirement lines of sources.txt."""
    lines = (line.strip() for line in SOURCES.read_text().splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def wanted(name: str) -> PurePosixPath | None:
    """The path below the distribution's own folder, for a file that is swept."""
    path = PurePosixPath(name)
    inside = PurePosixPath(*path.parts[1:])
    safe = not path.is_absolute() and ".." not in path.parts and len(path.parts) > 1
    test = {"tests", "test", "resources", "fixtures", "integration_tests", "fuzzing"} & {part.lower() for part in inside.parts}
    return inside if safe and test and path.suffix.lower() not in PASSED_OVER else None


def unpack(archive: Path, folder: Path) -> int:
    """Writes the wanted files of a distribution to `folder`. Links and devices are passed over."""
    written = size = 0

    def write(inside: PurePosixPath, data: bytes) -> None:
        nonlocal written, size
        size += len(data)
        if size > MOST_BYTES:
            raise ValueError(f"{archive.name} unpacks to more than {MOST_BYTES} bytes")
        target = folder / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        written += 1

    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as packed:
            for entry in packed.infolist():
                inside = wanted(entry.filename)
                if inside and not entry.is_dir():
                    write(inside, packed.read(entry))
    else:
        with tarfile.open(archive) as packed:
            for member in packed:
                inside = wanted(member.name)
                if inside and member.isfile():
                    write(inside, packed.extractfile(member).read())
    return written


def fetch(line: str, folder: Path) -> str | None:
    """Downloads and unpacks one package; the reason when that was impossible."""
    name = re.split(r"[=\s]", line, maxsplit=1)[0]
    target, stamp = folder / name, folder / f"{name}.stamp"
    digest = hashlib.sha256(line.encode() + Path(__file__).read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == digest:
        return None
    stamp.unlink(missing_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        requirement = Path(scratch) / "requirement.txt"
        requirement.write_text(line + "\n")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        pip += ["--no-binary", name, "--require-hashes", "--dest", scratch, "--requirement", str(requirement)]
        run = subprocess.run(pip, capture_output=True, text=True, timeout=600)
        archives = [path for path in Path(scratch).iterdir() if path != requirement]
        if run.returncode != 0 or len(archives) != 1:
            last = run.stderr.strip().splitlines()[-1:] or ["no archive"]
            return f"{name}: {last[0]}"
        count = unpack(archives[0], target)
    print(f"{name}: {count} files", flush=True)
    stamp.write_text(digest)
    return None


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    folder = arguments.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        problems = [problem for problem in pool.map(lambda line: fetch(line, folder), pinned()) if problem]
    for problem in problems:
        print(problem, file=sys.stderr)
    return UNAVAILABLE if problems else 0


if __name__ == "__main__":
    sys.exit(main())

"""Checks other people's sound, video, documents and everything else in their test folders, within bounds.

Usage: media.py --labeler PROGRAM --scratch FOLDER SOURCES [--only TEXT]

SOURCES is what fetch.py made. Each file is checked by a process of its own: it ends by itself with an exit code that the
command documents, in bounded time and memory, names the right type, and finds nothing wrong with a sound file. The same
then for damaged copies of each file. Differences that are right are in right-differences.toml.
"""

import argparse
import concurrent.futures
import json
import os
import random
import shutil
import sys
from pathlib import Path

from sweep import Difference, RightDifferences, Tally, files, is_picture, run

SECONDS = 20
# What one check may hold in memory beside the file itself. The program with its trust lists takes about 30 MB of it.
MEMORY = 96 << 20
# What the suffix promises. Other suffixes promise nothing that the checker knows.
TYPES = {
    "3g2": {"video/mp4"},
    "3gp": {"video/mp4"},
    "avi": {"video/x-msvideo"},
    "docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    "avifs": {"image/avif"},
    "cr2": {"image/tiff"},
    "flac": {"audio/flac"},
    "flv": {"video/x-flv"},
    "id3": {"audio/mpeg"},
    "jxl": {"image/jxl"},
    "m4a": {"audio/mp4"},
    "m4b": {"audio/mp4"},
    "md": {"text/markdown"},
    "mkv": {"video/matroska"},
    "mov": {"video/quicktime"},
    "mp3": {"audio/mpeg"},
    "mp4": {"video/mp4"},
    "ogg": {"audio/ogg"},
    "oggflac": {"audio/ogg"},
    "oggtheora": {"audio/ogg"},
    "ogv": {"audio/ogg"},
    "opus": {"audio/ogg"},
    "pdf": {"application/pdf"},
    "pptx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    "spx": {"audio/ogg"},
    "svg": {"image/svg+xml"},
    "wav": {"audio/wav"},
    "webm": {"video/webm"},
    "xlsx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
}
# Damaged copies of each file.
COPIES = 6
LARGEST_COPY = 400_000


def judge(name: str, suffix: str, size: int, labeler: Path, path: Path) -> list[Difference]:
    """Checks one file alone."""
    # The deep search for a watermark takes most of a check's time and is about pixels, not about reading files.
    done = run([labeler, "check", "--search", "whole", "--format", "json", path], SECONDS)
    found = []

    def add(kind: str, detail: str) -> None:
        found.append(Difference(name, "check", kind, detail))

    if done.crashed:
        add("hang" if done.code is None else "crash", done.crashed)
        return found
    if done.peak > MEMORY + size:
        add("memory", f"{done.peak >> 20} MB for a file of {size >> 10} kB")
    expected = TYPES.get(suffix)
    if done.code == 2:
        reason = done.err.strip().rpartition(": ")[2]
        if expected or "no known type" not in reason:
            add("unread", reason)
        return found
    report = json.loads(done.out)
    if expected and report["mime"] not in expected:
        add("type", f"{report['mime']} instead of {' or '.join(expected)}")
    # A file without a suffix may be a text.
    is_text = not suffix and report["mime"] == "text/plain"
    if not expected and not is_text and not is_picture(path):
        add("type", f"{report['mime']} for .{suffix}")
    for warning in report["warnings"]:
        place = warning.get("location") or {}
        add("warning", f"{warning['kind']}: {warning['message']} ({place.get('path')} at {place.get('offset')})")
    return found


def damaged(path: Path, name: str, folder: Path) -> list[Path]:
    """Copies with bytes changed, structures repeated or the end cut off: the same ones in every run."""
    data = path.read_bytes()
    if not 16 < len(data) <= LARGEST_COPY:
        return []
    made = []
    for number in range(COPIES):
        chance = random.Random(f"{name} {number}")
        copy = bytearray(data)
        if number == 0:
            del copy[chance.randrange(len(copy) // 4, len(copy)) :]
        elif number == 1:
            start = chance.randrange(4, len(copy))
            copy[start:start] = copy[start : start + chance.randrange(1, 4096)]
        else:
            # Heads hold the lengths and counts: half of the changes go there.
            for _ in range(chance.choice((1, 2, 8))):
                most = min(len(copy), 512) if chance.random() < 0.5 else len(copy)
                copy[chance.randrange(4, most)] = chance.choice((0, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        made.append(folder / f"{number}{path.suffix.lower()}")
        made[-1].write_bytes(copy)
    return made


def work(job: tuple) -> list[Difference]:
    labeler, scratch, path, name = job
    size = path.stat().st_size
    found = judge(name, path.suffix.lower().lstrip("."), size, labeler, path)
    scratch.mkdir(parents=True)
    try:
        copies = damaged(path, name, scratch)
        if copies:
            done = run([labeler, "check", "--format", "json", "--max-pixels", "0", *copies], SECONDS * len(copies))
            if done.crashed or done.peak > MEMORY + 2 * size:
                for copy in copies:
                    again = run([labeler, "check", "--format", "json", "--max-pixels", "0", copy], SECONDS)
                    if again.crashed or again.peak > MEMORY + size:
                        why = again.crashed or f"{again.peak >> 20} MB"
                        found.append(Difference(name, "damaged", "crash" if again.crashed else "memory", f"{copy.name}: {why}"))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return found


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("sources", type=Path)
    arguments.add_argument("--labeler", type=Path, required=True)
    arguments.add_argument("--scratch", type=Path, required=True)
    arguments.add_argument("--only")
    options = arguments.parse_args()
    sources, scratch = options.sources.resolve(), options.scratch.resolve()
    shutil.rmtree(scratch, ignore_errors=True)
    paths = [path for path in files(sources, options.only) if not is_picture(path)]
    jobs = [
        (options.labeler, scratch / f"{number}", path, str(path.relative_to(sources))) for number, path in enumerate(paths)
    ]
    tally, right = Tally(), RightDifferences("media")
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        for job, found in zip(jobs, pool.map(work, jobs, chunksize=4)):
            for layers in ("check", "damaged"):
                wrong = right.wrong([one for one in found if one.layers == layers])
                tally.check(not wrong, "; ".join(map(str, wrong)))
    if options.only is None:
        for entry in right.stale():
            tally.check(False, f"right-differences.toml: {entry.file} {entry.kind} covers nothing any more")
    shutil.rmtree(scratch, ignore_errors=True)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())

"""Labels other people's pictures in four ways, opens the results with Pillow and compares them with the sources.

Usage: pictures.py --labeler PROGRAM --scratch FOLDER SOURCES [--only TEXT] [--layers NAME,...]

SOURCES is what fetch.py made. Each picture is labelled without a layer in the pixels, with a visible label and with a
watermark beside it (AVIF not with a visible label alone, which takes seconds); every fourth also with a watermark alone;
damaged copies of the small ones without a layer and with a visible label, which takes the same decoders a tenth of the time. A difference that is not in right-differences.toml is a failure, and so is an entry there that
covers nothing. With --only, only files whose path holds TEXT are labelled, with --layers only in these ways, and unused
entries are no failure.
"""

import argparse
import concurrent.futures
import concurrent.futures.process
import hashlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from opened import Opened, changed_tiles, is_fax, open_picture, psnr
from sweep import ADDRESS_SPACE, Difference, RightDifferences, Tally, files, is_picture, run

LAYERS = {
    "none": ["--no-visible", "--no-mark"],
    "visible": ["--visible", "--no-mark"],
    "watermark": ["--no-visible"],
    "both": ["--visible"],
}
WANTED = {"none": set(), "visible": {"overlay"}, "watermark": {"watermark"}, "both": {"overlay", "watermark"}}
# By these warnings a layer is left out. Those of a preset (`missing_...`) say what a law wants, not what happened.
LEFT_OUT = {
    "overlay": {"file_damaged", "pixels_unchanged", "label_does_not_fit", "label_has_no_glyph", "label_not_drawn"},
    "watermark": {"file_damaged", "pixels_unchanged", "watermark_not_written"},
}
# By these warnings the samples are kept in another form than before.
OTHER_FORM = {"depth_raised", "palette_expanded"}
# Damaged copies, each file, AVIF (whose encoder takes seconds), and every fourth file by the hash of its path.
QUICK, USUAL, SLOW, FULL = ("none", "visible"), ("none", "visible", "both"), ("none", "both"), tuple(LAYERS)
# Files labelled by one process. Starting one for each would take longer than the labelling.
BATCH = 8
SECONDS_A_FILE = 60
NO_REASON = "without a reason"
# A watermark is not seen.
WATERMARK_PSNR = 34.0
# Below this a label covers so much that the rest says nothing.
SMALL = 100


@dataclass
class Labelled:
    """What one call of `labeler label` did with one file."""

    output: Path
    layers: set = field(default_factory=set)
    warnings: set = field(default_factory=set)
    refusal: str = ""


def differences(name: str, layers: str, source: Opened | None, labelled: Labelled, report: dict | None) -> list[Difference]:
    """Everything that is not as it should be in one labelled file. `source` is None where Pillow cannot read it."""
    found: list[Difference] = []

    def add(kind: str, detail: str = "") -> None:
        found.append(Difference(name, layers, kind, detail))

    if not labelled.output.exists():
        # What Pillow cannot read either may be refused, with a reason.
        if source is not None or labelled.refusal == NO_REASON:
            add("refused", labelled.refusal)
        return found
    for layer in sorted(WANTED[layers] - labelled.layers):
        if not labelled.warnings & LEFT_OUT[layer]:
            add("no-warning", f"{layer} is missing, warnings: {sorted(labelled.warnings)}")
    drawn = labelled.layers & {"overlay", "watermark"}
    if drawn - WANTED[layers]:
        add("not-asked-for", ", ".join(sorted(drawn)))
    integrity = ((report or {}).get("c2pa") or {}).get("integrity")
    if integrity != "intact":
        add("integrity", str(integrity))
    read = [mark for mark in ((report or {}).get("watermark") or {}).get("marks", []) if mark["decoded"]]
    # AVIF is decoded where it is labelled and not where it is checked.
    if "watermark" in drawn and not read and (report or {}).get("mime") != "image/avif":
        add("watermark-unread", ((report or {}).get("watermark") or {}).get("notProbed") or "probed")
    if source is None:
        if drawn:
            add("drawn-on-damaged", ", ".join(sorted(drawn)))
        return found
    try:
        output = open_picture(labelled.output)
    except Exception as error:
        add("does-not-open", f"{type(error).__name__} {error}")
        return found
    # A color that stands for transparency becomes an alpha channel: every pixel looks the same.
    other_form = bool(labelled.warnings & OTHER_FORM) or (source.keyed and output.mode in ("LA", "RGBA"))
    if output.format != source.format:
        add("format", f"{source.format} -> {output.format}")
    if output.mode != source.mode and not (drawn and other_form):
        add("mode", f"{source.mode} -> {output.mode}")
    if output.depth != source.depth and not (drawn and other_form):
        add("depth", f"{source.depth} -> {output.depth}")
    if output.icc != source.icc:
        add("icc", "lost" if output.icc is None else "changed")
    for tag in sorted(set(source.exif) | set(output.exif), key=str):
        if source.exif.get(tag) != output.exif.get(tag):
            add("exif", f"{tag}: {str(source.exif.get(tag))[:60]} -> {str(output.exif.get(tag))[:60]}")
    for key in sorted(set(source.statements) | set(output.statements)):
        if source.statements.get(key) != output.statements.get(key):
            add("statement", f"{key}: {str(source.statements.get(key))[:40]} -> {str(output.statements.get(key))[:40]}")
    if len(output.frames) != len(source.frames):
        add("frames", f"{len(source.frames)} -> {len(output.frames)}")
        return found
    for number, (before, after) in enumerate(zip(source.frames, output.frames)):
        where = f"frame {number}" if len(source.frames) > 1 else "picture"
        if before.size != after.size:
            add("size", f"{where}: {before.size} -> {after.size}")
            continue
        if before.duration != after.duration:
            add("duration", f"{where}: {before.duration} -> {after.duration}")
        if not drawn:
            if before.digest != after.digest:
                add("pixels", f"{where} changed without a layer in the pixels")
            continue
        if before.samples is None or after.samples is None:
            continue
        ratio = psnr(before.samples, after.samples)
        tiles = changed_tiles(before.samples, after.samples)
        if "overlay" not in drawn and (ratio < WATERMARK_PSNR or tiles):
            add("pixels", f"{where}: {ratio:.1f} dB, {tiles} of 16 tiles changed by a watermark")
        if "overlay" in drawn and min(before.size) >= SMALL and tiles > 8:
            add("pixels", f"{where}: {tiles} of 16 tiles changed by a visible label")
    if drawn and all(before.digest == after.digest for before, after in zip(source.frames, output.frames)):
        add("not-drawn", f"{', '.join(sorted(drawn))} is stated, and no pixel changed")
    return found


class Batch:
    """A few files, each under a name of its own in a scratch folder."""

    def __init__(self, labeler: Path, scratch: Path, environment: dict, sources: Path, paths: list[Path], ways=tuple(LAYERS)):
        self.labeler, self.scratch, self.environment, self.ways = labeler, scratch, environment, ways
        self.names = {}
        self.inputs = scratch / "in"
        self.inputs.mkdir(parents=True)
        for number, path in enumerate(paths):
            link = self.inputs / f"{number:03}{path.suffix.lower()}"
            link.symlink_to(path)
            self.names[link] = str(path.relative_to(sources))

    def check(self, paths: list[Path]) -> tuple[dict[str, dict], list[Difference]]:
        """The reports by file name, and the crashes."""
        # The deep search takes most of a check's time and looks for watermarks of pictures that were changed after labelling.
        command = [self.labeler, "check", "--search", "whole", "--format", "json", *paths]
        done = run(command, SECONDS_A_FILE * len(paths), self.environment)
        if done.crashed and len(paths) > 1:
            parts = [self.check([path]) for path in paths]
            return {name: report for part, _ in parts for name, report in part.items()}, sum((c for _, c in parts), [])
        if done.crashed:
            name = self.names[self.inputs / paths[0].name]
            where = "check" if paths[0].parent == self.inputs else f"check of {paths[0].parent.name}"
            return {}, [Difference(name, where, "crash", done.crashed)]
        reports = [json.loads(line) for line in done.out.splitlines()]
        return {report["filename"]: report for report in reports}, []

    def label(self, layers: str, inputs: list[Path]) -> tuple[list[Labelled], list[Difference]]:
        folder = self.scratch / layers
        folder.mkdir(exist_ok=True)
        command = [self.labeler, "label", *LAYERS[layers], "--json", "--preset", "eu_strict", "--output", folder, *inputs]
        done = run(command, SECONDS_A_FILE * len(inputs), self.environment)
        if done.crashed and len(inputs) > 1:
            parts = [self.label(layers, [path]) for path in inputs]
            return sum((labelled for labelled, _ in parts), []), sum((crashes for _, crashes in parts), [])
        if done.crashed:
            return [], [Difference(self.names[inputs[0]], layers, "crash", done.crashed)]
        results = {Path(result["output"]).name: result for result in map(json.loads, done.out.splitlines())}
        labelled = []
        for path in inputs:
            result = results.get(path.name)
            if result is None:
                refusals = [line for line in done.err.splitlines() if str(path) in line]
                refusal = refusals[-1].partition(f"{path}: ")[2] if refusals else NO_REASON
                labelled.append(Labelled(folder / path.name, refusal=refusal))
                (folder / path.name).unlink(missing_ok=True)
                continue
            codes = {warning["code"] for warning in result["warnings"]}
            labelled.append(Labelled(folder / path.name, set(result["appliedLayers"]), codes))
        return labelled, []

    def sweep(self) -> list[Difference]:
        _, found = self.check(list(self.names))
        sources = {}
        for link in self.names:
            try:
                sources[link.name] = open_picture(link)
            except Exception:
                sources[link.name] = None
        for layers in self.ways:
            labelled, crashes = self.label(layers, list(self.names))
            found += crashes
            written = [one.output for one in labelled if one.output.exists()]
            reports, crashes = self.check(written) if written else ({}, [])
            found += crashes
            for one in labelled:
                name = self.names[self.inputs / one.output.name]
                found += differences(name, layers, sources[one.output.name], one, reports.get(one.output.name))
        return found


def prepare() -> None:
    """Bounds a worker's memory, and keeps libtiff, which writes to standard error itself, from the sweep's output."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, resource.RLIM_INFINITY))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def work(job: tuple) -> list[Difference]:
    labeler, scratch, environment, sources, paths, ways = job
    try:
        return Batch(labeler, scratch, environment, sources, paths, ways).sweep()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def ways_of(path: Path, sources: Path) -> tuple[str, ...]:
    """In which ways a picture is labelled. The same in every run."""
    if hashlib.sha256(str(path.relative_to(sources)).encode()).digest()[0] % 4 == 0:
        return FULL
    return SLOW if path.suffix.lower() == ".avif" else USUAL


def damaged(paths: list[Path], sources: Path, folder: Path) -> list[Path]:
    """Copies of small pictures, each with some bytes changed or its end cut off: the same ones in every run."""
    made = []
    for path in paths:
        data = bytearray(path.read_bytes())
        name = path.relative_to(sources)
        if not 200 < len(data) < 40_000 or is_fax(path):
            continue
        chance = random.Random(str(name))
        if chance.random() < 0.3:
            del data[chance.randrange(len(data) // 2, len(data)) :]
        else:
            for _ in range(chance.choice((1, 1, 4))):
                # The first bytes say what the file is.
                data[chance.randrange(32, len(data))] ^= 1 << chance.randrange(8)
        target = folder / "damaged" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        made.append(target)
    return made


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("sources", type=Path)
    arguments.add_argument("--labeler", type=Path, required=True)
    arguments.add_argument("--scratch", type=Path, required=True)
    arguments.add_argument("--only")
    arguments.add_argument("--layers", default=",".join(LAYERS))
    options = arguments.parse_args()
    sources, scratch = options.sources.resolve(), options.scratch.resolve()
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    environment = {**os.environ, "LABELER_CONFIG": str(scratch / "keys")}
    # The development keys are made once, before the workers would all make them.
    subprocess.run([options.labeler, "admin", "sample", scratch / "sample.jpg"], check=True, capture_output=True)
    first = run([options.labeler, "label", scratch / "sample.jpg", "--output", scratch / "first.jpg"], 60, environment)
    if first.code != 0:
        sys.exit(f"a picture cannot be labelled at all: {first.err}")

    paths = [path for path in files(sources, options.only) if is_picture(path)]
    wanted = options.layers.split(",")
    copies = damaged(paths, sources, scratch)
    groups = {ways: [path for path in paths if ways_of(path, sources) == ways] for ways in (FULL, USUAL, SLOW)}
    jobs = []
    for root, some, ways in (*((sources, some, ways) for ways, some in groups.items()), (scratch, copies, QUICK)):
        ways = tuple(way for way in ways if way in wanted)
        for start in range(0, len(some), BATCH):
            batch = scratch / f"batch-{len(jobs)}"
            jobs.append((options.labeler, batch, environment, root, some[start : start + BATCH], ways))
    tally, right = Tally(), RightDifferences("pictures")
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count(), initializer=prepare) as pool:
        running = {pool.submit(work, job): job for job in jobs}
        for done in concurrent.futures.as_completed(running):
            root, some, ways = running[done][3:]
            try:
                found = done.result()
            except concurrent.futures.process.BrokenProcessPool:
                tally.check(False, "Pillow ended a worker; the rest was not swept")
                break
            except Exception as error:
                tally.check(False, f"the files from {some[0].relative_to(root)} on: {type(error).__name__} {error}")
                continue
            for path in some:
                name = str(path.relative_to(root))
                mine = [difference for difference in found if difference.file == name]
                for layers in ("check", *ways):
                    wrong = right.wrong([one for one in mine if one.layers.split()[-1] == layers])
                    tally.check(not wrong, "; ".join(map(str, wrong)))
    if options.only is None and len(wanted) == len(LAYERS):
        for entry in right.stale():
            tally.check(False, f"right-differences.toml: {entry.file} {entry.kind} covers nothing any more")
    shutil.rmtree(scratch, ignore_errors=True)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())

"""Counts the watermarks that `labeler check` finds in pictures that have none.

Usage: unmarked.py LABELER FOLDER COUNT [--seed N] [--jobs N] [--keep FOLDER]

Makes COUNT pictures from random crops of the PNG files in FOLDER, or in its halves a and b: a third as they are, a third
recompressed as JPEG or WebP of quality 60 to 90, a third rotated and scaled. Every short side has 256 pixels or more.
Prints how many show a watermark, and the upper bound of this share at 95 % confidence. Exit code 1: at least one does.
"""

import argparse
import concurrent.futures
import math
import shutil
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.stats import beta

import labeler

LEAST_SIDE = 256
LONGEST_SIDE = 1024
# Files of one run of the command.
BATCH = 100


@dataclass(frozen=True)
class Task:
    """Some of the pictures to be made from one picture."""

    labeler: Path
    picture: Path
    indices: range
    seed: int
    keep: Path | None


@dataclass
class Found:
    """How many pictures were checked, and what was found in which."""

    checked: int = 0
    own: list[str] = field(default_factory=list)
    generators: list[str] = field(default_factory=list)


def crop(image: Image.Image, random: np.random.Generator, least: int) -> Image.Image:
    """A crop of random size and place, the short side at least `least` pixels."""
    width, height = (int(random.integers(least, min(side, LONGEST_SIDE) + 1)) for side in image.size)
    left = int(random.integers(0, image.width - width + 1))
    top = int(random.integers(0, image.height - height + 1))
    return image.crop((left, top, left + width, top + height))


def rotated_and_scaled(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """A crop rotated by up to 45 degrees and scaled by 0.6 to 1.6. What the rotation leaves empty stays outside."""
    degrees = float(random.uniform(-45, 45))
    piece = crop(image, random, LEAST_SIDE)
    side = min(piece.size)
    # The largest square that fits in the rotated square.
    inner = int(side / (math.sin(math.radians(abs(degrees))) + math.cos(math.radians(degrees))))
    turned = piece.rotate(degrees, Image.Resampling.BICUBIC)
    left, top = (piece.width - inner) // 2, (piece.height - inner) // 2
    size = max(LEAST_SIDE, round(inner * float(random.uniform(0.6, 1.6))))
    return turned.crop((left, top, left + inner, top + inner)).resize((size, size), Image.Resampling.LANCZOS)


def make(image: Image.Image, index: int, seed: int, folder: Path) -> Path:
    """Writes the picture with this number. It depends on the source, the number and the seed alone."""
    random = np.random.default_rng([seed, index])
    kind = index % 3
    if kind == 1:
        quality = int(random.integers(60, 91))
        format = "JPEG" if random.integers(2) else "WEBP"
        path = folder / f"{index:07}.{'jpg' if format == 'JPEG' else 'webp'}"
        crop(image, random, LEAST_SIDE).save(path, format, quality=quality)
        return path
    made = rotated_and_scaled(image, random) if kind == 2 else crop(image, random, LEAST_SIDE)
    path = folder / f"{index:07}.png"
    made.save(path, compress_level=1)
    return path


def search(task: Task) -> Found:
    """Makes and checks the pictures of one task."""
    found = Found()
    with Image.open(task.picture) as opened:
        image = Image.fromarray(np.asarray(opened.convert("RGB")))
    with tempfile.TemporaryDirectory() as scratch:
        paths = [make(image, index, task.seed, Path(scratch)) for index in task.indices]
        for path, marks in zip(paths, labeler.check(task.labeler, paths), strict=True):
            if marks is None:
                raise RuntimeError(f"labeler check did not search the pixels of {path.name} of {task.picture.name}")
            found.checked += 1
            for mark in marks:
                (found.own if mark.is_own else found.generators).append(
                    f"{path.name} of {task.picture.name}: {mark.payload if mark.is_own else mark.name}"
                )
            if marks and task.keep:
                shutil.copy(path, task.keep / f"{task.picture.stem}-{path.name}")
    return found


def tasks(options: argparse.Namespace) -> list[Task]:
    """Shares COUNT among the pictures that are large enough."""
    folders = [options.folder / half for half in "ab" if (options.folder / half).is_dir()] or [options.folder]
    sources = [path for folder in folders for path in labeler.pictures(folder)]
    large = []
    for path in sources:
        with Image.open(path) as image:
            if min(image.size) >= LEAST_SIDE:
                large.append(path)
    if not large:
        raise SystemExit(f"{options.folder}: no PNG files with a short side of {LEAST_SIDE} pixels")
    bounds = [options.count * place // len(large) for place in range(len(large) + 1)]
    return [
        Task(options.labeler, path, range(start, min(start + BATCH, last)), options.seed, options.keep)
        for path, first, last in zip(large, bounds, bounds[1:])
        for start in range(first, last, BATCH)
    ]


def upper_bound(hits: int, of: int) -> float:
    """The largest share that is consistent with the count at 95 % confidence (3 / n when there is no hit)."""
    return 3 / of if hits == 0 else float(beta.ppf(0.95, hits + 1, of - hits)) if hits < of else 1.0


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("labeler", type=Path)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("count", type=int)
    arguments.add_argument("--seed", type=int, default=1, metavar="N", help="other pictures (default: 1)")
    arguments.add_argument("--jobs", type=int, default=2, metavar="N", help="runs at a time (default: 2)")
    arguments.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the pictures in which something is found")
    options = arguments.parse_args()
    if options.count < 1:
        arguments.error("COUNT must be 1 or more")
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)

    total = Found()
    with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
        for found in pool.map(search, tasks(options)):
            total.checked += found.checked
            total.own += found.own
            total.generators += found.generators
            for line in found.own + found.generators:
                print(line, flush=True)
            print(f"[{total.checked}/{options.count}] {len(total.own)} found", file=sys.stderr, flush=True)
    for name, hits in (("Labeler's watermark", len(total.own)), ("a generator's watermark", len(total.generators))):
        bound = 100 * upper_bound(hits, total.checked)
        print(f"{name}: found in {hits}/{total.checked}; at most {bound:.4f} % of unmarked pictures at 95 % confidence")
    return int(bool(total.own or total.generators))


if __name__ == "__main__":
    sys.exit(main())

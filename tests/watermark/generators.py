"""Checks that `labeler check` names the generator in pictures that invisible-watermark marked as the generators do.

Usage: generators.py LABELER FOLDER

Takes 14 pieces of the photographs in FOLDER and its folders (PNG, JPEG, WebP), of the sizes that generators write, and marks
each as the scripts of Stable Diffusion 1 and 2, of SDXL, and of FLUX.1 do. Exit code 1: at least one watermark was not found,
or another generator was named.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

import labeler
import peers

PICTURES = 14
# Width and height that generators write.
SIZES = [(512, 512), (768, 512), (512, 768), (768, 768), (640, 512)]
LEAST_SIDE = 512
# Larger pictures take too long to open.
MOST_PIXELS = 30_000_000
SUFFIXES = {".jpeg", ".jpg", ".png", ".webp"}
# Where a piece is cut out: the middle, then corners, as shares of the spare width and height.
PLACES = [(0.5, 0.5), (0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0)]
SDXL_BITS = "101100111110110010010000011110111011000110011110"
FLUX_BITS = "1010101111111010000111100111001111010100101110"


def bits_of(text: bytes) -> list[int]:
    """The bits of a text, the highest of each byte first."""
    return [int(bit) for bit in np.unpackbits(np.frombuffer(text, np.uint8))]


def as_bytes(rgb: np.ndarray, bits: list[int]) -> np.ndarray:
    """Stable Diffusion's scripts: 8-bit samples, blue first."""
    return peers.package_encode("dwtDct", np.ascontiguousarray(rgb[:, :, ::-1]), bits)[:, :, ::-1]


def as_floats(rgb: np.ndarray, bits: list[int]) -> np.ndarray:
    """SDXL's and FLUX.1's own scripts, and diffusers since 0.27: 32-bit floats, blue first, truncated at the end."""
    bgr = np.ascontiguousarray(rgb[:, :, ::-1].astype(np.float32))
    return np.clip(peers.package_encode("dwtDct", bgr, bits)[:, :, ::-1], 0, 255).astype(np.uint8)


def as_floats_red_first(rgb: np.ndarray, bits: list[int]) -> np.ndarray:
    """diffusers before 0.27: 32-bit floats, red first, rounded."""
    return np.clip(peers.package_encode("dwtDct", rgb.astype(np.float32), bits), 0, 255).round().astype(np.uint8)


@dataclass(frozen=True)
class Generator:
    """A program that marks its pictures. `expected` is the name in the report of `labeler check`."""

    name: str
    expected: str
    bits: list[int]
    encode: Callable[[np.ndarray, list[int]], np.ndarray]


GENERATORS = [
    Generator("sd1", "Stable Diffusion 1.x (dwtDct)", bits_of(b"StableDiffusionV1"), as_bytes),
    Generator("sd2", "Stable Diffusion 2.x (dwtDct)", bits_of(b"SDV2"), as_bytes),
    Generator("sdxl", "SDXL (dwtDct)", [int(bit) for bit in SDXL_BITS], as_floats),
    Generator("sdxl-red-first", "SDXL (dwtDct)", [int(bit) for bit in SDXL_BITS], as_floats_red_first),
    Generator("flux", "FLUX (dwtDct)", [int(bit) for bit in FLUX_BITS], as_floats),
]


def photographs(folder: Path) -> Iterator[tuple[str, Image.Image]]:
    """The pictures of a folder and its folders that can be opened, in a stable order."""
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file()):
        try:
            with Image.open(path) as image:
                if min(image.size) >= LEAST_SIDE and image.width * image.height <= MOST_PIXELS:
                    yield path.stem, image.convert("RGB")
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            continue


def sources(folder: Path) -> list[tuple[str, np.ndarray]]:
    """Pieces of photographs, of the sizes that generators write: the middle of each, then corners of large ones."""
    found: list[tuple[str, np.ndarray]] = []
    seen: list[np.ndarray] = []
    for x, y in PLACES:
        for stem, image in photographs(folder):
            width, height = SIZES[len(found) % len(SIZES)]
            spare = image.width - width, image.height - height
            # A corner may not be mostly the same piece as the middle.
            if min(spare) < (0 if (x, y) == PLACES[0] else LEAST_SIDE):
                continue
            left, top = round(spare[0] * x), round(spare[1] * y)
            pixels = np.asarray(image.crop((left, top, left + width, top + height)))
            small = thumbnail(pixels, 16)
            if is_photograph(pixels) and all(np.abs(small - other).mean() > 8 for other in seen):
                found.append((f"{len(found):02}-{stem}", pixels))
                seen.append(small)
            if len(found) == PICTURES:
                return found
    return found


def thumbnail(pixels: np.ndarray, side: int) -> np.ndarray:
    """The picture as a small square."""
    return np.asarray(Image.fromarray(pixels).resize((side, side), Image.Resampling.BOX)).astype(int)


def is_photograph(pixels: np.ndarray) -> bool:
    """Whether the picture has many colors. A page of text has none that could carry this watermark."""
    small = thumbnail(pixels, 64)
    colors = len({tuple(color) for color in (small.reshape(-1, 3) // 8).tolist()})
    return colors >= 200 and float(np.ptp(small, axis=2).mean()) >= 12


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("labeler", type=Path)
    arguments.add_argument("folder", type=Path)
    options = arguments.parse_args()
    pictures = sources(options.folder)
    if len(pictures) < PICTURES:
        raise SystemExit(f"{options.folder}: too few photographs of {LEAST_SIDE} x {LEAST_SIDE} pixels or more")
    wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        files: list[tuple[Path, Generator]] = []
        for stem, pixels in pictures:
            for generator in GENERATORS:
                path = Path(scratch) / f"{stem}.{generator.name}.png"
                Image.fromarray(generator.encode(pixels, generator.bits)).save(path, compress_level=1)
                files.append((path, generator))
        marks = labeler.check(options.labeler, [path for path, _ in files])
        right = {generator.name: 0 for generator in GENERATORS}
        for (path, generator), found in zip(files, marks, strict=True):
            names = [mark.name for mark in found or []]
            if names == [generator.expected]:
                right[generator.name] += 1
            else:
                wrong += 1
                print(f"{path.name}: expected {generator.expected}, found {names or 'nothing'}")
    for name, count in right.items():
        print(f"{name}: {count}/{len(pictures)}")
    print(f"{len(files) - wrong} passed, {wrong} failed")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())

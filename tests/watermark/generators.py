"""Checks that `labeler check` names the generator in pictures that invisible-watermark marked as the generators do.

Usage: generators.py LABELER FOLDER

Takes the first 14 photographs of FOLDER (PNG files in it or in its halves a and b) that are large enough, cut to the sizes
that generators write, and marks each as the scripts of Stable Diffusion 1 and 2, of SDXL, and of FLUX.1 do. Exit code 1:
at least one watermark was not found, or another generator was named.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

import labeler
import peers

PICTURES = 14
# Width and height that generators write.
SIZES = [(512, 512), (768, 512), (512, 768), (768, 768), (640, 512)]
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
    """A program that marks its pictures. `expected` is how `labeler check` begins the generator's name."""

    name: str
    expected: str
    bits: list[int]
    encode: Callable[[np.ndarray, list[int]], np.ndarray]


GENERATORS = [
    Generator("sd1", "Stable Diffusion 1", bits_of(b"StableDiffusionV1"), as_bytes),
    Generator("sd2", "Stable Diffusion 2", bits_of(b"SDV2"), as_bytes),
    Generator("sdxl", "SDXL", [int(bit) for bit in SDXL_BITS], as_floats),
    Generator("sdxl-red-first", "SDXL", [int(bit) for bit in SDXL_BITS], as_floats_red_first),
    Generator("flux", "FLUX", [int(bit) for bit in FLUX_BITS], as_floats),
]


def sources(folder: Path) -> list[tuple[str, np.ndarray]]:
    """The middle of each picture, at a size that generators write."""
    folders = [folder / half for half in "ab" if (folder / half).is_dir()] or [folder]
    found = []
    for path in (path for each in folders for path in labeler.pictures(each)):
        with Image.open(path) as image:
            width, height = SIZES[len(found) % len(SIZES)]
            if image.width < width or image.height < height:
                continue
            left, top = (image.width - width) // 2, (image.height - height) // 2
            pixels = np.asarray(image.convert("RGB").crop((left, top, left + width, top + height)))
        if not is_photograph(pixels):
            continue
        found.append((path.stem, pixels))
        if len(found) == PICTURES:
            break
    return found


def is_photograph(pixels: np.ndarray) -> bool:
    """Whether the picture has many colors. A page of text has none that could carry this watermark."""
    small = np.asarray(Image.fromarray(pixels).resize((64, 64), Image.Resampling.BOX)).astype(int)
    colors = len({tuple(color) for color in (small.reshape(-1, 3) // 8).tolist()})
    return colors >= 200 and float(np.ptp(small, axis=2).mean()) >= 12


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("labeler", type=Path)
    arguments.add_argument("folder", type=Path)
    options = arguments.parse_args()
    pictures = sources(options.folder)
    if not pictures:
        raise SystemExit(f"{options.folder}: no photographs of 512 x 512 pixels or more")
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
            names = [mark.name for mark in found]
            if len(names) == 1 and names[0].startswith(generator.expected):
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

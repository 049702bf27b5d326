"""A picture file as Pillow opens it, and how two of them differ."""

import hashlib
import logging
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy
import pillow_heif
from PIL import ExifTags, Image, UnidentifiedImageError

# Pillow refuses pictures of twice as many pixels. Labeler draws on none that large.
Image.MAX_IMAGE_PIXELS = 50_000_000
# What Pillow finds odd in other people's files is not for this sweep to report.
warnings.simplefilter("ignore")
logging.getLogger("PIL").setLevel(logging.CRITICAL)
Image.init()
# libheif would take AVIF as well, and has no decoder for it here.
OWN = tuple(Image.ID)
pillow_heif.register_heif_opener()

# Above this the samples are compared by their hash alone, so that two workers stay within a small machine's memory.
MOST_SAMPLES = 64_000_000
# TIFF keeps its structure among the tags that Pillow calls EXIF. 700 is XMP and 52545 the manifest store, which a label
# writes; the others describe how the samples are stored.
TIFF_STRUCTURE = {254, 256, 257, 258, 259, 262, 266, 273, 278, 279, 284, 317, 320, 322, 323, 324, 325, 338, 339}
TIFF_STRUCTURE |= {277, 292, 293, 347, 512, 513, 514, 515, 519, 520, 521, 529, 530, 531, 532, 700, 34675, 52545}
# What a file says beside its pixels, as Pillow names it.
STATEMENTS = ("dpi", "gamma", "chromaticity", "srgb", "comment", "loop", "aspect")
# A tile of the picture that differs more than this is another picture, not the same one coded anew.
TILE_PSNR = 28.0
TILES = 4


@dataclass
class Frame:
    size: tuple[int, int]
    mode: str
    duration: float
    samples: numpy.ndarray | None
    digest: str


@dataclass
class Opened:
    """`keyed`: one color, or some of the palette, stand for transparency."""

    format: str
    mode: str
    depth: str
    keyed: bool
    frames: list[Frame]
    icc: bytes | None
    exif: dict
    statements: dict


def open_picture(path: Path) -> Opened:
    """Reads every frame. Raises whatever Pillow raises for a file that it cannot read to its end."""
    try:
        image = Image.open(path, formats=OWN)
    except UnidentifiedImageError:
        image = Image.open(path)
    with image:
        return _open(image, path)


def _open(image: Image.Image, path: Path) -> Opened:
    count = getattr(image, "n_frames", 1)
    first = {"format": image.format, "mode": image.mode, "icc": image.info.get("icc_profile") or None}
    first["keyed"] = "transparency" in image.info
    image.load()
    exif, statements = _exif(image), {key: image.info[key] for key in STATEMENTS if key in image.info}
    keep = image.size[0] * image.size[1] * count <= MOST_SAMPLES
    frames = []
    for number in range(count):
        image.seek(number)
        image.load()
        digest = hashlib.sha256(image.tobytes()).hexdigest()
        samples = _samples(image) if keep else None
        frames.append(Frame(image.size, image.mode, image.info.get("duration", 0), samples, digest))
    return Opened(**first, depth=_depth(path, image), frames=frames, exif=exif, statements=statements)


def _samples(image: Image.Image) -> numpy.ndarray:
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        deep = numpy.asarray(image).astype("float32")
        # Pillow would cut off what is above 255.
        deep = deep / 257 if image.mode != "F" else deep
        gray = numpy.clip(deep, 0, 255).astype("uint8")
        return numpy.stack([gray, gray, gray, numpy.full_like(gray, 255)], axis=2)
    return numpy.asarray(image.convert("RGBA"))


def _exif(image: Image.Image) -> dict:
    try:
        block = image.getexif()
        found = {tag: value for tag, value in block.items() if image.format != "TIFF" or tag not in TIFF_STRUCTURE}
        for directory in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo, ExifTags.IFD.Interop):
            # Where a directory lies may change; what it says may not.
            if found.pop(int(directory), None) is not None:
                found[f"directory {int(directory)}"] = dict(block.get_ifd(directory))
        return {tag: repr(value) for tag, value in found.items()}
    except Exception:
        # Pillow gives up on a damaged block: then its bytes must stay.
        return {"bytes": image.info.get("exif")}


def _depth(path: Path, image: Image.Image) -> str:
    """Bits of each sample as the file states them: Pillow reads RGB of 16 bits as if it had 8."""
    with path.open("rb") as file:
        head = file.read(33)
        if head.startswith(b"\x89PNG"):
            depth, color = struct.unpack(">BB", head[24:26])
            return f"{depth} bits, color type {color}"
        if head[:2] == b"\xff\xd8":
            file.seek(2)
            return _jpeg_frame(file.read(1 << 20))
    if image.format == "TIFF":
        tags = image.tag_v2
        bits = tags.get(258, (1,))
        bits = bits if isinstance(bits, tuple) else (bits,)
        return f"{'/'.join(map(str, bits))} bits"
    return ""


def _jpeg_frame(data: bytes) -> str:
    at = 0
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return ""
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            precision, parts = data[at + 4], data[at + 9]
            sampling = [f"{data[at + 11 + 3 * part]:02x}" for part in range(parts) if at + 11 + 3 * part < len(data)]
            return f"{precision} bits, components {' '.join(sampling)}"
        at += 1 if marker == 0xFF else 2 + length
    return ""


def is_fax(path: Path) -> bool:
    """Whether a file is coded as faxes are: libtiff leaves what it cannot decode of those as the memory was before."""
    try:
        with Image.open(path) as image:
            return image.info.get("compression") in ("group3", "group4", "tiff_ccitt")
    except Exception:
        return False


def psnr(first: numpy.ndarray, second: numpy.ndarray) -> float:
    """Peak signal-to-noise ratio over the samples that can be seen in either, in dB. Infinite for equal ones."""
    seen = (first[..., 3] > 0) | (second[..., 3] > 0)
    if not seen.any():
        return float("inf")
    error = numpy.square(first[seen].astype("float32") - second[seen].astype("float32")).mean()
    return float("inf") if error == 0 else float(10 * numpy.log10(255.0**2 / error))


def changed_tiles(first: numpy.ndarray, second: numpy.ndarray) -> int:
    """How many of 16 tiles show another picture."""
    height, width = first.shape[:2]
    rows = [height * part // TILES for part in range(TILES + 1)]
    columns = [width * part // TILES for part in range(TILES + 1)]
    changed = 0
    for top, bottom in zip(rows, rows[1:]):
        for left, right in zip(columns, columns[1:]):
            tile = (slice(top, bottom), slice(left, right))
            if bottom > top and right > left:
                changed += psnr(first[tile], second[tile]) < TILE_PSNR
    return changed

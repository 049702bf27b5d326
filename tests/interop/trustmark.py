"""Compares our payload code and picture preparation with TrustMark's own Python code and with Pillow.

Usage: trustmark.py --packets PROGRAM FOLDER

PROGRAM is the example `trustmark_packets`. TrustMark's source distribution is downloaded from PyPI with its hash into FOLDER
once; of it only the two files of the data layer are imported, which need no PyTorch. Exit code 3: it could not be
downloaded; nothing else is wrong.
"""

import argparse
import importlib
import random
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

REQUIREMENT = "trustmark==0.9.2 --hash=sha256:bcaa3bc38ead1c0558df81932672f34e306efaed31389da57dbed100e236b28a"
PACKAGE = "trustmark_data_layer"
MODULES = ("datalayer.py", "bchecc.py")
UNAVAILABLE = 3
# Number, wrong bits corrected, bits of data.
SCHEMAS = ((0, 8, 40), (1, 5, 61), (2, 4, 68), (3, 3, 75))
PAYLOADS = 60
# Pillow rounds to 8 bits between rows and columns and at the end; one step of 8 bits is 2/255.
TOLERANCE = 1.5 * 2 / 255


def fetch(folder: Path) -> str | None:
    """Downloads the distribution and unpacks the two modules; the reason when that was impossible."""
    package = folder / PACKAGE
    if all((package / name).is_file() for name in MODULES):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        requirement = Path(scratch) / "requirement.txt"
        requirement.write_text(REQUIREMENT + "\n")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        pip += ["--no-binary", "trustmark", "--require-hashes", "--dest", scratch, "--requirement", str(requirement)]
        run = subprocess.run(pip, capture_output=True, text=True, timeout=600)
        archives = list(Path(scratch).glob("*.tar.gz"))
        if run.returncode != 0 or len(archives) != 1:
            return (run.stderr.strip().splitlines()[-1:] or ["no archive"])[0]
        package.mkdir(exist_ok=True)
        (package / "__init__.py").touch()
        with tarfile.open(archives[0]) as packed:
            for name in MODULES:
                member = next(m for m in packed if m.isfile() and m.name.endswith(f"/trustmark/{name}"))
                (package / name).write_bytes(packed.extractfile(member).read())
    return None


class Ours:
    """Answers of our program."""

    def __init__(self, program: Path):
        self.program = program

    def answers(self, lines: list[str]) -> list[str]:
        run = subprocess.run([self.program], input="\n".join(lines), capture_output=True, text=True, timeout=300, check=True)
        return run.stdout.splitlines()

    def samples(self, variant: str, side: int, picture: Path) -> np.ndarray:
        run = subprocess.run([self.program, "input", variant, str(side), picture], capture_output=True, timeout=300, check=True)
        return np.frombuffer(run.stdout, dtype="<f4").reshape(3, side, side)


def flipped(packet: str, count: int, chance: random.Random) -> str:
    bits = list(packet)
    for place in chance.sample(range(96), count):
        bits[place] = "10"[int(bits[place])]
    return "".join(bits)


def payloads(ours: Ours, layer: type, report) -> None:
    chance = random.Random(1)
    for number, most, length in SCHEMAS:
        theirs = layer(100, False, number)
        data = ["".join(chance.choice("01") for _ in range(length)) for _ in range(PAYLOADS)]
        data += ["0" * length, "1" * length]
        expected = ["".join(str(int(bit)) for bit in theirs._encode_binary(bits)) for bits in data]
        packets = ours.answers([f"encode {number} {bits}" for bits in data])
        report(f"schema {number}: both write the same packets", packets == expected)

        for wrong in range(most + 1):
            received = [flipped(packet, wrong, chance) for packet in expected]
            answers = ours.answers([f"decode {packet}" for packet in received])
            report(
                f"schema {number}: we read theirs with {wrong} wrong bits",
                answers == [f"{number}*{bits} {wrong}" for bits in data],
            )
            arrays = np.array([[int(bit) for bit in flipped(packet, wrong, chance)] for packet in packets])
            read = theirs.decode_bitstream(arrays, MODE="binary")
            report(
                f"schema {number}: they read ours with {wrong} wrong bits",
                [tuple(found) for found in read] == [(bits, True, number) for bits in data],
            )


def random_packets(ours: Ours, layer: type, report) -> None:
    """What we accept of random bits, they accept with the same data: we are the stricter ones."""
    chance = random.Random(2)
    theirs = layer(100, False, 1)
    packets = ["".join(chance.choice("01") for _ in range(100)) for _ in range(4000)]
    answers = ours.answers([f"decode {packet}" for packet in packets])
    accepted = [(packet, answer.split()[0]) for packet, answer in zip(packets, answers) if answer != "none"]
    arrays = np.array([[int(bit) for bit in packet] for packet, _ in accepted])
    read = [f"{version}*{bits}" if valid else "none" for bits, valid, version in theirs.decode_bitstream(arrays, MODE="binary")]
    report(f"they accept the {len(accepted)} of 4000 random packets that we accept", read == [value for _, value in accepted])


def crop(picture: Image.Image, variant: str) -> Image.Image:
    """The documented part of a picture: as in get_the_image_for_processing of TrustMark's decoder."""
    width, height = picture.size
    if variant != "P" and max(width, height) <= 2 * min(width, height):
        return picture
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    return picture.crop((left, top, left + side, top + side))


def pictures(ours: Ours, report) -> None:
    noise = np.random.default_rng(3)
    with tempfile.TemporaryDirectory() as folder:
        for size in ((640, 480), (256, 256), (1201, 401), (333, 999), (100, 80), (1500, 1499)):
            for mode in ("RGB", "RGBA"):
                data = noise.integers(0, 256, (size[1], size[0], len(mode)), dtype=np.uint8)
                picture, path = Image.fromarray(data), Path(folder) / "picture.png"
                picture.save(path)
                for variant, side in (("P", 224), ("Q", 256)):
                    resized = crop(picture.convert("RGB"), variant).resize((side, side), Image.Resampling.BILINEAR)
                    expected = np.asarray(resized, dtype=np.float32).transpose(2, 0, 1) / 127.5 - 1
                    off = float(np.abs(ours.samples(variant, side, path) - expected).max())
                    report(f"{size} {mode}, variant {variant}: resized as by Pillow, off by {off:.4f}", off <= TOLERANCE)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--packets", type=Path, required=True)
    options = arguments.parse_args()
    problem = fetch(options.folder)
    if problem:
        print(f"trustmark: {problem}", file=sys.stderr)
        return UNAVAILABLE
    sys.path.insert(0, str(options.folder))
    layer = importlib.import_module(f"{PACKAGE}.datalayer").DataLayer
    passed = failed = 0

    def report(name: str, is_right: bool) -> None:
        nonlocal passed, failed
        passed, failed = passed + is_right, failed + (not is_right)
        print(f"{'ok  ' if is_right else 'FAIL'} {name}", flush=True)

    ours = Ours(options.packets)
    payloads(ours, layer, report)
    random_packets(ours, layer, report)
    pictures(ours, report)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Checks on a few photographs that Labeler's watermark outlives what Pillow does to them.

Usage: outlives.py LABELER FOLDER

A quick test beside the measurement of attacks.py: six pieces of the photographs in FOLDER and its folders, nine attacks. Exit
code 1: a watermark was not written or not read from the unchanged copy, a wrong one was read, or more than one of the attacked
copies of a picture lost theirs.
"""

import argparse
import tempfile
from pathlib import Path

from PIL import Image

import attacks
import generators
import labeler

PICTURES = 6
UNCHANGED = "none"
NAMES = [
    UNCHANGED, "turn-90", "jpeg-75", "webp-80", "half", "crop-25", "rotate-3", "wider", "screenshot",
]
# One loss in a picture: small pieces of large photographs are harder than whole pictures.
MOST_LOST = 1


def failures(program: Path, source: Path, scratch: Path) -> list[str]:
    """What is wrong with the watermark of one picture; empty when nothing is."""
    target = scratch / f"{source.stem}.marked.png"
    labelled = labeler.label(program, source, target)
    if labelled.payload is None:
        return [f"no watermark was written: {labelled.reason}"]
    copies = []
    with Image.open(target) as image:
        marked = image.convert("RGB")
    for name in NAMES:
        attack = attacks.ATTACKS[name]
        copy = scratch / f"{source.stem}.{name}.{attacks.SUFFIX[attack.format]}"
        attacked = attack.run(marked)
        if attacked is not None:
            copy.write_bytes(attacked)
            copies.append(copy)
    problems, lost = [], []
    for copy, found in zip(copies, labeler.check(program, copies), strict=True):
        name = copy.suffixes[-2].removeprefix(".")
        payloads = [mark.payload for mark in found or [] if mark.is_own]
        if payloads and payloads != [labelled.payload]:
            problems.append(f"{name}: {payloads} was read instead of {labelled.payload}")
        elif not payloads:
            lost.append(name)
    if UNCHANGED in lost or len(lost) > MOST_LOST:
        problems.append(f"lost after {', '.join(lost)}")
    return problems


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("labeler", type=Path)
    arguments.add_argument("folder", type=Path)
    options = arguments.parse_args()
    pictures = generators.sources(options.folder)[:PICTURES]
    if len(pictures) < PICTURES:
        raise SystemExit(f"{options.folder}: too few photographs")
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        for stem, pixels in pictures:
            source = Path(scratch) / f"{stem}.png"
            Image.fromarray(pixels).save(source, compress_level=1)
            problems = failures(options.labeler, source, Path(scratch))
            failed += bool(problems)
            for problem in problems:
                print(f"{stem}: {problem}")
    print(f"{PICTURES - failed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    raise SystemExit(main())

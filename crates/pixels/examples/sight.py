#!/usr/bin/env python3
"""Measures how many visible labels are seen after another encoder (Pillow) has saved the pictures.

Usage: sight.py PROGRAM FOLDER SCRATCH    (PROGRAM: the example `sight`; needs Pillow)

Draws a label on each picture of FOLDER, saves it in several ways and lets the example look for the usual texts.
"""
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from PIL import Image

TEXTS = ["AI GENERATED", "AI生成", "AI生成 · AI GENERATED", "AI MODIFIED", "KI-generiert", "Généré par IA"]
LEAST_SIDE = 200


def resized(picture, share):
    return picture.resize([max(1, round(side * share)) for side in picture.size], Image.Resampling.LANCZOS)


WAYS = {
    "JPEG 75": lambda p, to: p.save(to.with_suffix(".jpg"), quality=75),
    "JPEG 30": lambda p, to: p.save(to.with_suffix(".jpg"), quality=30),
    "half size, JPEG 75": lambda p, to: resized(p, 1 / 2).save(to.with_suffix(".jpg"), quality=75),
    "a third, JPEG 75": lambda p, to: resized(p, 1 / 3).save(to.with_suffix(".jpg"), quality=75),
    "WebP 60": lambda p, to: p.save(to.with_suffix(".webp"), quality=60),
}


def main():
    program, folder, scratch = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    scratch.mkdir(parents=True, exist_ok=True)
    expected, way_of = {}, {}
    for index, path in enumerate(sorted(p for p in folder.rglob("*") if p.is_file())):
        try:
            size = Image.open(path).size
        except OSError:
            continue
        # The usual texts alone: nothing states a label here.
        number = index % len(TEXTS)
        drawn = scratch / f"{index}.png"
        done = subprocess.run([program, "draw", path, drawn, str(number)], capture_output=True, text=True)
        if min(size) < LEAST_SIDE or done.stdout.strip() != "true":
            continue
        picture = Image.open(drawn).convert("RGB")
        for way_number, (way, save) in enumerate(WAYS.items()):
            save(picture, scratch / f"{index}-{way_number}.x")
        for saved in scratch.glob(f"{index}-*"):
            expected[str(saved)] = TEXTS[number]
            way_of[str(saved)] = list(WAYS)[int(saved.stem.split("-")[1])]
    found = subprocess.run([program, "find", *expected], capture_output=True, text=True, check=True).stdout
    counts, seen = Counter(way_of.values()), Counter()
    for line in found.splitlines():
        file, what = line.split(": ", 1)
        text = re.match(r'"([^"]*)"', what)
        if text and text[1] == expected[file]:
            seen[way_of[file]] += 1
        else:
            print(f"{way_of[file]}: {expected[file]}: {line}")
    print("| saved by Pillow as | pictures | seen |\n|---|---|---|")
    for way, count in counts.items():
        print(f"| {way} | {count} | {seen[way]} |")


main()

"""Marks pictures with the watermark, handles them as people do, and counts how often `labeler check` still reads it.

Usage: attacks.py LABELER FOLDER [--attacks NAMES] [--peers] [--perceptual COMMAND] [--json FILE] [--document FILE]
                  [--jobs N]

FOLDER holds PNG files, or the halves a and b that fetch.py writes. A watermark counts as read only when the payload is the
one that was written. Exit code 1: a goal was missed, another payload was read, a watermark was found in a picture before it
was marked, or a picture could not be measured.
"""

import argparse
import concurrent.futures
import hashlib
import io
import json
import math
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import PIL
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, features
from skimage.metrics import structural_similarity

import labeler
import peers

# A crop that leaves less than this on the short side is not counted.
LEAST_SIDE = 256
PEER_BITS = 32
BEGIN, END = "<!-- measured -->", "<!-- /measured -->"


@dataclass(frozen=True)
class Attack:
    """One handling of a picture. `goal` is the percentage that must still be read; without one it is for information."""

    name: str
    title: str
    goal: int | None
    change: Callable[[Image.Image], Image.Image]
    format: str = "PNG"
    quality: int | None = None
    is_crop: bool = False

    def run(self, image: Image.Image) -> bytes | None:
        """The file after the handling; nothing when too little of the picture is left."""
        changed = self.change(image)
        if self.is_crop and min(changed.size) < LEAST_SIDE:
            return None
        options = {"compress_level": 1} if self.format == "PNG" else {"quality": self.quality}
        out = io.BytesIO()
        changed.save(out, self.format, **options)
        return out.getvalue()


def same(image: Image.Image) -> Image.Image:
    """The picture as it is."""
    return image


def scale(image: Image.Image, x: float, y: float | None = None) -> Image.Image:
    """The picture at another size, each side at least 8 pixels."""
    size = max(8, round(image.width * x)), max(8, round(image.height * (x if y is None else y)))
    return image.resize(size, Image.Resampling.LANCZOS)


def crop(image: Image.Image, share: float) -> Image.Image:
    """Takes `share` of the width and of the height away, a little more of it on the left and at the top."""
    width, height = round(image.width * (1 - share)), round(image.height * (1 - share))
    left = min(image.width - width, (image.width - width) // 2 + 3)
    top = min(image.height - height, (image.height - height) // 2 + 5)
    return image.crop((left, top, left + width, top + height))


def rotate(image: Image.Image, degrees: float) -> Image.Image:
    """Rotates the picture and keeps the largest part of its own aspect ratio that shows no corner."""
    sine, cosine = math.sin(math.radians(abs(degrees))), math.cos(math.radians(degrees))
    width, height = image.size
    share = min(width / (width * cosine + height * sine), height / (width * sine + height * cosine))
    inner_width, inner_height = int(width * share) - 2, int(height * share) - 2
    left, top = (width - inner_width) // 2, (height - inner_height) // 2
    turned = image.rotate(degrees, Image.Resampling.BICUBIC)
    return turned.crop((left, top, left + inner_width, top + inner_height))


def screenshot(image: Image.Image) -> Image.Image:
    """The picture in a window: borders of 12 % around it, shaded from top to bottom, with a title bar and lines of text."""
    across, down = round(image.width * 0.12), round(image.height * 0.12)
    width, height = image.width + 2 * across, image.height + 2 * down
    shade = np.linspace((246, 247, 250), (222, 226, 233), height).round().astype(np.uint8)
    canvas = Image.fromarray(np.repeat(shade[:, None, :], width, axis=1))
    draw = ImageDraw.Draw(canvas)
    bar = max(6, down // 2)
    draw.rectangle((0, 0, width, bar), fill=(52, 58, 70))
    for button, color in enumerate([(237, 106, 94), (245, 191, 79), (98, 197, 84)]):
        left = round(bar * (0.4 + 0.9 * button))
        draw.ellipse((left, bar * 0.25, left + bar * 0.5, bar * 0.75), fill=color)
    line = max(3, bar // 4)
    for row in range(2):
        top = down + image.height + round(down * (0.25 + 0.3 * row))
        draw.rectangle((across, top, across + round(image.width * (0.7 - 0.3 * row)), top + line), fill=(90, 96, 110))
    canvas.paste(image, (across, down))
    return canvas


def noise(image: Image.Image) -> Image.Image:
    """Gaussian noise with a standard deviation of 6 grey levels, the same for every picture of one size."""
    samples = np.asarray(image).astype(float)
    noisy = samples + np.random.default_rng(1).normal(0, 6, samples.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def brighten(image: Image.Image) -> Image.Image:
    """Brightness x 1.15, then contrast x 1.2."""
    return ImageEnhance.Contrast(ImageEnhance.Brightness(image).enhance(1.15)).enhance(1.2)


def all_attacks() -> list[Attack]:
    """The attacks in the order of the tables."""
    turn = Image.Transpose
    attacks = [
        Attack("none", "None", 100, same),
        Attack("turn-90", "Turned by 90 degrees", 100, lambda i: i.transpose(turn.ROTATE_90)),
        Attack("turn-180", "Turned by 180 degrees", 100, lambda i: i.transpose(turn.ROTATE_180)),
        Attack("turn-270", "Turned by 270 degrees", 100, lambda i: i.transpose(turn.ROTATE_270)),
        Attack("mirror", "Mirrored", 100, lambda i: i.transpose(turn.FLIP_LEFT_RIGHT)),
        Attack("gray", "Gray", 100, lambda i: i.convert("L").convert("RGB")),
        Attack("jpeg-75", "JPEG 75", 98, same, "JPEG", 75),
        Attack("webp-80", "WebP 80", 98, same, "WEBP", 80),
        Attack("half", "Half the size", 98, lambda i: scale(i, 0.5)),
        Attack("1080-jpeg-72", "1080 pixels wide, JPEG 72", 98, lambda i: scale(i, min(1, 1080 / i.width)), "JPEG", 72),
        Attack("bright-contrast", "Brightness x 1.15, contrast x 1.2", 98, brighten),
        Attack("blur", "Blur, radius 1", 98, lambda i: i.filter(ImageFilter.GaussianBlur(1))),
        Attack("jpeg-50", "JPEG 50", 95, same, "JPEG", 50),
        Attack("webp-60", "WebP 60", 95, same, "WEBP", 60),
        Attack("third", "A third of the size", 95, lambda i: scale(i, 1 / 3)),
        Attack("noise", "Noise, sigma 6", 95, noise),
        Attack("crop-10", "Crop by 10 %", 95, lambda i: crop(i, 0.1), is_crop=True),
        Attack("crop-25", "Crop by 25 %", 95, lambda i: crop(i, 0.25), is_crop=True),
        Attack("crop-50", "Crop by 50 %", 95, lambda i: crop(i, 0.5), is_crop=True),
        Attack(
            "crop-half-jpeg-70", "Crop by 10 %, half the size, JPEG 70", 95,
            lambda i: scale(crop(i, 0.1), 0.5), "JPEG", 70, is_crop=True,
        ),
        Attack("rotate-1", "Rotated by 1 degree", 90, lambda i: rotate(i, 1)),
        Attack("rotate-2", "Rotated by 2 degrees", 90, lambda i: rotate(i, 2)),
        Attack("rotate-3", "Rotated by 3 degrees", 90, lambda i: rotate(i, 3)),
        Attack("wider", "Stretched, 1.1 : 1", 90, lambda i: scale(i, 1.1, 1)),
        Attack("narrower", "Compressed, 0.9 : 1", 90, lambda i: scale(i, 0.9, 1)),
        Attack("screenshot", "Screenshot with borders of 12 %", 90, screenshot),
        Attack("jpeg-30", "JPEG 30", 80, same, "JPEG", 30),
        Attack("crop-50-jpeg-50", "Crop by 50 %, JPEG 50", 80, lambda i: crop(i, 0.5), "JPEG", 50, is_crop=True),
    ]
    if features.check("avif"):
        attacks.append(Attack("avif-60", "AVIF 60", None, same, "AVIF", 60))
    return attacks


ATTACKS = {attack.name: attack for attack in all_attacks()}
SUFFIX = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "AVIF": "avif"}


@dataclass
class Marked:
    """One picture that one method marked. `read` has an entry for each attack that counts for this picture."""

    psnr: float = math.inf
    ssim: float = 1.0
    butteraugli: float | None = None
    ssimulacra2: float | None = None
    read: dict[str, bool] = field(default_factory=dict)


@dataclass
class Result:
    """What was measured on one picture. `methods` lacks those that wrote no watermark."""

    picture: str
    size: tuple[int, int]
    seconds: float = 0.0
    problem: str | None = None
    refused: str | None = None
    found_before: list[str] = field(default_factory=list)
    wrong: dict[str, list[str]] = field(default_factory=dict)
    # The attacks after which `labeler check` does not search the pixels, because it does not decode the file.
    unsearched: list[str] = field(default_factory=list)
    methods: dict[str, Marked] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """One picture and what to do with it."""

    labeler: Path
    picture: Path
    attacks: tuple[str, ...]
    peers: bool
    perceptual: str | None


def compared(before: Image.Image, after: Image.Image) -> Marked:
    """PSNR of RGB and SSIM of the luma."""
    difference = np.asarray(before, dtype=np.float32) - np.asarray(after, dtype=np.float32)
    mse = float(np.square(difference).mean(dtype=float))
    psnr = 10 * math.log10(255**2 / mse) if mse else math.inf
    ssim = structural_similarity(np.asarray(before.convert("L")), np.asarray(after.convert("L")))
    return Marked(psnr, float(ssim))


def seen(command: str, before: Path, after: Path, marked: Marked) -> None:
    """Adds the perceptual measures, from a command that prints `butteraugli NUMBER ssimulacra2 NUMBER`."""
    run = subprocess.run([*shlex.split(command), str(before), str(after)], capture_output=True, text=True, check=True)
    words = run.stdout.split()
    marked.butteraugli = float(words[words.index("butteraugli") + 1])
    marked.ssimulacra2 = float(words[words.index("ssimulacra2") + 1])


def measure_labeler(task: Task, image: Image.Image, source: Path, result: Result) -> None:
    """Labeler's part: the command, as it is shipped, on files."""
    folder = source.parent
    result.found_before = [mark.payload or mark.name for mark in labeler.check(task.labeler, [source])[0] or []]
    out = folder / "marked.png"
    labelled = labeler.label(task.labeler, source, out)
    if labelled.payload is None:
        result.refused = labelled.reason
        return
    with Image.open(out) as opened:
        # The array alone, so that nothing of the file's metadata goes into the attacked files.
        marked_image = Image.fromarray(np.asarray(opened.convert("RGB")))
    marked = compared(image, marked_image)
    if task.perceptual:
        seen(task.perceptual, source, out, marked)
    names, files = [], []
    for name in task.attacks:
        data = ATTACKS[name].run(marked_image)
        if data is not None:
            path = folder / f"{name}.{SUFFIX[ATTACKS[name].format]}"
            path.write_bytes(data)
            names.append(name)
            files.append(path)
    for name, marks in zip(names, labeler.check(task.labeler, files), strict=True):
        if marks is None:
            result.unsearched.append(name)
        payloads = [mark.payload for mark in marks or [] if mark.is_own]
        marked.read[name] = labelled.payload in payloads
        wrong = [payload for payload in payloads if payload != labelled.payload]
        if wrong:
            result.wrong[name] = wrong
    result.methods["labeler"] = marked


def measure_peer(task: Task, method: str, image: Image.Image, source: Path, result: Result) -> None:
    """The same with a method of invisible-watermark. It is read when all bits are right."""
    pixels = np.asarray(image)
    if not peers.LEAST_PIXELS <= pixels.shape[0] * pixels.shape[1] <= peers.MOST_PIXELS:
        return
    digest = hashlib.sha256(task.picture.name.encode()).digest()
    bits = [int(bit) for bit in np.unpackbits(np.frombuffer(digest, np.uint8))[:PEER_BITS]]
    marked_image = Image.fromarray(np.ascontiguousarray(peers.encode(method, pixels, bits)))
    marked = compared(image, marked_image)
    if task.perceptual:
        path = source.with_name(f"{method}.png")
        marked_image.save(path, compress_level=1)
        seen(task.perceptual, source, path, marked)
    for name in task.attacks:
        data = ATTACKS[name].run(marked_image)
        if data is not None:
            attacked = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
            marked.read[name] = peers.decode(method, attacked, PEER_BITS) == bits
    result.methods[method] = marked


def measure(task: Task) -> Result:
    """Everything about one picture."""
    begun = time.monotonic()
    with Image.open(task.picture) as opened:
        image = Image.fromarray(np.asarray(opened.convert("RGB")))
    result = Result(f"{task.picture.parent.name}/{task.picture.name}", image.size)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            source = Path(scratch) / "source.png"
            image.save(source, compress_level=1)
            measure_labeler(task, image, source, result)
            if task.peers:
                for method in peers.METHODS:
                    measure_peer(task, method, image, source, result)
    except (OSError, RuntimeError, ValueError, subprocess.SubprocessError) as error:
        # The other pictures are measured all the same.
        result.problem = f"{type(error).__name__}: {error}"
        result.methods.clear()
    result.seconds = time.monotonic() - begun
    return result


def measure_all(tasks: list[Task], jobs: int) -> list[Result]:
    """The results in the order of the tasks. Each finished picture gives a line on standard error."""
    done = 0
    results: dict[int, Result] = {}
    with concurrent.futures.ProcessPoolExecutor(jobs) as pool:
        waiting = {pool.submit(measure, task): index for index, task in enumerate(tasks)}
        for future in concurrent.futures.as_completed(waiting):
            result = results[waiting[future]] = future.result()
            done += 1
            marked = result.methods.get("labeler")
            missed = [name for name, read in marked.read.items() if not read] if marked else []
            told = f"read after {len(marked.read) - len(missed)} of {len(marked.read)}" if marked else "not marked"
            told += f", not after {' '.join(missed)}" if missed else ""
            told += f", found before: {' '.join(result.found_before)}" if result.found_before else ""
            told += f", WRONG: {result.wrong}" if result.wrong else ""
            told = f"PROBLEM: {result.problem}" if result.problem else told
            print(f"[{done}/{len(tasks)}] {result.picture}: {told} ({result.seconds:.1f} s)", file=sys.stderr, flush=True)
    return [results[index] for index in range(len(tasks))]


def rate(results: list[Result], method: str, attack: str) -> tuple[int, int]:
    """How many pictures were read after an attack, of how many."""
    reads = [result.methods[method].read.get(attack) for result in results if method in result.methods]
    counted = [read for read in reads if read is not None]
    return sum(counted), len(counted)


def is_reached(results: list[Result], attack: Attack) -> bool:
    """Whether the goal of an attack is reached. An attack that no picture counts for misses none."""
    read, of = rate(results, "labeler", attack.name)
    return attack.goal is None or read * 100 >= attack.goal * of


def cell(results: list[Result], method: str, attack: str) -> str:
    """A rate for the table."""
    read, of = rate(results, method, attack)
    unsearched = sum(attack in result.unsearched for result in results) if method == "labeler" else 0
    if of == 0 or unsearched == of:
        return "not searched" if unsearched else "none counted"
    return f"{100 * read / of:.1f} % ({read}/{of})" + (f", {unsearched} not searched" if unsearched else "")


def quality(results: list[Result], method: str) -> list[str]:
    """The measures of invisibility: the worst and the median of each."""
    marked = [result.methods[method] for result in results if method in result.methods]

    def worst_and_median(name: str, worst: Callable, digits: int) -> str:
        values = [getattr(one, name) for one in marked]
        if not values or None in values:
            return ""
        return f"{worst(values):.{digits}f} / {statistics.median(values):.{digits}f}"

    return [
        worst_and_median("psnr", min, 1),
        worst_and_median("ssim", min, 4),
        worst_and_median("butteraugli", max, 2),
        worst_and_median("ssimulacra2", min, 1),
    ]


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in lines)


def half_document(half: str, results: list[Result], attacks: list[Attack], methods: list[str]) -> str:
    """The paragraph and the tables of one half."""
    marked = [result for result in results if "labeler" in result.methods]
    refused = [Path(result.picture).stem for result in results if result.refused is not None]
    before = [result.picture for result in results if result.found_before]
    wrong = sum(len(result.wrong) for result in results)
    sides = sorted(min(result.size) for result in results)
    text = f"{len(results)} pictures with short sides from {sides[0]} to {sides[-1]} pixels, {len(marked)} marked, "
    text += f"{len(refused)} refused" + (f" ({', '.join(refused)})" if refused else "") + ". "
    text += f"A watermark was found in {len(before)} of them before they were marked, and another payload than the one "
    text += f"written was read {wrong} times."
    problems = [Path(result.picture).stem for result in results if result.problem]
    text += f" {len(problems)} could not be measured ({', '.join(problems)})." if problems else ""
    names = ["PSNR (dB)", "SSIM"]
    if any(quality(results, method)[2] for method in methods):
        names += ["butteraugli", "ssimulacra2"]
    invisibility = table(
        ["worst / median", *methods],
        [[name, *(quality(results, method)[row] for method in methods)] for row, name in enumerate(names)],
    )
    rows = []
    for attack in attacks:
        goal = "" if attack.goal is None else f"{attack.goal} %" + ("" if is_reached(results, attack) else ", missed")
        rows.append([attack.title, goal, *(cell(results, method, attack.name) for method in methods)])
    heading = f"**Half {half}.** " if half else ""
    return f"{heading}{text}\n\n{invisibility}\n\n{table(['handling', 'goal', *methods], rows)}"


def document(halves: dict[str, list[Result]], attacks: list[Attack], methods: list[str], command: str) -> str:
    """The measured part of a document."""
    parts = [half_document(half, results, attacks, methods) for half, results in halves.items()]
    told = f"Measured with Pillow {PIL.__version__}: `{command}`."
    if len(methods) > 1:
        told += " `dwtDct` and `dwtDctSvd` are the methods of the PyPI package invisible-watermark with "
        told += f"{PEER_BITS} bits, on pictures of at most {peers.MOST_PIXELS // 1_000_000} megapixels; they count as read when all "
        told += "bits are right."
    told += " A crop by 10 % takes 10 % of the width and of the height away; it counts where the short side keeps "
    told += f"{LEAST_SIDE} pixels or more."
    return "\n\n".join([*parts, told])


def replace_measured(path: Path, text: str) -> None:
    """Puts the text between the two comments of a document."""
    old = path.read_text(encoding="utf-8")
    if old.count(BEGIN) != 1 or old.count(END) != 1 or old.index(BEGIN) > old.index(END):
        raise ValueError(f"{path} needs one {BEGIN} and after it one {END}")
    head, tail = old.split(BEGIN)[0], old.split(END)[1]
    path.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}", encoding="utf-8")


def shown_command() -> str:
    """The command line, without the folders of this machine."""
    words = [Path(word).name if Path(word).is_absolute() else word for word in sys.argv[1:]]
    return shlex.join(["attacks.py", *words])


def parse() -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("labeler", type=Path)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--attacks", metavar="NAMES", help=f"some of {','.join(ATTACKS)}")
    arguments.add_argument("--peers", action="store_true", help="also measure dwtDct and dwtDctSvd of invisible-watermark")
    arguments.add_argument("--perceptual", metavar="COMMAND", help="prints `butteraugli NUMBER ssimulacra2 NUMBER`")
    arguments.add_argument("--json", type=Path, metavar="FILE", help="write what was measured on each picture")
    arguments.add_argument("--document", type=Path, metavar="FILE", help=f"replace the part between {BEGIN} and {END}")
    arguments.add_argument("--jobs", type=int, default=2, metavar="N", help="pictures at a time (default: 2)")
    options = arguments.parse_args()
    options.names = options.attacks.split(",") if options.attacks else list(ATTACKS)
    unknown = [name for name in options.names if name not in ATTACKS]
    if unknown:
        arguments.error(f"no such attack: {', '.join(unknown)}")
    return options


def main() -> int:
    options = parse()
    folders = {half: options.folder / half for half in "ab" if (options.folder / half).is_dir()} or {"": options.folder}
    halves = {half: labeler.pictures(folder) for half, folder in folders.items()}
    if not all(halves.values()):
        print(f"{options.folder}: no PNG files", file=sys.stderr)
        return 2
    if options.peers:
        with Image.open(next(iter(halves.values()))[0]) as first:
            sample = np.asarray(first.convert("RGB").resize((384, 320)))
        peers.compare(sample, [index % 3 % 2 for index in range(PEER_BITS)])

    command = str(options.labeler)
    tasks = [
        Task(Path(command), picture, tuple(options.names), options.peers, options.perceptual)
        for pictures in halves.values()
        for picture in pictures
    ]
    flat = iter(measure_all(tasks, options.jobs))
    results = {half: [next(flat) for _ in pictures] for half, pictures in halves.items()}

    attacks = [ATTACKS[name] for name in options.names]
    methods = ["labeler", *(peers.METHODS if options.peers else [])]
    text = document(results, attacks, methods, shown_command())
    print(text)
    if options.document:
        replace_measured(options.document, text)
    if options.json:
        facts = {"command": shown_command(), "pillow": PIL.__version__}
        facts["pictures"] = [asdict(result) for half in results.values() for result in half]
        options.json.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
    every = [result for half in results.values() for result in half]
    missed = not all(is_reached(half, attack) for half in results.values() for attack in attacks)
    return int(missed or any(result.wrong or result.found_before or result.problem for result in every))


if __name__ == "__main__":
    sys.exit(main())

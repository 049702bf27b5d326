"""Shows that the sweeps find each class of fault: outputs broken on purpose, and programs that crash, hang or grow.

Usage: selftest.py --labeler PROGRAM --scratch FOLDER [SOURCES]
"""

import argparse
import os
import shutil
import stat
import sys
from pathlib import Path

import media
import numpy
import pictures
from opened import open_picture
from PIL import Image, ImageCms
from pictures import Labelled, differences
from sweep import Difference, RightDifferences, Tally

GOOD = {"c2pa": {"integrity": "intact"}, "watermark": {"marks": [{"decoded": True}]}}
ALL = {"overlay", "watermark"}


def kinds(source: Path, output: Path, layers: str = "none", drawn=(), codes=(), report=GOOD, readable: bool = True) -> set[str]:
    opened = open_picture(source) if readable else None
    return {one.kind for one in differences("x", layers, opened, Labelled(output, set(drawn), set(codes)), report)}


def photo(size: int = 240) -> Image.Image:
    """A picture with something in every corner."""
    ramp = numpy.linspace(0, 255, size, dtype="uint8")
    waves = (128 + 100 * numpy.sin(numpy.arange(size) / 7)).astype("uint8")
    planes = [numpy.tile(ramp, (size, 1)), numpy.tile(waves, (size, 1)).T, numpy.add.outer(ramp // 2, waves // 2)]
    return Image.fromarray(numpy.stack(planes, axis=2))


def broken_pictures(tally: Tally, folder: Path) -> None:
    folder.mkdir(parents=True)
    base, icc = photo(), ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera"

    def save(name: str, image: Image.Image = base, **more) -> Path:
        path = folder / name
        image.save(path, **more)
        return path

    def expect(what: str, wanted: set[str], found: set[str]) -> None:
        tally.check(wanted <= found if wanted else not found, f"{what}: {sorted(found) or 'nothing'} found", quiet=False)

    whole = save("whole.png", icc_profile=icc, exif=exif, dpi=(300, 300))
    jpeg = save("whole.jpg", quality=90, icc_profile=icc, exif=exif)
    for path in (whole, jpeg):
        expect(f"An equal {path.suffix}", set(), kinds(path, path))
    cut = folder / "cut.png"
    cut.write_bytes(whole.read_bytes()[:-4000])
    expect("A file cut short", {"does-not-open"}, kinds(whole, cut))
    expect("No file", {"refused"}, kinds(whole, folder / "absent.png"))
    expect("No file of a damaged source", set(), kinds(whole, folder / "absent.png", readable=False))
    expect("A broken credential", {"integrity"}, kinds(whole, whole, report={"c2pa": {"integrity": "invalid"}}))
    expect("A report that is missing", {"integrity"}, kinds(whole, whole, report=None))
    expect("A layer left out in silence", {"no-warning"}, kinds(whole, whole, "both", {"overlay"}))
    expect("A layer left out with a warning", set(), kinds(whole, whole, "visible", (), {"pixels_unchanged"}))
    expect("A layer that nobody wanted", {"not-asked-for"}, kinds(whole, whole, "none", {"overlay"}))
    expect("A damaged source drawn on", {"drawn-on-damaged"}, kinds(whole, whole, "visible", {"overlay"}, readable=False))
    expect("A stated layer without a change", {"not-drawn"}, kinds(whole, whole, "visible", {"overlay"}))
    unread = {"c2pa": {"integrity": "intact"}, "watermark": {"marks": [{"decoded": False}]}}
    expect("A watermark that cannot be read", {"watermark-unread"}, kinds(whole, whole, "watermark", {"watermark"}, report=unread))

    expect("Another format", {"format"}, kinds(whole, jpeg))
    gray = save("gray.png", base.convert("L"), icc_profile=icc, exif=exif, dpi=(300, 300))
    expect("Color lost", {"mode", "depth"}, kinds(whole, gray, "visible", {"overlay"}))
    deep = save("deep.png", Image.fromarray(numpy.asarray(base.convert("L")).astype("uint16") * 257))
    expect("Sixteen bits become eight", {"mode", "depth"}, kinds(deep, gray, "visible", {"overlay"}))
    save("deep.tif", Image.open(deep)), save("gray.tif", Image.open(gray))
    expect("A TIFF loses depth", {"depth"}, kinds(folder / "deep.tif", folder / "gray.tif", "visible", {"overlay"}))
    bare = save("bare.png", dpi=(300, 300))
    expect("Profile and EXIF lost", {"icc", "exif"}, kinds(whole, bare))
    expect("Resolution changed", {"statement"}, kinds(whole, save("dpi.png", icc_profile=icc, exif=exif, dpi=(72, 72))))
    expect("Another size", {"size"}, kinds(whole, save("small.png", base.resize((200, 200)))))

    dot = base.copy()
    dot.putpixel((120, 120), (1, 2, 3))
    expect("One pixel changed without a layer", {"pixels"}, kinds(whole, save("dot.png", dot)))
    filled = numpy.asarray(base).copy()
    filled[80:] = 128
    two_thirds = save("filled.jpg", Image.fromarray(filled), quality=90, icc_profile=icc, exif=exif)
    expect("Two thirds of the picture gray", {"pixels"}, kinds(jpeg, two_thirds, "both", ALL))
    plate = base.copy()
    plate.paste((0, 0, 0), (160, 0, 240, 30))
    plated = save("plate.jpg", plate, quality=90, icc_profile=icc, exif=exif)
    expect("A visible label", set(), kinds(jpeg, plated, "visible", {"overlay"}))
    expect("A label where a watermark was wanted", {"pixels"}, kinds(jpeg, plated, "watermark", {"watermark"}))

    still = [base.convert("P"), base.rotate(90).convert("P"), base.rotate(180).convert("P")]

    def animation(name: str, frames: list, duration: int) -> Path:
        return save(name, frames[0], save_all=True, append_images=frames[1:], duration=duration)

    moving = animation("moving.gif", still, 100)
    expect("A frame lost", {"frames"}, kinds(moving, animation("shorter.gif", still[:2], 100)))
    expect("Another pace", {"duration"}, kinds(moving, animation("slower.gif", still, 300)))
    pages = save("pages.tif", base, save_all=True, append_images=[base.rotate(90)])
    expect("A page lost", {"frames"}, kinds(pages, save("page.tif", base)))
    pair = save("pair.mpo", base, save_all=True, append_images=[base.rotate(90)])
    expect("The second picture of an MPO lost", {"frames", "format"}, kinds(pair, save("single.jpg", base), "visible", {"overlay"}))


def program(folder: Path, name: str, body: str) -> Path:
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def broken_programs(tally: Tally, folder: Path) -> None:
    folder.mkdir(parents=True)
    sound = folder / "sound.mp3"
    sound.write_bytes(b"ID3" + bytes(1000))
    told = 'import json; print(json.dumps({"mime": "%s", "warnings": %s}))'
    warning = '[{"kind": "malformed", "message": "odd"}]'
    bodies = {
        "nothing": told % ("audio/mpeg", "[]"),
        "crash": "import sys; sys.stderr.write('thread main panicked at x.rs'); sys.exit(101)",
        "crash by a signal": "import os; os.kill(os.getpid(), 6)",
        "hang": "import time; time.sleep(60)",
        "memory": "held = bytearray(300 << 20); " + told % ("audio/mpeg", "[]"),
        "type": told % ("image/png", "[]"),
        "warning": told % ("audio/mpeg", warning),
        "unread": "import sys; sys.stderr.write('labeler: x: the content is of no known type'); sys.exit(2)",
    }
    for name, body in bodies.items():
        media.SECONDS = 2 if name == "hang" else 20
        made = program(folder, name.replace(" ", "-"), body)
        found = {one.kind for one in media.judge("x", "mp3", 1003, made, sound)}
        wanted = set() if name == "nothing" else {name.split()[0]}
        tally.check(found == wanted, f"A check with {name}: {sorted(found) or 'nothing'} found", quiet=False)


def broken_labeler(tally: Tally, folder: Path, labeler: Path) -> None:
    """The whole sweep over a program that cuts the end off what it labels."""
    sources = folder / "sources"
    sources.mkdir(parents=True)
    photo().save(sources / "photo.jpg", quality=90)
    environment = {**os.environ, "LABELER_CONFIG": str(folder / "keys")}
    body = f"""import subprocess, sys, pathlib
arguments = sys.argv[1:]
code = subprocess.run([{str(labeler)!r}, *arguments]).returncode
if arguments[0] == "label":
    folder = pathlib.Path(arguments[arguments.index("--output") + 1])
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:-2000])
sys.exit(code)"""
    for name, made in (("as it is", labeler), ("broken", program(folder, "broken", body))):
        batch = pictures.Batch(made, folder / f"scratch {name}", environment, sources, [sources / "photo.jpg"])
        found = {(one.layers, one.kind) for one in batch.sweep()}
        missing = {(layers, kind) for layers in pictures.LAYERS for kind in ("integrity", "does-not-open")} - found
        right = not found if name == "as it is" else not missing
        tally.check(right, f"The program {name}: {sorted(found) or 'nothing'} found", quiet=False)


def lists(tally: Tally, folder: Path) -> None:
    path = folder / "list.toml"
    entry = '[[pictures]]\nfile = "a/*.png"\nkind = "mode"\nlayers = ["visible"]\nreason = "%s"\n'
    path.write_text(entry % "Palettes are replaced")
    right = RightDifferences("pictures", path)
    tally.check(len(right.stale()) == 1, "An entry that covers nothing is stale")
    others = [("a/b.png", "none", "mode"), ("a/b.png", "visible", "depth"), ("b/b.png", "visible", "mode")]
    left = right.wrong([Difference(*other) for other in others])
    tally.check(len(left) == 3 and len(right.stale()) == 1, "An entry covers its files, layers and kind alone")
    covered = right.wrong([Difference("a/b.png", "visible", "mode")])
    tally.check(not covered and not right.stale(), "An entry covers its difference")
    path.write_text(entry % " ")
    try:
        RightDifferences("pictures", path)
        tally.check(False, "An entry without a reason is refused")
    except ValueError:
        tally.check(True, "An entry without a reason is refused")


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("sources", type=Path, nargs="?")
    arguments.add_argument("--labeler", type=Path, required=True)
    arguments.add_argument("--scratch", type=Path, required=True)
    options = arguments.parse_args()
    scratch, tally = options.scratch.resolve(), Tally()
    shutil.rmtree(scratch, ignore_errors=True)
    broken_pictures(tally, scratch / "pictures")
    broken_programs(tally, scratch / "programs")
    broken_labeler(tally, scratch / "labeler", options.labeler.resolve())
    lists(tally, scratch)
    shutil.rmtree(scratch, ignore_errors=True)
    return tally.close()


if __name__ == "__main__":
    sys.exit(main())

"""Asks other people's validators about every file that Labeler signed.

Usage: validate.py FOLDER --changed FOLDER [--root PEM]

For each file: the signature is valid and the hard binding matches, according to every reader. Then the same file with
one bit of its picture changed: every reader must say that the binding no longer matches, which shows that the first
answer meant something; the changed files stay in their folder for other programs. With --root, every reader must also accept the chain under that root.
"""

import argparse
import sys
from pathlib import Path

import image_data
import readers


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--root", type=Path, help="PEM of the root that issued the signing chain")
    arguments.add_argument("--changed", type=Path, required=True, help="where to put the changed files")
    options = arguments.parse_args()
    root = options.root.read_text() if options.root else None

    passed = failed = 0

    def check(ok: bool, what: str) -> None:
        nonlocal passed, failed
        passed, failed = passed + ok, failed + (not ok)
        print(f"{'ok  ' if ok else 'FAIL'} {what}", flush=True)

    files = sorted(path for path in options.folder.iterdir() if path.is_file())
    check(bool(files), f"{len(files)} files in {options.folder}")
    for path in files:
        changed = options.changed / path.name
        changed.write_bytes(image_data.tampered(path.read_bytes()))
        for reader in readers.READERS:
            opinion = reader(path, root)
            check(opinion.intact, f"{path.name}: {opinion}")
            if root:
                check(opinion.trusted, f"{path.name}: {opinion.reader} accepts the chain under the given root")
            opinion = reader(changed)
            mismatch = {"assertion.dataHash.mismatch", "assertion.bmffHash.mismatch"} & set(opinion.objections)
            only_binding = opinion.signature_valid and bool(mismatch)
            check(only_binding and not opinion.binding_matches, f"{path.name}, one bit of the picture changed: {opinion}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

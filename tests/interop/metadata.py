"""Asks exiftool, which reads metadata with code of its own, what every labelled file says.

Usage: metadata.py EXIFTOOL FOLDER

Each file was labelled with the preset `global_minimum` and the options in EXPECTED. Every field that the label writes
must be read where other programs look for it, and only once.
"""

import json
import subprocess
import sys
from pathlib import Path

PRODUCER_CODE = "001191110102MACQD9K64010000"
EXPECTED = {
    "XMP-iptcExt:DigitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
    "XMP-iptcExt:AISystemUsed": "Example Model",
    "XMP-iptcExt:AISystemVersionUsed": "3.1b",
    "XMP-plus:DataMining": "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED",
}
AIGC = "XMP-TC260:Aigc"


def main() -> int:
    exiftool, folder = sys.argv[1], Path(sys.argv[2])
    files = sorted(path for path in folder.iterdir() if path.is_file())
    passed = failed = 0

    def check(ok: bool, what: str) -> None:
        nonlocal passed, failed
        passed, failed = passed + ok, failed + (not ok)
        print(f"{'ok  ' if ok else 'FAIL'} {what}", flush=True)

    check(bool(files), f"{len(files)} files in {folder}")
    for path in files:
        # -a: duplicates too; -U: tags that this version does not know; -n: values as written.
        command = [exiftool, "-json", "-G1", "-a", "-U", "-n", "-struct", str(path)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout)[0]
        for name, value in EXPECTED.items():
            check(str(found.get(name)) == value, f"{path.name}: {name} is {found.get(name)}")
        label = found.get(AIGC)
        label = label if isinstance(label, dict) else json.loads(label or "{}")
        right = str(label.get("Label")) == "1" and label.get("ContentProducer") == PRODUCER_CODE
        check(right, f"{path.name}: {AIGC} has the label and the producer's code")
        check("Error" not in str(found.get("ExifTool:Error", "")), f"{path.name}: exiftool finds no error")
        warning = str(found.get("ExifTool:Warning", ""))
        # Minor warnings are about style; some pictures come with one.
        check(not warning or warning.startswith("[minor]"), f"{path.name}: exiftool warns of {warning or 'nothing'}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

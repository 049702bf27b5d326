"""Compares what `labeler check` and c2pa-python say about the same files, status by status.

Usage: agree.py --labeler PROGRAM [--chain PEM --key PEM] FILE-OR-FOLDER...

Files with credentials are read by both. With a chain and key, files without credentials are first signed by c2pa-python
in every container that it writes, and read again with one byte changed. Who trusts the signer and whether the certificate
is in time are left out: both depend on lists and clocks that the two do not share.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import c2pa

LEFT_OUT = ("signingCredential.", "timeStamp.", "claimSignature.insideValidity", "claimSignature.outsideValidity", "cawg.")
# Labeler reports the signature of an expired credential as the engine does with its settings: without the success code.
EXPIRED = "claimSignature.validated"

DEFINITION = {
    "claim_generator_info": [{"name": "peer", "version": "1"}],
    "title": "signed by a peer",
    "assertions": [
        {
            "label": "c2pa.actions",
            "data": {
                "actions": [
                    {
                        "action": "c2pa.created",
                        "digitalSourceType": "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
                    }
                ]
            },
        }
    ],
}


def kept(statuses: list[dict]) -> set[str]:
    return {s["code"] for s in statuses if not s["code"].startswith(LEFT_OUT)} - {EXPIRED}


def peer(path: Path) -> dict[str, set[str]] | None:
    try:
        with c2pa.Reader(str(path)) as reader:
            report = json.loads(reader.json())
    except c2pa.C2paError:
        return None
    active = (report.get("validation_results") or {}).get("activeManifest") or {}
    return {kind: kept(active.get(kind, [])) for kind in ("success", "informational", "failure")}


def labeler(program: Path, path: Path) -> dict[str, set[str]] | None:
    run = subprocess.run(
        [program, "check", "--json", "--max-pixels", "0", "--fail-on", "never", path], capture_output=True, text=True, timeout=120
    )
    if not run.stdout:
        return None
    c2pa_summary = json.loads(run.stdout)["c2pa"]
    if c2pa_summary["integrity"] in ("none", "unreadable"):
        return None
    return {kind: kept(c2pa_summary["validation"][kind]) for kind in ("success", "informational", "failure")}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("paths", type=Path, nargs="+")
    arguments.add_argument("--labeler", type=Path, required=True)
    arguments.add_argument("--chain", type=Path)
    arguments.add_argument("--key", type=Path)
    options = arguments.parse_args()
    passed = failed = 0

    def compare(path: Path, name: str, changed: bool = False) -> None:
        nonlocal passed, failed
        theirs = peer(path)
        if theirs is None:
            return
        ours = labeler(options.labeler, path)
        same = ours == theirs and (not changed or bool(ours["failure"]))
        passed, failed = passed + same, failed + (not same)
        detail = "" if same else f": labeler {ours}, c2pa-python {theirs}"
        print(f"{'ok  ' if same else 'FAIL'} {name}{detail}", flush=True)

    files = [p for path in options.paths for p in (sorted(path.rglob("*")) if path.is_dir() else [path]) if p.is_file()]
    signer_info = None
    if options.chain and options.key:
        signer_info = c2pa.C2paSignerInfo(b"es256", options.chain.read_bytes(), options.key.read_bytes(), None)
    with tempfile.TemporaryDirectory() as scratch:
        for path in files:
            theirs = peer(path)
            if theirs is not None:
                compare(path, path.name)
            elif signer_info is not None:
                signed = Path(scratch) / path.name
                try:
                    with c2pa.Signer.from_info(signer_info) as signer:
                        c2pa.Builder(DEFINITION).sign_file(str(path), str(signed), signer)
                except c2pa.C2paError:
                    continue
                compare(signed, f"{path.name}, signed by c2pa-python")
                data = bytearray(signed.read_bytes())
                data[len(data) * 93 // 100] ^= 0x10
                signed.write_bytes(data)
                compare(signed, f"{path.name}, signed by c2pa-python and changed", changed=True)
                signed.unlink()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())

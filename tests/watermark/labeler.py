"""Runs the command `labeler`, and finds the pictures of a folder."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

# Seconds for one run of the command.
LONGEST = 1800
OWN_PREFIX = "wm_"


@dataclass(frozen=True)
class Watermark:
    """One watermark that `labeler check` decoded from the pixels."""

    name: str
    payload: str | None

    @property
    def is_own(self) -> bool:
        """Whether it is Labeler's own watermark, not a generator's."""
        return (self.payload or "").startswith(OWN_PREFIX)


@dataclass(frozen=True)
class Labelled:
    """What `labeler label` did. Without a payload it wrote no watermark, for the reason given."""

    payload: str | None
    reason: str


def pictures(folder: Path) -> list[Path]:
    """The PNG files directly in a folder."""
    return sorted(path for path in folder.glob("*.png") if path.is_file())


def check(labeler: Path, paths: list[Path]) -> list[list[Watermark] | None]:
    """The decoded watermarks of each file, from one run with the default settings. None where the pixels are not searched."""
    if not paths:
        return []
    command = [str(labeler), "check", "--format", "json", *map(str, paths)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST)
    reports = [json.loads(line) for line in run.stdout.splitlines()]
    names, expected = [report["filename"] for report in reports], [path.name for path in paths]
    if names != expected:
        missing = [name for name in expected if name not in names]
        raise RuntimeError(f"labeler check gave no report for {missing}: {run.stderr.strip()}")
    return [
        [Watermark(mark["name"], mark["payload"]) for mark in report["watermark"]["marks"] if mark["decoded"]]
        if report["watermark"]["probed"]
        else None
        for report in reports
    ]


def label(labeler: Path, source: Path, target: Path) -> Labelled:
    """Writes a copy with a watermark and without a visible label."""
    command = [str(labeler), "label", "--preset", "eu_strict", "--no-visible", "--json", str(source), "-o", str(target)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST)
    lines = run.stdout.splitlines()
    if run.returncode != 0 or not lines:
        return Labelled(None, (run.stderr.strip().splitlines() or ["no output"])[-1])
    facts = json.loads(lines[0])
    if "watermark" in facts["appliedLayers"] and facts["watermarkPayloadId"]:
        return Labelled(facts["watermarkPayloadId"], "")
    return Labelled(None, "; ".join(warning["message"] for warning in facts["warnings"]) or "no reason given")

"""Runs schemathesis against a running Labeler by the document that it serves: every operation, every check.

Usage: schema.py FOLDER (for reports). Settings: LABELER_URL, LABELER_OWNER_EMAIL, LABELER_OWNER_PASSWORD.

Two callers, because two kinds of operations: what programs may call runs with an owner's key, what only people may call
with a session. What would end the session itself is left out. The last line is `N passed, N failed`, by operation.
"""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import requests

ORIGIN = os.environ["LABELER_URL"]
HERE = Path(__file__).parent
# Ends or changes the session that the run lives on.
ENDS_THE_SESSION = [
    "sign_out", "switch_workspace", "end_session", "end_other_sessions", "change_password", "erase_account",
    "erase_workspace",
]  # fmt: skip


def callers() -> tuple[str, str]:
    """The cookie of the owner, and a key with everything that an owner may do."""
    session = requests.Session()
    session.headers["sec-fetch-site"] = "same-origin"
    sign_in = {"email": os.environ["LABELER_OWNER_EMAIL"], "password": os.environ["LABELER_OWNER_PASSWORD"]}
    session.post(f"{ORIGIN}/api/v1/session", json=sign_in, timeout=60).raise_for_status()
    made = session.post(
        f"{ORIGIN}/api/v1/keys", json={"kind": "sk", "name": "schemathesis", "role": "owner"}, timeout=60
    )
    assert made.status_code == 201, made.text
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies), made.json()["secret"]


def people_only() -> set[str]:
    """Operations that take a session and no key."""
    document = requests.get(f"{ORIGIN}/api/v1/openapi.json", timeout=60).json()
    return {
        operation["operationId"]
        for item in document["paths"].values()
        for operation in item.values()
        if operation.get("security") == [{"session": []}]
    }


def run(name: str, folder: Path, headers: list[str], selection: list[str]) -> tuple[int, int]:
    """One run; how many operations passed and failed."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run"]
    command += [f"{ORIGIN}/api/v1/openapi.json", "--url", ORIGIN, "--no-color"]
    command += ["--report", "junit", "--report-junit-path", str(folder / f"{name}.xml")]
    for header in headers:
        command += ["-H", header]
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    done = subprocess.run(
        [*command, *selection], cwd=folder, env=environment, check=False, capture_output=True, text=True
    )
    (folder / f"{name}.log").write_text(done.stdout + done.stderr)
    start = done.stdout.find("= FAILURES") if done.returncode else 0
    print(done.stdout[max(start, 0) :], done.stderr)
    if not (folder / f"{name}.xml").exists():
        return 0, 1
    # One case of the report is an operation.
    root = ElementTree.parse(folder / f"{name}.xml").getroot()
    cases = root.findall(".//testcase")
    failed = sum(case.find("failure") is not None or case.find("error") is not None for case in cases)
    return len(cases) - failed, max(failed, int(done.returncode != 0))


def main() -> int:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    cookie, key = callers()
    people = people_only()
    passed = failed = 0
    for name, headers, selection in [
        ("programs", [f"Authorization: Bearer {key}"], [("--exclude-operation-id", people)]),
        (
            "people",
            [f"Cookie: {cookie}", "Sec-Fetch-Site: same-origin"],
            [("--include-operation-id", people - set(ENDS_THE_SESSION))],
        ),
    ]:
        chosen = [word for option, ids in selection for each in sorted(ids) for word in (option, each)]
        good, bad = run(name, folder, headers, chosen)
        passed, failed = passed + good, failed + bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

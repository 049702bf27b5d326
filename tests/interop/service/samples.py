"""The documentation's samples and its first guide, as a reader copies them, against a running Labeler.

Usage: samples.py write FILE          (the samples in Rust, for the program in `rust/`)
       samples.py run FOLDER PROGRAM  (all of them; FOLDER for what they write, PROGRAM as built from `rust/`)
Settings: LABELER_URL, LABELER_OWNER_EMAIL, LABELER_OWNER_PASSWORD, LABELER_SAMPLE (a JPEG).

Whatever curl gets must be an answer that the API's description has: status, type, and shape. A sample that names nothing
of somebody else's must succeed. The other languages must end as curl did. The last line is `N passed, N failed`.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import jsonschema_rs
import requests

ORIGIN = os.environ["LABELER_URL"]
# What the samples call; the pages show the visitor's own site in its place.
BASE = "https://labeler.eu"
LANGUAGES = ["curl", "javascript", "python", "rust"]
# What ends the session that the others need comes last.
LAST = ["end_other_sessions", "sign_out"]
# Samples without an id in their path that still name something which a fresh installation does not have: a person, their
# password, a one-time token, a passkey, a file at an address, a workspace of another name.
NOT_OURS = {
    "accept_invitation", "add_passkey", "add_signing_certificate", "change_password", "complete_first_run",
    "confirm_session", "erase_account", "erase_workspace", "label_url", "open_invitation", "passkey_sign_in",
    "reset_password", "sign_in", "switch_workspace",
}  # fmt: skip


class Samples(HTMLParser):
    """Reads operations and their samples out of the reference page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self.guide: list[str] = []
        self.operation = ""
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "section" and given.get("class") == "operation":
            self.operation = given["id"] or ""
        elif tag == "pre":
            self.language = given.get("data-language") or ""
            self.guide.append("")
            self.found.setdefault(self.operation, {})[self.language] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre":
            self.language = ""
        elif tag == "section":
            self.operation = ""

    def handle_data(self, data: str) -> None:
        if self.language:
            self.guide[-1] += data
            self.found[self.operation][self.language] += data


def page(path: str) -> Samples:
    found = Samples()
    found.feed(requests.get(f"{ORIGIN}{path}", timeout=60).text.replace(BASE, ORIGIN))
    return found


def samples() -> dict[str, dict[str, str]]:
    """All samples, for this site, by operation and language; those that end the session last."""
    found = page("/docs/api").found
    return dict(sorted(found.items(), key=lambda item: LAST.index(item[0]) if item[0] in LAST else -1))


def write(path: Path) -> None:
    """One module for each sample in Rust, and `run`, which calls the one that is named."""
    modules, arms = [], []
    for operation, languages in samples().items():
        modules.append(f"mod {operation} {{\n{languages['rust'].replace('fn main()', 'pub fn main()')}\n}}")
        arms.append(f'"{operation}" => {operation}::main(),')
    fallback = '_ => Err(format!("there is no sample for {name}").into()),'
    run = "fn run(name: &str) -> Result<(), Box<dyn std::error::Error>> {\nmatch name {\n%s\n}\n}"
    path.write_text("\n".join([*modules, run % "\n".join([*arms, fallback])]) + "\n")


def owner() -> requests.Session:
    session = requests.Session()
    session.headers["sec-fetch-site"] = "same-origin"
    sign_in = {"email": os.environ["LABELER_OWNER_EMAIL"], "password": os.environ["LABELER_OWNER_PASSWORD"]}
    session.post(f"{ORIGIN}/api/v1/session", json=sign_in, timeout=60).raise_for_status()
    return session


def surroundings(folder: Path) -> dict[str, str]:
    """What the reader has at hand: a key, a client, a session, a picture."""
    session = owner()
    key = session.post(f"{ORIGIN}/api/v1/keys", json={"kind": "sk", "name": "Samples", "role": "owner"}, timeout=60)
    assert key.status_code == 201, key.text
    wish = {"name": "Samples", "scopes": ["label", "check", "verify", "assets"]}
    client = session.post(f"{ORIGIN}/api/v1/oauth-clients", json=wish, timeout=60)
    assert client.status_code == 201, client.text
    shutil.copy(os.environ["LABELER_SAMPLE"], folder / "photo.jpg")
    # The form in which curl keeps cookies; a session has one that is for this host and secure connections only.
    lines = ["# Netscape HTTP Cookie File"]
    lines += ["\t".join(["localhost", "FALSE", "/", "TRUE", "0", each.name, each.value or ""]) for each in session.cookies]
    return {
        **os.environ,
        "COOKIES": "\n".join(lines) + "\n",
        "LABELER_KEY": key.json()["secret"],
        "LABELER_COOKIE": "; ".join(f"{each.name}={each.value}" for each in session.cookies),
        "CLIENT_ID": client.json()["client"]["id"],
        "CLIENT_SECRET": client.json()["secret"],
    }


def run(command: list[str], folder: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=env, check=False, capture_output=True, text=True, timeout=120)


def by_curl(sample: str, folder: Path, env: dict[str, str]) -> tuple[int, str, bytes]:
    """Status, type and body of the answer."""
    saved = re.search(r"--output (\S+)", sample)
    for old in ["head", "body"]:
        (folder / old).unlink(missing_ok=True)
    # A sample that signs in keeps what it gets in the same file.
    (folder / "cookies.txt").write_text(env["COOKIES"])
    more = "-sS -D head" + ("" if saved else " -o body")
    done = run(["bash", "-euc", re.sub(r"^curl", f"curl {more}", sample)], folder, env)
    assert done.returncode == 0, done.stderr
    head = (folder / "head").read_text()
    kind = re.search(r"(?im)^content-type:\s*([^;\s]+)", head)
    body = folder / (saved[1] if saved else "body")
    # A 204 leaves no file.
    return int(head.split()[1]), kind[1] if kind else "", body.read_bytes() if body.exists() else b""


def described(document: dict, operation: dict, status: int, kind: str, body: bytes) -> None:
    """The description has this answer: status, type, and shape."""
    answer = operation["responses"].get(str(status))
    assert answer is not None, f"{status} is not described: {body[:300]!r}"
    while "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rsplit("/", 1)[1]]
    contents = answer.get("content", {})
    if not contents:
        assert body == b"", f"{status} should have no body: {body[:300]!r}"
        return
    assert kind in contents, f"{status} as {kind} is not described"
    if kind == "application/json" and "schema" in contents[kind]:
        schema = {**contents[kind]["schema"], "components": document["components"]}
        jsonschema_rs.validator_for(schema).validate(json.loads(body))


def operations(document: dict) -> Iterator[tuple[str, str, dict]]:
    for path, item in document["paths"].items():
        for operation in item.values():
            yield operation["operationId"], path, operation


def main() -> int:
    if sys.argv[1] == "write":
        write(Path(sys.argv[2]))
        return 0
    folder, program = Path(sys.argv[2]), sys.argv[3]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    document = requests.get(f"{ORIGIN}/api/v1/openapi.json", timeout=60).json()
    known = {name: (path, operation) for name, path, operation in operations(document)}
    all_samples = samples()
    assert set(all_samples) == set(known), set(all_samples) ^ set(known)
    passed = failed = 0
    good: dict[str, bool] = {}

    def judge(name: str, test: Callable[[], None]) -> None:
        nonlocal passed, failed
        try:
            test()
            passed += 1
        except Exception as error:  # noqa: BLE001 - the next sample is another reader's
            failed += 1
            print(f"FAILED {name}: {error}")

    for language in LANGUAGES:
        env = surroundings(folder)
        for name, languages in all_samples.items():
            path, operation = known[name]

            def call(name: str = name, path: str = path, operation: dict = operation) -> None:
                sample = languages[language]
                if language == "curl":
                    status, kind, body = by_curl(sample, folder, env)
                    described(document, operation, status, kind, body)
                    good[name] = status < 300
                    if "{" not in path and name not in NOT_OURS:
                        assert good[name], f"{status} {body[:300]!r}"
                    return
                (folder / "sample.mjs").write_text(sample)
                command = {
                    "javascript": ["node", "sample.mjs"],
                    "python": [sys.executable, "-c", sample],
                    "rust": [program, name],
                }[language]
                done = run(command, folder, env)
                assert (done.returncode == 0) == good.get(name), f"ended with {done.returncode}: {done.stderr[-600:]}"

            judge(f"{name} in {language}", call)

    # The guide for beginners, from its first call to its last; each builds on the one before.
    env = surroundings(folder)
    calls = [each for each in page("/docs/quick-start").guide if each.startswith("curl")]
    assert len(calls) >= 3, calls
    for number, sample in enumerate(calls):

        def step(sample: str = sample) -> None:
            status, _, body = by_curl(sample, folder, env)
            assert status == 200, f"{status} {body[:300]!r}"

        judge(f"quick start, call {number + 1}", step)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

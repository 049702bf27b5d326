"""Other people's HTTP clients whose uploads are refused: each receives the API's own answer, and goes on.

A server that answers before it has read an upload breaks the connection, and clients lose the answer or fail with the
next request. Settings: LABELER_URL, LABELER_LIVE_KEY, LABELER_SAMPLE (a JPEG). The last line is `N passed, N failed`.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

import httpx
import requests

ORIGIN = os.environ["LABELER_URL"]
KEY = os.environ["LABELER_LIVE_KEY"]
SAMPLE = Path(os.environ["LABELER_SAMPLE"])
SIZES = [60 * 1024, 70 * 1024, 1_000_000, 8_000_000, 52_000_000]
# Method, path, authorization and expected status of uploads that are refused.
REFUSALS = [
    ("POST", "/api/v1/label", "Bearer x", 401),
    ("POST", "/v2/models", "Bearer x", 404),
    ("PUT", "/api/v1/label", "Bearer x", 405),
]
VERIFY = f"{ORIGIN}/api/v1/verify"

NODE = """
import { readFile } from 'node:fs/promises';
const [origin, key, sample, upload, refusals] = process.argv.slice(1);
const form = async (name, file) => {
  const form = new FormData();
  form.append(name, new Blob([await readFile(file)], { type: 'image/jpeg' }), 'a.jpg');
  return form;
};
for (const [method, path, authorization, status] of JSON.parse(refusals)) {
  const answer = await fetch(origin + path, { method, headers: { authorization }, body: await form('image', upload) });
  await answer.text();
  if (answer.status !== status || !answer.headers.has('x-request-id')) throw new Error(`${path}: ${answer.status}`);
  const next = await fetch(origin + '/api/v1/verify', {
    method: 'POST', headers: { authorization: `Bearer ${key}` }, body: await form('file', sample),
  });
  await next.text();
  if (next.status !== 200) throw new Error(`after ${path}: ${next.status}`);
}
"""


def own(status: int, headers, expected: int, what: str) -> None:
    """The answer is the API's, not that of something in between."""
    assert status == expected, f"{what}: status {status}, not {expected}"
    assert headers.get("x-request-id"), f"{what}: no X-Request-Id"


def with_session(session, upload: Path) -> None:
    """A client of Python that keeps its connections."""
    for method, path, authorization, status in REFUSALS:
        files = {"image": ("a.jpg", upload.read_bytes(), "image/jpeg")}
        answer = session.request(
            method, ORIGIN + path, headers={"authorization": authorization}, files=files, timeout=120
        )
        own(answer.status_code, answer.headers, status, path)
        files = {"file": ("a.jpg", SAMPLE.read_bytes(), "image/jpeg")}
        answer = session.post(VERIFY, headers={"authorization": f"Bearer {KEY}"}, files=files, timeout=120)
        own(answer.status_code, answer.headers, 200, f"after {path}")


def with_requests(upload: Path) -> None:
    with requests.Session() as session:
        with_session(session, upload)


def with_httpx(upload: Path) -> None:
    with httpx.Client() as session:
        with_session(session, upload)


def with_curl(upload: Path, *options: str) -> None:
    for method, path, authorization, status in REFUSALS:
        report = ["-s", "-S", "-o", os.devnull, "-w", "%{http_code} %header{x-request-id}\\n", "-m", "120"]
        command = ["curl", *options, *report, "-X", method, "-H", f"authorization: {authorization}"]
        command += ["-F", f"image=@{upload}", ORIGIN + path]
        command += ["--next", *report, "-H", f"authorization: Bearer {KEY}", "-F", f"file=@{SAMPLE}", VERIFY]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{path}: curl ended with {done.returncode}: {done.stderr}"
        for line, expected in zip(done.stdout.splitlines(), [status, 200], strict=True):
            code, _, request_id = line.partition(" ")
            own(int(code), {"x-request-id": request_id}, expected, path)


def with_node(upload: Path) -> None:
    arguments = [ORIGIN, KEY, str(SAMPLE), str(upload), json.dumps(REFUSALS)]
    command = ["node", "--input-type=module", "--eval", NODE, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


CLIENTS = {
    "requests": with_requests,
    "httpx": with_httpx,
    "fetch of node": with_node,
    "curl": lambda upload: with_curl(upload),
    "curl without Expect": lambda upload: with_curl(upload, "-H", "Expect:"),
}


def main() -> int:
    passed = failed = skipped = 0
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            upload = Path(folder) / f"{size}.jpg"
            upload.write_bytes(b"\x5a" * size)
            for name, run in CLIENTS.items():
                if name.startswith("curl") and shutil.which("curl") is None:
                    skipped += 1
                    print(f"skip {name}: not installed")
                    continue
                try:
                    run(upload)
                    passed += 1
                    print(f"ok   {name}: refused uploads of {size} bytes")
                except Exception:  # noqa: BLE001 - whatever it is, it is this test's failure
                    failed += 1
                    print(f"FAIL {name}: refused uploads of {size} bytes: {traceback.format_exc()}")
            upload.unlink()
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

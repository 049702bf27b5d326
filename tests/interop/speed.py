"""Times POST /api/v1/label against c2pa-python signing the same bytes in this process, in turns.

Usage: speed.py --url URL --key KEY --image JPEG --chain PEM --private-key PEM [--rounds N]

Prints one JSON object: median and fastest milliseconds of each side.
"""

import argparse
import hashlib
import http.client
import io
import json
import statistics
import time
import urllib.parse
from pathlib import Path

import c2pa

BOUNDARY = "----labeler-speed"
MANIFEST = {
    "claim_generator_info": [{"name": "speed", "version": "1"}],
    "assertions": [
        {
            "label": "c2pa.actions.v2",
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


def grown(image: bytes, size: int) -> bytes:
    """The JPEG with comment segments added until it has at least `size` bytes."""
    filling = b""
    comment = b"\xff\xfe\xff\xff" + bytes(65533)
    while len(image) + len(filling) < size:
        filling += comment
    return image[:2] + filling + image[2:]


def multipart(image: bytes) -> bytes:
    options = {
        "digitalSourceType": "trainedAlgorithmicMedia",
        "regionPreset": "eu_strict",
        "signingMode": "managed",
        "dntEnabled": False,
        "filename": "speed.jpg",
        "sha256Input": hashlib.sha256(image).hexdigest(),
        "preApplied": [],
    }
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="options"\r\n\r\n{json.dumps(options)}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="speed.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    return head.encode() + image + f"\r\n--{BOUNDARY}--\r\n".encode()


def post(connection: http.client.HTTPConnection, key: str, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    connection.request("POST", "/api/v1/label", body, headers)
    answer = connection.getresponse()
    labelled = answer.read()
    if answer.status != 200:
        raise SystemExit(f"POST /api/v1/label answered {answer.status}: {labelled[:500]!r}")


def sign(image: bytes, signer: c2pa.Signer) -> None:
    with c2pa.Builder(MANIFEST) as builder:
        builder.sign(signer, "image/jpeg", io.BytesIO(image), io.BytesIO())


def milliseconds(action) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--url", "--key"):
        arguments.add_argument(name, required=True)
    for name in ("--image", "--chain", "--private-key"):
        arguments.add_argument(name, required=True, type=Path)
    arguments.add_argument("--rounds", type=int, default=20)
    arguments.add_argument("--size", type=int, default=3_000_000)
    options = arguments.parse_args()

    image = grown(options.image.read_bytes(), options.size)
    body = multipart(image)
    info = c2pa.C2paSignerInfo(b"es256", options.chain.read_bytes(), options.private_key.read_bytes(), None)
    url = urllib.parse.urlsplit(options.url)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=60)
    ours, theirs = [], []
    with c2pa.Signer.from_info(info) as signer:
        for number in range(options.rounds + 2):
            first, second = milliseconds(lambda: post(connection, options.key, body)), milliseconds(lambda: sign(image, signer))
            if number >= 2:  # the first two warm both sides up
                ours.append(first)
                theirs.append(second)
    print(
        json.dumps(
            {
                "bytes": len(image),
                "rounds": options.rounds,
                "label": {"median": statistics.median(ours), "fastest": min(ours)},
                "c2paPython": {"median": statistics.median(theirs), "fastest": min(theirs)},
            }
        )
    )


if __name__ == "__main__":
    main()

"""Times c2pa-python signing files and takes its peak memory, for `cargo xtask bench`.

Usage: sign_speed.py FOLDER

FOLDER holds `chain.pem`, `key.pem` and pictures. Prints one JSON object: for each picture, by its name without the ending,
the median of its seconds and by how much the process grew at its peak beyond the picture. Each picture has a process of its
own, so that the peak is its own.
"""

import io
import json
import multiprocessing
import sys
import time
from pathlib import Path
from statistics import median

import c2pa

from check_speed import peak
from speed import MANIFEST

RUNS = 5
TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
    ".heic": "image/heic",
    ".tiff": "image/tiff",
}


def measure(path: Path, queue: multiprocessing.Queue) -> None:
    chain, key = (path.with_name(name).read_bytes() for name in ("chain.pem", "key.pem"))
    data, times = path.read_bytes(), []
    info = c2pa.C2paSignerInfo(b"es256", chain, key, None)
    with c2pa.Signer.from_info(info) as signer:
        before = peak()
        for _ in range(RUNS):
            source, result = io.BytesIO(data), io.BytesIO()
            started = time.perf_counter()
            with c2pa.Builder(MANIFEST) as builder:
                builder.sign(signer, TYPES[path.suffix], source, result)
            times.append(time.perf_counter() - started)
            source.close()
            result.close()
    queue.put({"seconds": median(times), "extraPeakBytes": peak() - before})


def main() -> int:
    results = {}
    for path in sorted(Path(sys.argv[1]).iterdir()):
        if path.suffix == ".pem":
            continue
        queue = multiprocessing.Queue()
        process = multiprocessing.Process(target=measure, args=(path, queue))
        process.start()
        results[path.stem] = queue.get(timeout=300)
        process.join()
    print(json.dumps(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())

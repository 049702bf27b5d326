"""Times c2pa-python's reader and takes its peak memory, for `cargo xtask bench`.

Usage: check_speed.py SETTINGS FILE...

SETTINGS is a file with the engine's settings: the trust lists that signers are looked up in.

Prints one JSON object like the example `check_speed` of the checker: for each file the median in milliseconds of reading it
from memory, and by how much the process grew at its peak. Each file has a process of its own, so that the peak is its own.
"""

import io
import json
import multiprocessing
import resource
import sys
import time
from pathlib import Path
from statistics import median

import c2pa

RUNS = 9
TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".mp4": "video/mp4", ".avif": "image/avif"}


def peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def measure(settings: str, path: Path, queue: multiprocessing.Queue) -> None:
    data = path.read_bytes()
    media_type = TYPES[path.suffix]
    warm = io.BytesIO(b"")
    try:
        c2pa.Reader(media_type, warm)
    except c2pa.C2paError:
        pass
    before, times = peak(), []
    for _ in range(RUNS):
        start = time.perf_counter()
        context = c2pa.Context(c2pa.Settings.from_json(settings))
        with c2pa.Reader(media_type, io.BytesIO(data), context=context) as reader:
            json.loads(reader.json())
        times.append((time.perf_counter() - start) * 1000)
    queue.put({"file": str(path), "bytes": len(data), "median": median(times), "extraPeakBytes": peak() - before})


def main() -> int:
    settings, results = Path(sys.argv[1]).read_text(), []
    for path in map(Path, sys.argv[2:]):
        queue = multiprocessing.Queue()
        process = multiprocessing.Process(target=measure, args=(settings, path, queue))
        process.start()
        results.append(queue.get(timeout=300))
        process.join()
    print(json.dumps({"files": results}))
    return 0


if __name__ == "__main__":
    sys.exit(main())

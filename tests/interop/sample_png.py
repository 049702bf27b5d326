"""Writes a small PNG made in code: 160 x 120, 8-bit RGB, a gradient. Usage: sample_png.py OUT"""

import struct
import sys
import zlib
from pathlib import Path

WIDTH, HEIGHT = 160, 120


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def main() -> None:
    rows = b"".join(
        b"\x00" + b"".join(bytes((x * 255 // WIDTH, y * 255 // HEIGHT, (x * y) % 256)) for x in range(WIDTH))
        for y in range(HEIGHT)
    )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows, 9)), chunk(b"IEND", b""))
    Path(sys.argv[1]).write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


if __name__ == "__main__":
    main()

"""Finds a byte of the picture itself, so that a test can change the picture and nothing else."""

import struct

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def inside(data: bytes) -> int:
    """Offset of a byte inside the compressed picture of a JPEG or PNG, never in metadata or a manifest."""
    if data.startswith(b"\xff\xd8"):
        return _inside_jpeg(data)
    if data.startswith(PNG_SIGNATURE):
        return _inside_png(data)
    raise ValueError("neither JPEG nor PNG")


def tampered(data: bytes) -> bytes:
    """The same file with one bit of the picture changed."""
    at = inside(data)
    return data[:at] + bytes([data[at] ^ 0x01]) + data[at + 1 :]


def _inside_jpeg(data: bytes) -> int:
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise ValueError("a JPEG marker was expected")
        marker = data[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        length = struct.unpack(">H", data[at + 2 : at + 4])[0]
        if marker == 0xDA:  # start of scan: entropy-coded data follows its header
            start = at + 2 + length
            end = data.rfind(b"\xff\xd9")
            if end - start < 16:
                raise ValueError("the scan is too short to change")
            middle = (start + end) // 2
            # Not a marker nor its stuffing, so that the file stays a JPEG.
            while data[middle] == 0xFF or data[middle - 1] == 0xFF or data[middle] ^ 0x01 == 0xFF:
                middle += 1
            return middle
        at += 2 + length
    raise ValueError("no scan in this JPEG")


def _inside_png(data: bytes) -> int:
    at = len(PNG_SIGNATURE)
    while at + 12 <= len(data):
        length = struct.unpack(">I", data[at : at + 4])[0]
        if data[at + 4 : at + 8] == b"IDAT" and length > 16:
            return at + 8 + length // 2
        at += 12 + length
    raise ValueError("no image data in this PNG")

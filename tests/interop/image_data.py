"""Finds a byte of the picture itself, so that a test can change the picture and nothing else."""

import struct

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def inside(data: bytes) -> int:
    """Offset of a byte inside the compressed picture, never in metadata or a manifest."""
    if data.startswith(b"\xff\xd8"):
        return _inside_jpeg(data)
    if data.startswith(PNG_SIGNATURE):
        return _inside_png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _inside_webp(data)
    if data[:4] in (b"II*\0", b"MM\0*"):
        return _inside_tiff(data)
    if data[:4] == b"GIF8":
        return _inside_gif(data)
    if data[4:8] == b"ftyp":
        return _inside_bmff(data)
    raise ValueError("no format that Labeler labels")


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


def _inside_webp(data: bytes) -> int:
    at = 12
    while at + 8 <= len(data):
        length = struct.unpack("<I", data[at + 4 : at + 8])[0]
        if data[at : at + 4] in (b"VP8 ", b"VP8L") and length > 16:
            return at + 8 + length // 2
        at += 8 + length + length % 2
    raise ValueError("no image data in this WebP")


def _inside_tiff(data: bytes) -> int:
    order = "<" if data.startswith(b"II") else ">"
    directory = struct.unpack(order + "I", data[4:8])[0]
    (count,) = struct.unpack(order + "H", data[directory : directory + 2])
    fields = {}
    for index in range(count):
        tag, kind, number, value = struct.unpack(order + "HHI4s", data[directory + 2 + 12 * index :][:12])
        size, code = {3: (2, "H"), 4: (4, "I")}.get(kind, (0, ""))
        if size:
            at = struct.unpack(order + "I", value)[0]
            raw = value[: size * number] if size * number <= 4 else data[at : at + size * number]
            fields[tag] = struct.unpack(f"{order}{number}{code}", raw)
    # Strips or tiles: offsets and lengths.
    for offsets, lengths in ((273, 279), (324, 325)):
        if offsets in fields:
            return fields[offsets][0] + fields[lengths][0] // 2
    raise ValueError("no image data in this TIFF")


def _inside_gif(data: bytes) -> int:
    table = 3 << ((data[10] & 7) + 1) if data[10] & 0x80 else 0
    at = 13 + table
    while at < len(data):
        if data[at] == 0x2C:  # image descriptor, its table, the code size, then blocks of data
            local = 3 << ((data[at + 9] & 7) + 1) if data[at + 9] & 0x80 else 0
            return at + 10 + local + 2 + data[at + 11 + local] // 2
        if data[at] != 0x21:
            break
        at += 2
        while data[at]:
            at += 1 + data[at]
        at += 1
    raise ValueError("no image data in this GIF")


def _inside_bmff(data: bytes) -> int:
    at = 0
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if length == 1:
            length = struct.unpack(">Q", data[at + 8 : at + 16])[0]
        length = length or len(data) - at
        if kind == b"mdat" and length > 64:
            return at + length // 2
        at += length
    raise ValueError("no media data in this file")

"""The watermarks of the PyPI package invisible-watermark, and a fast form of its two methods for large pictures.

The package walks through the blocks of a picture in Python, which takes minutes for a large picture and thirty attacks. The
classes here do the same arithmetic on all blocks at once. `compare` shows that they agree with the package.
"""

import sys
import types

import cv2
import numpy as np

# The package imports PyTorch for RivaGAN, which is not used here.
sys.modules.setdefault("torch", types.ModuleType("torch"))

from imwatermark import WatermarkDecoder, WatermarkEncoder  # noqa: E402
from imwatermark.dwtDctSvd import EmbedDwtDctSvd  # noqa: E402
from imwatermark.maxDct import EmbedMaxDct  # noqa: E402

SIDE = 4
# The package refuses smaller pictures.
LEAST_PIXELS = 256 * 256
# Its methods need minutes for all the attacks on a larger picture.
MOST_PIXELS = 4_000_000


def dct_matrix() -> np.ndarray:
    """The orthonormal DCT-II of four samples."""
    rows = [cv2.dct(np.eye(SIDE)[:, [k]]).ravel() for k in range(SIDE)]
    return np.stack(rows, axis=1)


DCT = dct_matrix()


def blocks_of(frame: np.ndarray) -> np.ndarray:
    """A copy of the whole 4 x 4 blocks, in rows from the top left."""
    rows, columns = frame.shape[0] // SIDE, frame.shape[1] // SIDE
    whole = frame[: rows * SIDE, : columns * SIDE].reshape(rows, SIDE, columns, SIDE)
    return whole.swapaxes(1, 2).reshape(-1, SIDE, SIDE).copy()


def put_back(frame: np.ndarray, blocks: np.ndarray) -> None:
    """Writes the blocks into the frame that they come from."""
    rows, columns = frame.shape[0] // SIDE, frame.shape[1] // SIDE
    whole = blocks.reshape(rows, columns, SIDE, SIDE).swapaxes(1, 2)
    frame[: rows * SIDE, : columns * SIDE] = whole.reshape(rows * SIDE, columns * SIDE)


class WholeFrame:
    """Both methods' walk through the blocks."""

    def encode_frame(self, frame, scale):
        blocks = blocks_of(frame)
        bits = np.resize(np.asarray(self._watermarks, dtype=float), len(blocks))
        put_back(frame, self.diffuse(blocks, bits, scale))

    def decode_frame(self, frame, scale, scores):
        votes = self.infer(blocks_of(frame), scale)
        return [votes[bit :: self._wmLen] for bit in range(self._wmLen)]


class DwtDct(WholeFrame, EmbedMaxDct):
    """`dwtDct`."""

    def diffuse(self, blocks, bits, scale):
        flat = blocks.reshape(len(blocks), -1)
        index = np.arange(len(flat)), np.abs(flat[:, 1:]).argmax(axis=1) + 1
        value = flat[index]
        sign = np.where(value >= 0, 1.0, -1.0)
        flat[index] = sign * (np.abs(value) // scale + 0.25 + 0.5 * bits) * scale
        return flat.reshape(blocks.shape)

    def infer(self, blocks, scale):
        flat = np.abs(blocks.reshape(len(blocks), -1))
        value = flat[:, 1:].max(axis=1)
        return (value % scale > 0.5 * scale).astype(int)


class DwtDctSvd(WholeFrame, EmbedDwtDctSvd):
    """`dwtDctSvd`."""

    def diffuse(self, blocks, bits, scale):
        u, s, v = np.linalg.svd(DCT @ blocks @ DCT.T)
        s[:, 0] = (s[:, 0] // scale + 0.25 + 0.5 * bits) * scale
        return DCT.T @ ((u * s[:, None, :]) @ v) @ DCT

    def infer(self, blocks, scale):
        s = np.linalg.svd(DCT @ blocks @ DCT.T, compute_uv=False)
        return (s[:, 0] % scale > 0.5 * scale).astype(int)


METHODS = {"dwtDct": DwtDct, "dwtDctSvd": DwtDctSvd}


def package_encode(method: str, picture: np.ndarray, bits: list[int]) -> np.ndarray:
    """What the package itself makes of a picture: channels in its order, 8-bit or floating-point samples."""
    encoder = WatermarkEncoder()
    encoder.set_watermark("bits", bits)
    return encoder.encode(picture, method)


def encode(method: str, rgb: np.ndarray, bits: list[int]) -> np.ndarray:
    """The picture with a watermark, 8-bit RGB as the picture."""
    bgr = np.ascontiguousarray(rgb[:, :, ::-1])
    return METHODS[method](bits, wmLen=len(bits)).encode(bgr)[:, :, ::-1]


def decode(method: str, rgb: np.ndarray, length: int) -> list[int]:
    """The bits that the method reads. It always reads some, marked or not; none from a picture that it refuses."""
    if rgb.shape[0] * rgb.shape[1] < LEAST_PIXELS:
        return []
    bgr = np.ascontiguousarray(rgb[:, :, ::-1])
    return [int(bit) for bit in METHODS[method](wmLen=length).decode(bgr)]


def compare(rgb: np.ndarray, bits: list[int]) -> None:
    """Fails unless the fast form and the package write the same picture and read the same bits from it."""
    bgr = np.ascontiguousarray(rgb[:, :, ::-1])
    for method in METHODS:
        decoder = WatermarkDecoder("bits", len(bits))
        theirs, ours = package_encode(method, bgr, bits)[:, :, ::-1], encode(method, rgb, bits)
        # Rounding may differ in the last place where a sample falls between two integers.
        if np.abs(theirs.astype(int) - ours).max() > 3 or (theirs != ours).mean() > 0.001:
            raise AssertionError(f"{method}: the fast form writes another picture than the package")
        read = [int(bit) for bit in decoder.decode(np.ascontiguousarray(theirs[:, :, ::-1]), method)]
        if read != decode(method, theirs, len(bits)):
            raise AssertionError(f"{method}: the fast form reads other bits than the package")

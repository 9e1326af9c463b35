"""Ids that are hashes of running numbers, made for whole arrays at once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

_HEX = np.frombuffer(b"0123456789abcdef", np.uint8)
_DASHES = np.array([8, 13, 18, 23])
_DIGITS = np.setdiff1d(np.arange(36), _DASHES)


def splitmix64(numbers: np.ndarray) -> np.ndarray:
    """Scramble 64-bit numbers one to one (Steele, Lea and Flood 2014, SplitMix)."""
    with np.errstate(over="ignore"):
        z = numbers.astype(np.uint64) + np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def uuid_texts(numbers: np.ndarray, keys: np.ndarray) -> pa.StringArray:
    """UUID-shaped texts, one per number, distinct because the scrambling is one to one."""
    count = len(numbers)
    halves = np.empty((count, 2), ">u8")
    halves[:, 0] = splitmix64(numbers.astype(np.uint64) ^ keys[0])
    halves[:, 1] = splitmix64(numbers.astype(np.uint64) ^ keys[1])
    raw = halves.view(np.uint8).reshape(count, 16)
    text = np.empty((count, 36), np.uint8)
    text[:, _DASHES] = ord("-")
    digits = np.empty((count, 32), np.uint8)
    digits[:, 0::2] = _HEX[raw >> 4]
    digits[:, 1::2] = _HEX[raw & 15]
    text[:, _DIGITS] = digits
    offsets = np.arange(count + 1, dtype=np.int32) * 36
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), pa.py_buffer(text))

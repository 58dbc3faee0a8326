"""A picture that somebody uploads becomes a small square of pixels and nothing else."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

MOST_BYTES, MOST_PIXELS = 5_000_000, 40_000_000
SIDE, QUALITY = 320, 85
FORMATS = ("JPEG", "PNG", "WEBP")


class NotAPicture(ValueError):
    """These bytes are no picture that is taken: `reason` is too_large or unreadable."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def portrait_of(uploaded: bytes) -> bytes:
    """Return a JPEG of 320 x 320 pixels without metadata, cut from the middle of the picture.

    Reads JPEG, PNG and WebP of at most five megabytes and forty million pixels: the size is known
    before a pixel is unpacked. Turned as the camera says; then where and when it was taken is
    gone, with whatever else hid in the file. Raises `NotAPicture`.
    """
    if len(uploaded) > MOST_BYTES:
        raise NotAPicture("too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(uploaded), formats=FORMATS)
            if picture.width * picture.height > MOST_PIXELS:
                raise NotAPicture("too_large")
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            square = ImageOps.fit(upright, (SIDE, SIDE), Image.Resampling.LANCZOS)
    except NotAPicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture("too_large") from error
    except Exception as error:  # decoders of foreign bytes fail in many ways; each means the same
        raise NotAPicture("unreadable") from error
    bare = Image.new("RGB", square.size)
    bare.paste(square)
    out = io.BytesIO()
    write_picture = bare.save  # a file, not a row: only actions save those
    write_picture(out, format="JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def initials_of(name: str) -> str:
    """Return the first letters of the first and the last name, for where there is no picture."""
    parts = [it for it in name.split() if it[0].isalpha()]
    return "".join(it[0].upper() for it in (parts[:1] + parts[1:][-1:]))

"""What the phone's camera sees: the text of the QR code in a picture."""

import struct
import zlib

import zxingcpp
from django.core.files.uploadedfile import UploadedFile
from PIL import Image, ImageOps

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000  # what a phone takes, and far less than a bomb unpacks to
KINDS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
BROKEN = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    KeyError,
    IndexError,
    zlib.error,
    struct.error,
)


class NotRead(Exception):
    """There is nothing to scan; the text is the phone's word for it."""


def code_in(picture: UploadedFile | None) -> str:
    """What the picture's QR code says. Raises NotRead: too-large, no-picture or no-code."""
    if picture is None:
        raise NotRead("no-picture")
    if picture.size > MOST_BYTES:
        raise NotRead("too-large")
    codes = zxingcpp.read_barcodes(seen(picture), formats=zxingcpp.BarcodeFormat.QRCode)
    if not codes:
        raise NotRead("no-code")
    return codes[0].text


def seen(picture: UploadedFile) -> Image.Image:
    """The picture in shades of grey, the way up it was taken, on white where it lets through."""
    try:
        with Image.open(picture, formats=KINDS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NotRead("too-large")
            turned = ImageOps.exif_transpose(image)
            if not turned.has_transparency_data:
                return turned.convert("L")
            turned = turned.convert("RGBA")
    except Image.DecompressionBombError:
        raise NotRead("too-large") from None
    except BROKEN:
        raise NotRead("no-picture") from None
    return Image.alpha_composite(Image.new("RGBA", turned.size, "white"), turned).convert("L")

"""Bytes to text: UTF-8 unless a byte order mark, or the web page itself, says otherwise; nothing is guessed."""

from __future__ import annotations

import codecs
import re

from kgbuild.articles.failures import UnreadableError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_META_CHARSET = re.compile(rb"<meta\b[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"<\?xml\b[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
#: what browsers read these as (WHATWG Encoding Standard, "names and labels")
_AS_BROWSERS_DO = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
}


def decode(data: bytes, encoding: str = "utf-8") -> str:
    """The text of a file.

    Args:
        data: the whole file.
        encoding: what it is in, unless it begins with a byte order mark.

    Raises:
        UnreadableError: it is binary, or in another encoding.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], name
            break
    else:
        if b"\x00" in data:
            raise UnreadableError("is binary, not text")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        kind = "is binary, not text" if _looks_binary(data) else f"is not in the encoding {encoding.upper()}"
        at = f"byte 0x{data[error.start]:02x} at offset {error.start}"
        raise UnreadableError(f"{kind} ({at}); save it as UTF-8") from None


def decode_html(data: bytes, label: str = "") -> str:
    """The text of a web page, in the encoding that its server or the page itself declares, else UTF-8.

    Args:
        data: the page.
        label: what its server said; passed over if there is no such encoding.

    Raises:
        UnreadableError: it is binary, declares an encoding that is unknown, or is in another one than it declares.
    """
    name = _codec(label)
    if not name:
        head = data[:4096]
        declared = _XML_ENCODING.search(head) or _META_CHARSET.search(head)
        if declared is None:
            return decode(data)
        label = declared.group(1).decode("ascii")
        name = _codec(label)
        if not name:
            raise UnreadableError(f"declares the encoding {label!r}, which is unknown")
        if name.startswith("utf-16"):
            name = "utf-8"  # a declaration that can be read as ASCII cannot be in UTF-16
    return decode(data, _AS_BROWSERS_DO.get(name, name))


def _codec(label: str) -> str:
    """Python's name of an encoding; empty if there is none of this label."""
    try:
        name = codecs.lookup(label).name
        "".encode(name)  # refuses codecs from bytes to bytes, such as "hex"
    except (LookupError, ValueError):
        return ""
    return name


def _looks_binary(data: bytes) -> bool:
    """Whether control characters abound, as they do in no text."""
    sample = data[:4096]
    return sum(byte < 9 or 13 < byte < 32 for byte in sample) > len(sample) // 100

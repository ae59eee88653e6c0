"""Opening a file, plain or gzip, in an encoding that holds for its last byte before its first row is used."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, BinaryIO, TextIO

from django.utils.translation import gettext as _

from common.importing.errors import UnreadableFile

CHUNK_BYTES = 1 << 16
GZIP_MAGIC = b"\x1f\x8b"
# Of .xlsx, .ods and every other zip file, and of .xls.
WORKBOOK_MAGICS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Text in another encoding hardly ever holds this many valid UTF-8 sequences before its first wrong byte.
UTF8_CERTAIN = 8
# Real Chinese text keeps to the characters of GB 2312; Latin-1 read as GB 18030 lands outside of it.
GB_PLAUSIBLE_SHARE = 0.3


class Encoding(StrEnum):
    """What a file may be written in; AUTO looks."""

    AUTO = "auto"
    UTF8 = "utf-8"
    GB18030 = "gb18030"
    LATIN1 = "iso-8859-1"


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file that was read to its end once: every byte of it is text in `codec`."""

    path: Path
    codec: str
    size_bytes: int

    @contextmanager
    def open(self) -> Iterator[tuple[TextIO, BinaryIO]]:
        """The text, and the file below it, whose position tells how far the reading has come."""
        with self.path.open("rb") as file:
            plain = _unpacked(file)
            with io.TextIOWrapper(plain, encoding=self.codec, newline="") as text:
                yield text, file


@dataclass(slots=True)
class _Scan:
    """What one pass over the file found; `wrong` is the first byte that is not text, on `line`."""

    line: int = 1
    wrong: int | None = None
    foreign: int = 0
    foreign_gb2312: int = 0
    ends_with_return: bool = False

    def add(self, text: str) -> None:
        """Count the line ends (LF, CRLF or CR) and the characters beyond ASCII."""
        if not text:
            return
        ends = text.count("\n") + text.count("\r") - text.count("\r\n")
        self.line += ends - (self.ends_with_return and text.startswith("\n"))
        self.ends_with_return = text.endswith("\r")
        if not text.isascii():
            ascii_characters = len(text.encode("ascii", "ignore"))
            self.foreign += len(text) - ascii_characters
            self.foreign_gb2312 += (len(text.encode("gb2312", "ignore")) - ascii_characters) // 2


def text_file(path: Path, encoding: Encoding = Encoding.AUTO) -> TextFile:
    """The file, checked to its last byte. Refuses what cannot be read, and what could only be guessed."""
    try:
        _refuse_workbook(path)
        codec = _looked_up(path) if encoding is Encoding.AUTO else _as_named(path, encoding)
        return TextFile(path=path, codec=codec, size_bytes=path.stat().st_size)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableFile(_("%(path)s is a damaged gzip file.") % {"path": path.name}) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableFile(
            _("%(path)s cannot be read: %(reason)s.") % {"path": path.name, "reason": reason}
        ) from error


def _refuse_workbook(path: Path) -> None:
    """Whatever encoding was named: some of them take any byte for a letter."""
    with path.open("rb") as file:
        if _unpacked(file).read(len(WORKBOOK_MAGICS[0])) in WORKBOOK_MAGICS:
            raise UnreadableFile(
                _("The file is a workbook or an archive. Save the sheet as CSV (UTF-8) and import that.")
            )


def _as_named(path: Path, encoding: Encoding) -> str:
    codec = "utf-8-sig" if encoding is Encoding.UTF8 else encoding.value
    scan = _scan(path, codec)
    if scan.wrong is not None:
        raise UnreadableFile(
            _("Line %(line)s holds the byte %(byte)s, which is not %(encoding)s. Nothing was imported.")
            % {"line": scan.line, "byte": f"0x{scan.wrong:02X}", "encoding": encoding.value}
        )
    return codec


def _looked_up(path: Path) -> str:
    with path.open("rb") as file:
        start = _unpacked(file).read(3)
    if start.startswith(UTF16_MARKS):
        raise UnreadableFile(_("The file is UTF-16. Save it as UTF-8 and import that."))
    utf8 = _scan(path, "utf-8-sig")
    if utf8.wrong is None:
        return "utf-8-sig" if start == codecs.BOM_UTF8 else "utf-8"
    if start == codecs.BOM_UTF8 or utf8.foreign >= UTF8_CERTAIN:
        raise UnreadableFile(
            _("The file is UTF-8 up to line %(line)s, where the byte %(byte)s is not. Nothing was imported.")
            % {"line": utf8.line, "byte": f"0x{utf8.wrong:02X}"}
        )
    gb18030 = _scan(path, "gb18030")
    plausible = gb18030.foreign_gb2312 >= GB_PLAUSIBLE_SHARE * gb18030.foreign
    if gb18030.wrong is None and plausible:
        return "gb18030"
    raise UnreadableFile(
        _("The file is neither UTF-8 (see line %(line)s) nor Chinese GB18030. Name its encoding.")
        % {"line": utf8.line}
    )


def _scan(path: Path, codec: str) -> _Scan:
    scan = _Scan()
    decoder = codecs.getincrementaldecoder(codec)("strict")
    with path.open("rb") as file:
        stream = _unpacked(file)
        while True:
            chunk = stream.read(CHUNK_BYTES)
            try:
                scan.add(decoder.decode(chunk, final=not chunk))
            except UnicodeDecodeError as error:
                scan.add(error.object[: error.start].decode(codec, "ignore"))
                scan.wrong = error.object[error.start]
            if not chunk or scan.wrong is not None:
                return scan


def _unpacked(file: BinaryIO) -> IO[bytes]:
    is_gzip = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    file.seek(0)
    if is_gzip:
        return io.BufferedReader(gzip.GzipFile(fileobj=file), CHUNK_BYTES)
    return file

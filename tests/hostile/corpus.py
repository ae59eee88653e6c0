"""The fixed corpus: bodies, values, parts of addresses, words, headers and files that no door may choke on."""

import gzip
import io
import json
import zipfile
import zlib
from functools import cache
from typing import Any
from urllib.parse import quote

LONG = "9" * 30
RTL = "\u202e\u0639\u0631\u0628\u064a"
BODIES = [
    b"",
    b"null",
    b"[]",
    b"0",
    b'"x"',
    b"{",
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    rb'{"a": "\u0000"}',
    rb'{"a": "\ud800"}',
    b'{"a": NaN}',
    b'{"a": -Infinity}',
    b'{"a": 1e400}',
    b'{"a": 1, "a": 2}',
    b'{"a":' * 3000 + b"1" + b"}" * 3000,
    b"[" * 3000,
    b"[" + b"{}," * 20_000 + b"{}]",
    b'{"a": ' + b"9" * 100_000 + b"}",
    b'{"a": "' + b"\\u0041" * 20_000 + b'"}',
    '{"\u202e\u0639": 1}'.encode(),
    b'{"__proto__": {"a": 1}, "constructor": 1}',
    gzip.compress(b'{"a": 1}'),
    "{}".encode("utf-16"),
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
]
VALUES: list[Any] = [
    None,
    True,
    "",
    " ",
    "abc",
    RTL,
    "x" * 100_000,
    "２０２６",
    "2026-13-45",
    "9999-12-31T23:59:59+14:00",
    "0001-01-01T00:00:00-23:59",
    "=1+1",
    "\ufeff\u200b\u2028",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 40,
    "e" + "\u0301" * 500,
    -1,
    0,
    1.5,
    2**31,
    2**63,
    10**39,
    1e99,
    [],
    {},
    [[[]]],
    {"a": 1},
]
PARTS = [
    "%00",
    "..%2f..%2fetc%2fpasswd",
    "%ED%A0%80",
    LONG,
    "-1",
    "0",
    "%2e%2e",
    "a" * 3000,
    quote("'; --"),
    "%E2%80%AE",
    "%0d%0aX-Injected:%201",
]
WORDS = [
    "",
    "abc",
    LONG,
    "-1",
    "1e999",
    "%00",
    "%ED%A0%80",
    "9999-12-31",
    "0000-00-00",
    "x" * 5000,
    "%E2%80%AE",
    "٣",
]
QUERIES = [
    "limit=1&limit=2",
    "&".join(f"p{number}=1" for number in range(2_000)),
    "=&&==&%",
    "%ff=%fe",
    "a[]=1",
]
# Bodies that are no form, each with the kind that it claims to be.
FORM = "application/x-www-form-urlencoded"
FORMS = [
    (FORM, b"&".join(b"a%d=1" % number for number in range(1_100))),
    (FORM, b"%ff=%fe&=&&;"),
    (FORM, b"\0" * 100),
    (FORM, "title=\u202e\ud83d\ude00".encode("utf-8", "surrogatepass")),
    ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
    ("multipart/form-data; boundary=", b"--\r\n\r\n--"),
    (
        "multipart/form-data; boundary=x",
        b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n" + b"y" * 100_000,
    ),
    ("application/json", b"{}"),
    ("text/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
]
HEADERS = [
    {"Accept": "text/html"},
    {"Accept": "\x7f"},
    {"Accept-Language": "x" * 3000},
    {"Accept-Encoding": "gzip;q=x, *;q=-1"},
    {"Content-Encoding": "gzip"},
    {"Content-Type": "application/x-www-form-urlencoded"},
    {"Content-Type": "multipart/form-data; boundary="},
    {"Content-Type": "application/json; charset=utf-99"},
    {"Content-Type": "text/plain"},
    {"If-Match": '"v' + LONG + '"'},
    {"If-Match": "\u00ff"},
    {"If-None-Match": '"' * 2001},
    {"If-Modified-Since": "Mon, 99 Foo 99999 99:99:99 GMT"},
    {"Range": "bytes=9-1,-,x"},
    {"Idempotency-Key": "x" * 201},
    {"Idempotency-Key": "a\u00a0b"},
    {"Authorization": "Bearer ops_" + LONG + "_x"},
    {"Authorization": "Bearer \u00ff"},
    {"Authorization": "Basic \u00ff"},
    {"X-Request-ID": "x" * 3000},
    {"X-Forwarded-For": "\u00ff, 999.999.999.999, " * 50},
    {"X-HTTP-Method-Override": "DELETE"},
    {"Host": "evil.example"},
    {"Host": "testserver:99999999"},
    {"Content-Length": str(2**30)},
    {"Content-Length": "-1"},
    {"HX-Request": "true", "HX-Current-URL": "\u00ff"},
    {"HX-Request": "true", "HX-Target": '"><script>', "HX-Boosted": "maybe"},
    {"Cookie": "sessionid=\u00ff; opsteam_language=x%00"},
    {"Cookie": "a=b; " * 500},
]
FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", "＝1+1", " =1"]


def _zip(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


SHEET = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)
WORKBOOK = {
    "[Content_Types].xml": b"<Types/>",
    "xl/workbook.xml": b"<workbook/>",
    "xl/worksheets/sheet1.xml": SHEET,
}
HEAD = b"date,value\n"


@cache
def files() -> dict[str, bytes]:
    """Files by their names; made once, since the bombs take a while."""
    return {**_broken_files(), **foreign_files()}


def _broken_files() -> dict[str, bytes]:
    return {
        "empty.csv": b"",
        "only-a-header.csv": HEAD,
        "nul.csv": HEAD + b"2026-01-01,\x001\n",
        "only-nul.csv": b"\0" * 5000,
        "surrogates.csv": HEAD + b"2026-01-01,\xed\xa0\x80\n",
        "broken-utf-8.csv": HEAD + b"\xff\xfe\xfd,\xc3\x28\n",
        "utf-16.csv": "date,value\n2026-01-01,1\n".encode("utf-16"),
        "utf-32.csv": "date,value\n2026-01-01,1\n".encode("utf-32"),
        "right-to-left.csv": f"date,value,label\n2026-01-01,1,{RTL}\n".encode(),
        "open-quote.csv": HEAD + b'2026-01-01,"' + b"x\n" * 50_000,
        "one-long-line.csv": HEAD + b"1" * 2_000_000,
        "many-columns.csv": b",".join(b"c%d" % number for number in range(5_000)) + b"\n",
        "many-commas.csv": HEAD + b"," * 1_000_000,
        "repeated-columns.csv": b"date,date,value,value\n2026-01-01,2,3,4\n",
        "absurd-values.csv": HEAD
        + b"9999-12-31,1e999\n0001-01-01,-1e-999\n2026-01-01,NaN\n2026-02-30,Infinity\n%s,%s\n"
        % ((b"9" * 400,) * 2),
        "formulas.csv": b"date,value,label\n"
        + "".join(f'2026-01-01,1,"{each}"\n' for each in FORMULAS).encode(),
        "markup.csv": b"date,value,label\n2026-01-01,<script>alert(1)</script>,<img src=x onerror=alert(1)>\n",
        "deflated.csv": zlib.compress(HEAD),
        "picture-and-csv.csv": b"\x89PNG\r\n\x1a\n" + HEAD + b"2026-01-01,1\n",
        "page-and-csv.csv": b"<!doctype html><script>alert(1)</script>\n" + HEAD,
        "csv-and-workbook.csv": HEAD + _zip(WORKBOOK),
        "pdf-and-csv.csv": b"%PDF-1.7\n" + HEAD,
        "picture.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        "json.csv": json.dumps([{"date": "2026-01-01", "value": 1}] * 3).encode(),
        "../../../etc/passwd": HEAD,
        "a\u202evsc.exe": HEAD,
        "x" * 300 + ".csv": HEAD,
    }


@cache
def foreign_files() -> dict[str, bytes]:
    """What no door for CSV reads, or unpacks."""
    return {
        "workbook.xlsx": _zip(WORKBOOK),
        "bomb.xlsx": _zip({**WORKBOOK, "xl/sharedStrings.xml": b"\0" * 20_000_000}),
        "workbook-called.csv": _zip(WORKBOOK),
        "old-workbook.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        "bomb.csv.gz": gzip.compress(b"2026-01-01,1\n" * 2_000_000),
        "bomb-called.csv": gzip.compress(b"\0" * 50_000_000),
        "nested.zip": _zip({"a.zip": _zip({"b.csv": HEAD})}),
        "outside.zip": _zip({"../../etc/cron.d/x": b"x"}),
    }

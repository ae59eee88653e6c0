"""Which addresses the application calls on a user's word."""

from ipaddress import ip_address

import pytest
from django.conf import LazySettings

from common import outbound
from common.destinations import is_allowed
from common.errors import InvalidInput

HOSTILE = [
    "0.0.0.0",  # noqa: S104 - nothing listens here
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.0.23",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::a00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b::c0a8:101",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:7f00:1::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2002:5db8:d822::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fd20:ce::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "2606:4700::5efe:7f00:1",
    "2606:4700::200:5efe:a00:1",
    "localhost",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "127.0.0.1.",
    "[::1]",
]
PUBLIC = [
    "1.1.1.1",
    "93.184.215.14",
    "223.5.5.5",
    "2606:4700:4700::1111",
    "2400:3200::1",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_an_inner_address_is_refused(address: str) -> None:
    assert not is_allowed(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_allowed(address)


def test_pythons_own_idea_of_a_public_address_would_not_do() -> None:
    """The negative twin: what `is_global` lets through of the table."""
    missed = [each for each in HOSTILE if _is_literal(each) and ip_address(each).is_global]
    assert {"168.63.129.16", "64:ff9b::a9fe:a9fe", "224.0.0.1"} <= set(missed)


@pytest.mark.parametrize("address", ["10.20.3.4", "::ffff:10.20.3.4", "fd12::1"])
def test_a_network_that_the_administrator_named_is_allowed(address: str, settings: LazySettings) -> None:
    assert not is_allowed(address)
    settings.OUTBOUND_PRIVATE = ("10.20.0.0/16", "fd12::/16")
    assert is_allowed(address)
    assert not is_allowed("10.21.0.1")
    assert not is_allowed("169.254.169.254")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.org",
        "http://hooks.example.org/",
        "ftp://hooks.example.org/",
        "file:///etc/passwd",
        "gopher://hooks.example.org/",
        "https://",
        "https:///path",
        "https://user@hooks.example.org/",
        "https://user:word@hooks.example.org/",
        "https://hooks.example.org@10.0.0.1/",
        "https://hooks.example.org/#part",
        "https://hooks.example.org:22/",
        "https://hooks.example.org:25/",
        "https://hooks.example.org:6000/",
        "https://hooks.example.org:0/",
        "https://hooks.example.org:99999/",
        "https://hooks.example.org:port/",
        "https://[::1/",
        "https://hooks.example.org/a b",
        "https://hooks.example.org/\r\nX-Injected: 1",
        "https://hooks.example.org\\@10.0.0.1/",
        "https://例子.example.org/",
        "https://hooks.example.org/" + "x" * 1_000,
    ],
)
def test_an_unfit_url_is_refused_without_asking_the_network(url: str) -> None:
    with pytest.raises(InvalidInput):
        outbound.check_url(url)
    with pytest.raises(outbound.OutboundFailed) as refused:
        outbound.post(url, body=b"", headers={})
    assert refused.value.failure == outbound.Failure.REFUSED


@pytest.mark.parametrize(
    "url", ["https://hooks.example.org", "https://hooks.example.org:8443/a?b=c", "https://[2606:4700::1111]/"]
)
def test_a_plain_https_url_is_taken(url: str) -> None:
    outbound.check_url(url)


def test_http_is_taken_only_where_the_settings_allow_it(settings: LazySettings) -> None:
    settings.OUTBOUND_HTTP = True
    outbound.check_url("http://hooks.example.org/")


@pytest.mark.parametrize(
    "host", ["localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "[::]"]
)
def test_a_name_or_number_for_this_machine_is_refused_at_connect(host: str, settings: LazySettings) -> None:
    settings.OUTBOUND_HTTP = True
    with pytest.raises(outbound.OutboundFailed) as refused:
        outbound.post(f"http://{host}:8000/", body=b"", headers={})
    assert refused.value.failure in {outbound.Failure.REFUSED, outbound.Failure.UNKNOWN_NAME}


def _is_literal(address: str) -> bool:
    try:
        ip_address(address)
    except ValueError:
        return False
    return True

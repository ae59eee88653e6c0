"""Which network addresses the application may call on a user's word."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings

# IANA's special-purpose registry, multicast, the reserved block, and one public address that is none: the inner
# service of Azure's machines.
REFUSED_V4 = tuple(
    ip_network(each)
    for each in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "168.63.129.16/32",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
# Of IPv6 only the global unicast block, without protocol assignments (Teredo is one), documentation, 6to4.
GLOBAL_V6 = ip_network("2000::/3")
REFUSED_V6 = tuple(ip_network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
NAT64 = ip_network("64:ff9b::/96")
# The interface part of an address that carries an IPv4 address inside a site (RFC 5214).
ISATAP = (0x00005EFE, 0x02005EFE)


def is_allowed(address: str) -> bool:
    """True for a public address, and for those of the networks in OPSTEAM_OUTBOUND_PRIVATE."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.scope_id:
        return False
    return _is_named(found) or is_public(found)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """True for what belongs to the open internet, IPv4 addresses inside of IPv6 ones included."""
    if isinstance(address, IPv6Address):
        inner = _inner_v4(address)
        if inner is not None:
            return is_public(inner)
        if (int(address) >> 32) & 0xFFFFFFFF in ISATAP:
            return False
        return address in GLOBAL_V6 and not any(address in network for network in REFUSED_V6)
    return not any(address in network for network in REFUSED_V4)


def _inner_v4(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that is really meant: mapped, or behind a NAT64 gateway."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else None


def _is_named(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return any(address in network for network in _named_networks(settings.OUTBOUND_PRIVATE))


@lru_cache(maxsize=4)
def _named_networks(names: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(name) for name in names)

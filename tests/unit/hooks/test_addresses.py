"""Where a webhook may point."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_network

import pytest

from services.screening.hooks.addresses import Gate, NotResolvedError, RefusedError, Resolve

EVERYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))
INTRANET = (ip_network("10.20.0.0/16"), ip_network("fd12::/16"))


def fixed(*addresses: str) -> Resolve:
    async def resolve(_host: str, _port: int) -> Sequence[str]:
        return addresses

    return resolve


@pytest.mark.parametrize(
    "address",
    [
        *("169.254.169.254", "169.254.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
        *("0.1.2.3", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
        *("fe80::1", "fe80::1%eth0", "ff02::1", "::", "fd00:ec2::254"),
        *("::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1"),
    ],
)
async def test_link_local_and_metadata_addresses_are_refused_even_when_everything_is_listed(address: str) -> None:
    with pytest.raises(RefusedError):
        await Gate(EVERYWHERE, resolve=fixed(address)).target("https://receiver.example/")


@pytest.mark.parametrize("address", ["10.20.3.4", "fd12::5", "::ffff:10.20.3.4"])
async def test_what_is_listed_is_connected_to_by_the_address_that_was_checked(address: str) -> None:
    target = await Gate(INTRANET, resolve=fixed(address)).target("https://receiver.example/in")
    assert (target.addresses, target.url.host) == ((address,), "receiver.example")


@pytest.mark.parametrize(
    "addresses", [("127.0.0.1",), ("::1",), ("10.21.0.1",), ("8.8.8.8",), ("10.20.3.4", "8.8.8.8")]
)
async def test_one_address_outside_the_list_is_enough_to_refuse(addresses: tuple[str, ...]) -> None:
    with pytest.raises(RefusedError, match="网段"):
        await Gate(INTRANET, resolve=fixed(*addresses)).target("https://receiver.example/")


async def test_nothing_is_allowed_where_nothing_is_listed() -> None:
    with pytest.raises(RefusedError):
        await Gate(()).target("https://10.20.3.4/")


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:127.0.0.1]"])
async def test_another_way_to_write_an_address_changes_nothing(host: str) -> None:
    with pytest.raises((RefusedError, NotResolvedError)):
        await Gate(INTRANET).target(f"https://{host}/")


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://10.20.3.4/", "file:///etc/passwd", "//10.20.3.4/", "10.20.3.4", "", "https://", "https:///x"),
        *("http://10.20.3.4/", "https://user:pass@10.20.3.4/", "https://10.20.3.4/#x", "https://10.20.3.4:99999/"),
        *("https://10.20.3.4/\nHost: x", "https://[::1", "https://\x00/"),
    ],
)
async def test_what_is_no_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(RefusedError):
        await Gate(INTRANET).target(url)


async def test_a_name_without_an_address_is_told() -> None:
    with pytest.raises(NotResolvedError):
        await Gate(INTRANET, resolve=fixed()).target("https://receiver.example/")

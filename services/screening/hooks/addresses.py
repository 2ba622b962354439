"""Where a webhook may point: an allow-list of networks, checked on what a name resolves to when it connects.

Whoever may subscribe could otherwise make the worker speak to anything it can reach (SSRF). A name is
resolved once an attempt, every address that it has must be allowed, and the connection is made to the
address that was checked, so that an answer of DNS that changes (rebinding) changes nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

import httpx

Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

RESOLVE_SECONDS = 3.0
MAX_URL = 1_000
_NEVER: Final = tuple(
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"),  # this host, link-local, groups, reserved
        *("100.100.100.200/32", "192.0.0.192/32", "168.63.129.16/32"),  # metadata of clouds
        *("::/128", "fe80::/10", "ff00::/8", "fd00:ec2::254/128", "64:ff9b::/96", "2002::/16", "2001::/32"),
    )
)
"""Refused whatever the list says: link-local and metadata addresses, groups, and addresses that hide another one."""


class NotResolvedError(Exception):
    """The name has no address, or DNS did not answer in time."""


class RefusedError(Exception):
    """The address is not allowed; the text says what and why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked place: the addresses to connect to, in this order, and the URL asked for with its host name."""

    url: httpx.URL
    addresses: tuple[str, ...]


async def dns(host: str, port: int) -> list[str]:
    """The addresses of `host`, by the machine's resolver. NotResolvedError."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_SECONDS):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError, TimeoutError):
        raise NotResolvedError(f"域名 {host} 无法解析") from None
    return [str(entry[4][0]) for entry in found]


@dataclass(frozen=True, slots=True)
class Gate:
    """The site's rule: networks that may be sent to, whether unencrypted, and how names are resolved."""

    networks: Sequence[Network]
    plain_http: bool = False
    resolve: Resolve = dns

    def parsed(self, url: str) -> httpx.URL:
        """The URL, its form checked. RefusedError."""
        try:
            found = httpx.URL(url)
            host = found.host  # decodes a name in punycode
        except (httpx.InvalidURL, ValueError):
            raise RefusedError("推送地址不是一个网址") from None
        allowed = ("https", "http") if self.plain_http else ("https",)
        if found.scheme not in allowed:
            raise RefusedError(f"推送地址须以 {' 或 '.join(f'{scheme}://' for scheme in allowed)} 开头")
        if not host or found.userinfo or found.fragment or (found.port is not None and not 0 < found.port < 65536):
            raise RefusedError("推送地址须有主机名，端口在 1 至 65535 之间，不能带用户名、口令或 # 片段")
        return found

    async def target(self, url: str) -> Target:
        """Where to connect for `url`. RefusedError when any address of its host is not allowed, NotResolvedError."""
        found = self.parsed(url)
        addresses = await self.resolve(found.host, found.port or (443 if found.scheme == "https" else 80))
        if not addresses:
            raise NotResolvedError(f"域名 {found.host} 无法解析")
        for text in addresses:
            self._check(text)
        return Target(found, tuple(dict.fromkeys(addresses)))

    def _check(self, text: str) -> None:
        address = _plain(ip_address(text.partition("%")[0]))
        if any(address in network for network in _NEVER):
            raise RefusedError("推送地址指向本机、链路本地、组播或云平台元数据一类的地址，一律不允许")
        if not any(address in network for network in self.networks):
            # What a name of the intranet resolves to is not told to whoever asks.
            raise RefusedError("推送地址不在本平台允许的网段内，请联系运维人员")


def _plain(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that only wraps it."""
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address

"""Which addresses may be called? None of the house's own, however they are written."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from shenguan_chassis.egress import AddressRefused, allowed_networks, parsed, resolved
from shenguan_chassis.egress.addresses import judge

REFUSED = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://127.0.1/",
    "https://127.127.127.127/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://0/",
    "https://0.0.0.0/",
    "https://0.1.2.3/",
    "https://10.0.0.1/",
    "https://10.255.255.254/",
    "https://172.16.0.1/",
    "https://172.31.255.254/",
    "https://192.168.0.1/",
    "https://192.168.255.254/",
    "https://100.64.0.1/",
    "https://100.127.255.254/",
    "https://169.254.0.1/",
    "https://169.254.169.254/",
    "https://169.254.170.2/",
    "https://2852039166/",
    "https://0xa9fea9fe/",
    "https://0251.0376.0251.0376/",
    "https://100.100.100.200/",
    "https://168.63.129.16/",
    "https://192.0.0.192/",
    "https://192.0.0.1/",
    "https://192.0.2.1/",
    "https://198.18.0.1/",
    "https://198.19.255.254/",
    "https://198.51.100.1/",
    "https://203.0.113.1/",
    "https://192.88.99.1/",
    "https://224.0.0.1/",
    "https://239.255.255.250/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[::]/",
    "https://[::1]/",
    "https://[0:0:0:0:0:0:0:1]/",
    "https://[::127.0.0.1]/",
    "https://[::10.0.0.1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[::ffff:0:127.0.0.1]/",
    "https://[64:ff9b::127.0.0.1]/",
    "https://[64:ff9b::10.0.0.1]/",
    "https://[64:ff9b::169.254.169.254]/",
    "https://[64:ff9b:1::127.0.0.1]/",
    "https://[64:ff9b:1:ffff::8.8.8.8]/",
    "https://[2002:7f00:1::]/",
    "https://[2002:a00:1::]/",
    "https://[2002:a9fe:a9fe::]/",
    "https://[2002:c0a8:1::1]/",
    "https://[2001:0:a00:1::1]/",
    "https://[2001:0:4136:e378:8000:63bf:80ff:fffe]/",
    "https://[2001:db8::1]/",
    "https://[3fff::1]/",
    "https://[5f00::1]/",
    "https://[100::1]/",
    "https://[fc00::1]/",
    "https://[fd00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[ff0e::1]/",
    "https://[2001:470:1::5efe:a00:1]/",
    "https://[2001:10::1]/",
    "https://[4000::1]/",
    "https://localhost/",
    "https://localhost./",
    "https://127.0.0.1./",
    "https://user@8.8.8.8/",
    "https://8.8.8.8@127.0.0.1/",
    "https://8.8.8.8:22/",
    "https://8.8.8.8:5432/",
    "https://8.8.8.8:0/",
    "https://8.8.8.8:99999/",
    "http://8.8.8.8/",
    "ftp://8.8.8.8/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:70/",
    "https:///hook",
    "https://8.8.8.8/#x",
    "https://8.8.8.8\\@127.0.0.1/",
    "https://１２７.0.0.1/",
    "https://exa_mple/",
    "https://-a.example/",
    "https://[::1",
    "https://no-such-name.invalid/",
]


def test_eighty_five_and_more_are_tried() -> None:
    assert len(REFUSED) == len(set(REFUSED)) >= 85


@pytest.mark.parametrize("url", REFUSED)
async def test_what_leads_inside_or_can_be_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        await resolved(parsed(url), ())


@pytest.mark.parametrize(
    "url", ["https://8.8.8.8/hook?a=1", "https://[2400:3200::1]/", "https://114.114.114.114:8443/"]
)
async def test_a_public_address_over_tls_may_be_called(url: str) -> None:
    assert await resolved(parsed(url), ())


@pytest.mark.parametrize(
    ("networks", "url"),
    [
        ("10.1.0.0/16", "http://10.1.2.3/hook"),
        ("10.1.0.0/16", "https://[::ffff:10.1.2.3]/hook"),
        ("127.0.0.0/8", "http://127.0.0.1:8123/"),
        ("fd12::/16", "http://[fd12::1]:8080/"),
    ],
)
async def test_an_intranet_that_the_operator_names_may_be_called_also_without_tls(networks: str, url: str) -> None:
    assert await resolved(parsed(url), allowed_networks(networks))


async def test_the_intranet_next_to_it_may_not() -> None:
    with pytest.raises(AddressRefused, match="not_public"):
        await resolved(parsed("http://10.2.0.1/"), allowed_networks("10.1.0.0/16"))


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "0.0.0.0", "255.255.255.255", "fe80::1", "::ffff:169.254.169.254"]
)
def test_no_allow_list_opens_where_machines_are_told_their_secrets(address: str) -> None:
    with pytest.raises(AddressRefused, match="forbidden"):
        judge(ip_address(address), allowed_networks("0.0.0.0/0,::/0"), secure=True)

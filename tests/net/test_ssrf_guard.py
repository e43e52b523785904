"""To which addresses a webhook may go: none of the house's own, however they are written or wrapped."""

from ipaddress import ip_network

import pytest

from tracker.net.ssrf_guard import Guard, NotAllowed, written_as_address

# fmt: off
NOBODY_S = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.255.255.254", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b::10.0.0.1",
    "64:ff9b::127.0.0.1", "64:ff9b::169.254.169.254", "64:ff9b:1::8.8.8.8", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::",
    "2002:808:808::1", "fc00::1", "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
]
# fmt: on
PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.215.14", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("address", NOBODY_S)
def test_what_is_not_public_is_refused(address: str):
    with pytest.raises(NotAllowed, match="not a public address"):
        Guard().check("hook.example.org", [address])


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_may_be_spoken_to(address: str):
    assert Guard().check("hook.example.org", [address]) == [address]


def test_one_bad_address_spoils_a_host_and_none_is_no_host():
    with pytest.raises(NotAllowed, match=r"10\.0\.0\.1"):
        Guard().check("hook.example.org", ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(NotAllowed, match="no address"):
        Guard().check("hook.example.org", [])


@pytest.mark.parametrize(
    ("host", "read_as"),
    [
        ("2130706433", "127.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("[::1]", "::1"),
        ("10.0.0.1", "10.0.0.1"),
    ],
)
def test_an_address_is_known_in_every_way_it_can_be_written(host: str, read_as: str):
    assert str(written_as_address(host)) == read_as
    with pytest.raises(NotAllowed):
        Guard().check_written(host)


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "a.localhost"])
def test_this_machine_is_refused_by_its_name(host: str):
    with pytest.raises(NotAllowed):
        Guard().check_written(host)


def test_a_name_is_not_taken_for_an_address():
    assert written_as_address("hooks.slack.com") is None
    Guard().check_written("hooks.slack.com")


def test_operator_can_allow_single_networks():
    guard = Guard(tuple(map(ip_network, ["10.1.0.0/16", "fd00::/8", "127.0.0.1/32"])))
    for address in ("10.1.2.3", "::ffff:10.1.2.3", "fd00::7", "127.0.0.1"):
        assert guard.check("chat", [address]) == [address]
    for address in ("10.2.0.1", "127.0.0.2", "169.254.169.254", "fe80::1"):
        with pytest.raises(NotAllowed):
            guard.check("chat", [address])
    guard.check_written("127.0.0.1")

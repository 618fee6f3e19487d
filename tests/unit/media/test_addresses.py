"""Which addresses the fetcher may ask: they come from outside."""

import pytest

from contact_center.media.fetching import allowed

HOSTS = ["zadn.vn", "zalo.me"]


@pytest.mark.parametrize("url", ["https://zadn.vn/a.jpg", "https://f1.photo.zadn.vn/x?y=1", "https://ZALO.me:443/a"])
def test_a_named_host_or_one_below_it_may_be_asked(url: str) -> None:
    assert allowed(url, HOSTS)


@pytest.mark.parametrize(
    "url",
    [
        "http://zadn.vn/a.jpg",
        "https://zadn.vn:8443/a.jpg",
        "https://evilzadn.vn/a.jpg",
        "https://zadn.vn.evil.example/a.jpg",
        "https://zadn.vn@evil.example/a.jpg",
        "https://evil.example\\@zadn.vn/a.jpg",
        "https://evil.example#@zadn.vn/",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/admin",
        "https://[::1]/admin",
        "https://zadn.vn:99999/a",
        "file:///etc/passwd",
        "//zadn.vn/a.jpg",
        "https://zadn.vn\n.evil.example/",
        "",
    ],
)
def test_everything_else_may_not(url: str) -> None:
    assert not allowed(url, HOSTS)


def test_a_trial_installation_may_also_ask_its_stand_in_and_only_that() -> None:
    stand_in = "http://127.0.0.1:9001"
    assert allowed("http://127.0.0.1:9001/media/1.jpg", HOSTS, stand_in=stand_in)
    for url in ("http://127.0.0.1:9002/x", "http://127.0.0.1:9001@evil.example/x", "http://127.0.0.1:90011/x"):
        assert not allowed(url, HOSTS, stand_in=stand_in)

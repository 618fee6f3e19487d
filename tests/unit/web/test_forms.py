"""Where a form may lead."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact_center.web.forms import safe_path

HERE = "https://1022.example.vn/sign-in"


@pytest.mark.parametrize("path", ["/desk", "/tickets?state=new&overdue=true", "/desk/01a2#x"])
def test_a_path_of_this_site_is_kept(path: str) -> None:
    assert safe_path(path, "/") == path


@pytest.mark.parametrize("path", ["", "desk", "//evil.example", "/\\evil.example", "https://evil.example", "/a\nb"])
def test_anything_else_falls_back(path: str) -> None:
    assert safe_path(path, "/staff") == "/staff"


@given(st.text(alphabet="/\\:.@evilx?#%\t\n ", max_size=20))
def test_nothing_leads_to_another_host(text: str) -> None:
    target = safe_path(text, "/")
    assert urlsplit(urljoin(HERE, target)).hostname == "1022.example.vn"

"""Administrators make, disable and look after accounts; everything they do is written down."""

from typing import Any

import pytest

from tests.support.web import Web, words_of

NEW = {"username": "moi.vao", "full_name": "Trần Thị Mới", "role": "operator", "password": "mot cau dai de nho"}


async def test_a_new_account_can_sign_in(web: Web) -> None:
    administrator = await web.sign_in("quantri")
    answer = await administrator.post("/admin/accounts", data=NEW)
    assert answer.status_code == 303
    assert "Đã tạo tài khoản moi.vao" in words_of(await administrator.get(answer.headers["location"]))
    form = {"username": "moi.vao", "password": NEW["password"]}
    assert (await web.browser().post("/sign-in", data=form)).headers["location"] == "/desk"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"username": "tongdai"}, "đã có người dùng"),
        ({"username": "có dấu"}, "chữ không dấu"),
        ({"full_name": " "}, "Xin điền"),
        ({"password": "ngan"}, "ít nhất 10 ký tự"),
        ({"role": "officer"}, "Xin điền"),
        ({"role": "king"}, "Xin điền"),
    ],
)
async def test_a_wrong_field_is_named_and_the_rest_is_kept(web: Web, change: dict[str, Any], words: str) -> None:
    administrator = await web.sign_in("quantri")
    answer = await administrator.post("/admin/accounts", data=NEW | change)
    assert answer.status_code == 422
    assert words in words_of(answer)
    assert NEW["password"] not in answer.text


async def test_nobody_disables_themselves(web: Web) -> None:
    administrator = await web.sign_in("quantri")
    own = await web.actor("quantri")
    assert (await administrator.post(f"/admin/accounts/{own.id}/disable")).status_code == 403
    assert (await administrator.get("/admin/accounts")).status_code == 200


async def test_a_reset_password_throws_out_and_lets_in_again(web: Web) -> None:
    administrator, operator = await web.sign_in("quantri"), await web.sign_in("tongdai")
    account = await web.actor("tongdai")
    answer = await administrator.post(f"/admin/accounts/{account.id}/password", data={"password": "mot cau dai khac"})
    assert answer.status_code == 303
    assert (await operator.get("/desk")).status_code == 303
    form = {"username": "tongdai", "password": "mot cau dai khac"}
    assert (await web.browser().post("/sign-in", data=form)).status_code == 303


async def test_the_list_finds_people_without_accents(web: Web) -> None:
    administrator = await web.sign_in("quantri")
    found = words_of(await administrator.get("/admin/accounts?q=dang huu phuoc"))
    assert "Đặng Hữu Phước" in found
    assert "Trần Minh Khôi" not in found
    assert "Không có tài khoản nào khớp" in words_of(await administrator.get("/admin/accounts?q=zzz"))


async def test_the_audit_log_says_who_did_what_and_keeps_no_secret(web: Web) -> None:
    administrator = await web.sign_in("quantri")
    await administrator.post("/admin/accounts", data=NEW)
    page = await administrator.get("/admin/audit")
    assert "Tạo tài khoản" in words_of(page)
    assert "Phạm Quốc Bảo" in words_of(page)
    assert NEW["password"] not in page.text
    only = words_of(await administrator.get("/admin/audit?action=password_reset"))
    assert "Chưa có dòng nào" in only


async def test_the_api_makes_accounts_too(web: Web) -> None:
    administrator = await web.sign_in("quantri")
    made = await administrator.post("/api/v1/accounts", json=NEW)
    assert (made.status_code, made.json()["username"]) == (201, "moi.vao")
    again = await administrator.post("/api/v1/accounts", json=NEW)
    assert (again.status_code, again.json()["details"]["reason"]) == (409, "username_taken")
    assert "password" not in made.text

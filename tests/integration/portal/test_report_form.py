"""A citizen reports on the web: one question a page, nothing lost, nothing sent twice."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from contact_center.portal import drafts
from contact_center.portal.models import ReportDraft
from tests.integration.portal.conftest import HEARD, MY_THO, Portal, words_of
from tests.support.pictures import photo


async def count(portal: Portal, table: str) -> int:
    async with portal.database.transaction() as tx:
        return int(await tx.session.scalar(text(f"select count(*) from {table}")) or 0)  # noqa: S608 - a name above


async def test_a_report_becomes_a_ticket_at_the_right_unit(portal: Portal) -> None:
    address = await portal.sent(phone="0912 345 678", with_photo=True)
    ticket = await portal.ticket(address)
    assert (ticket.category_code, ticket.commune_code, ticket.channel) == ("HT-01", MY_THO, "web")
    assert ticket.contact_phone == "+84912345678"
    assert ticket.unit_id is not None
    page = words_of(await portal.client.get(f"{address}?moi=1"))
    code = f"{ticket.code[:3]} {ticket.code[3:6]} {ticket.code[6:]}"
    assert code in page
    assert "Đèn đường tắt ba đêm" in page


async def test_what_the_machine_guessed_and_the_citizen_chose_is_in_the_ledger(portal: Portal) -> None:
    ticket = await portal.ticket(await portal.sent())
    async with portal.database.transaction() as tx:
        rows = await tx.session.execute(
            text("select decision from prediction where ticket_id = :id"), {"id": ticket.id}
        )
    assert [row.decision for row in rows] == [{"shown": ["HT-01", "GT-02"], "chosen": "HT-01", "by": "citizen"}]


async def test_the_code_belongs_to_the_link_not_to_the_form_any_more(portal: Portal) -> None:
    draft = await portal.written()
    sent = await portal.client.post(f"{draft}/xem-lai")
    for page in ("noi-dung", "lien-he", "xem-lai"):
        again = await portal.client.get(f"{draft}/{page}")
        assert again.headers["location"] == sent.headers["location"]
    async with portal.database.transaction() as tx:
        kept = await tx.session.get_one(ReportDraft, draft.rsplit("/", 1)[1])
    assert kept.data == {}


async def test_pressing_send_ten_times_at_once_opens_one_ticket(portal: Portal) -> None:
    draft = await portal.written(with_photo=True)
    answers = await asyncio.gather(*(portal.client.post(f"{draft}/xem-lai") for _ in range(10)))
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await count(portal, "ticket") == 1
    assert await count(portal, "prediction") == 1


async def test_an_error_keeps_the_photo_and_a_bad_photo_keeps_the_words(portal: Portal) -> None:
    empty = await portal.begin("", picture=photo())
    assert empty.status_code == 422
    assert "Anh/chị cho biết việc đang xảy ra" in words_of(empty)
    assert re.search(r'<img src="/phan-anh/[^"]+/anh/', empty.text)
    broken = await portal.begin("Rác chất đống đầu hẻm", picture=b"no picture")
    assert broken.status_code == 422
    assert ">Rác chất đống đầu hẻm</textarea>" in broken.text
    assert "Tệp này không phải ảnh" in words_of(broken)


async def test_after_a_bad_photo_the_report_goes_on_without(portal: Portal) -> None:
    broken = await portal.begin("Rác chất đống đầu hẻm", picture=b"no picture")
    action = re.search(r'action="(/phan-anh/[^"]+)"', broken.text)
    assert action is not None
    answer = await portal.client.post(action[1], data={"text": "Rác chất đống đầu hẻm"})
    assert answer.status_code == 303


async def test_a_photo_can_be_taken_out_again(portal: Portal) -> None:
    draft = (await portal.begin(picture=photo())).headers["location"].rsplit("/", 1)[0]
    page = await portal.client.get(f"{draft}/noi-dung")
    media_id = re.search(r'name="drop" value="([^"]+)"', page.text)
    assert media_id is not None
    without = await portal.client.post(f"{draft}/noi-dung", data={"text": "Đèn đường tắt", "drop": media_id[1]})
    assert "/anh/" not in without.text
    assert await count(portal, "media_file") == 0
    assert ">Đèn đường tắt</textarea>" in without.text


async def test_a_photo_of_a_draft_is_seen_only_with_that_draft(portal: Portal) -> None:
    mine = (await portal.begin(picture=photo())).headers["location"].rsplit("/", 1)[0]
    other = (await portal.begin("Việc khác")).headers["location"].rsplit("/", 1)[0]
    page = await portal.client.get(f"{mine}/noi-dung")
    shown = re.search(r"/anh/([0-9a-f-]{36})", page.text)
    assert shown is not None
    assert (await portal.client.get(f"{mine}/anh/{shown[1]}")).status_code == 200
    assert (await portal.client.get(f"{other}/anh/{shown[1]}")).status_code == 404
    assert (await portal.client.get(f"/media/{shown[1]}")).status_code == 404


async def test_danger_shows_the_number_first_and_the_report_goes_on_after(portal: Portal) -> None:
    portal.listener.heard = replace(HEARD, emergency=True, emergency_number="114")
    answer = await portal.begin("cháy nhà ở chợ")
    assert answer.headers["location"].endswith("/khan-cap")
    page = await portal.client.get(answer.headers["location"])
    assert 'href="tel:114"' in page.text
    draft = answer.headers["location"].rsplit("/", 1)[0]
    ahead = await portal.client.get(f"{draft}/lien-he")
    assert ahead.headers["location"].endswith("/khan-cap")
    assert (await portal.client.post(f"{draft}/khan-cap")).headers["location"].endswith("/linh-vuc")


async def test_not_sure_leaves_the_sorting_to_the_hotline(portal: Portal) -> None:
    draft = (await portal.begin()).headers["location"].rsplit("/", 1)[0]
    page = words_of(await portal.client.get(f"{draft}/linh-vuc"))
    assert "Có thể là:" in page
    assert "Không chắc" in page
    await portal.client.post(f"{draft}/linh-vuc", data={"category": "?"})
    await portal.client.post(f"{draft}/dia-diem", data={"place": "trước chợ Mỹ Tho"})
    await portal.client.post(f"{draft}/lien-he", data={})
    sent = await portal.client.post(f"{draft}/xem-lai")
    ticket = await portal.ticket(sent.headers["location"].split("?")[0])
    assert (ticket.category_code, ticket.state) == ("KH-00", "new")


async def test_a_place_that_can_be_several_is_asked_about_once(portal: Portal) -> None:
    portal.listener.places = {"phường 4 cũ": (MY_THO, "28249")}
    draft = (await portal.begin()).headers["location"].rsplit("/", 1)[0]
    await portal.client.post(f"{draft}/linh-vuc", data={"category": "HT-01"})
    asked = await portal.client.post(f"{draft}/dia-diem", data={"place": "phường 4 cũ"})
    assert asked.status_code == 422
    assert f'value="{MY_THO}"' in asked.text
    answer = await portal.client.post(f"{draft}/dia-diem", data={"place": "phường 4 cũ", "commune": "?"})
    assert answer.headers["location"].endswith("/lien-he")
    await portal.client.post(f"{draft}/lien-he", data={})
    sent = await portal.client.post(f"{draft}/xem-lai")
    ticket = await portal.ticket(sent.headers["location"].split("?")[0])
    assert set(ticket.place_candidates) == {MY_THO, "28249"}


async def test_a_pin_finds_its_commune(portal: Portal) -> None:
    near = (await portal.client.get("/phan-anh/gan-nhat", params={"lat": 10.3600, "lon": 106.3600})).json()
    draft = (await portal.begin()).headers["location"].rsplit("/", 1)[0]
    await portal.client.post(f"{draft}/linh-vuc", data={"category": "HT-01"})
    await portal.client.post(f"{draft}/dia-diem", data={"latitude": "10.36", "longitude": "106.36"})
    await portal.client.post(f"{draft}/lien-he", data={})
    assert near["name"] in words_of(await portal.client.get(f"{draft}/xem-lai"))


async def test_a_point_outside_the_province_has_no_commune(portal: Portal) -> None:
    assert (await portal.client.get("/phan-anh/gan-nhat", params={"lat": 21.0, "lon": 105.8})).json()["code"] == ""


async def test_nothing_is_published_unless_the_citizen_ticked_it(portal: Portal) -> None:
    draft = await portal.written()
    page = await portal.client.get(f"{draft}/lien-he")
    assert "checked" not in page.text
    silent = await portal.ticket((await portal.client.post(f"{draft}/xem-lai")).headers["location"].split("?")[0])
    assert not silent.publish_consent


async def test_a_denunciation_leaves_no_words_and_no_name(portal: Portal) -> None:
    portal.listener.heard = replace(HEARD, case_type="to_cao", legal_track="seal")
    draft = (await portal.begin("Tôi tố cáo ông A nhận tiền", picture=photo())).headers["location"].rsplit("/", 1)[0]
    await portal.client.post(f"{draft}/linh-vuc", data={"category": "?"})
    await portal.client.post(f"{draft}/dia-diem", data={"place": "trước chợ Mỹ Tho"})
    await portal.client.post(f"{draft}/lien-he", data={"name": "Nguyễn Văn Bình", "phone": "0912345678"})
    sent = await portal.client.post(f"{draft}/xem-lai")
    address = sent.headers["location"].split("?")[0]
    ticket = await portal.ticket(address)
    assert ticket.sealed
    assert ticket.description == ""
    page = words_of(await portal.client.get(address))
    assert "tố cáo" in page
    assert "ông A" not in page
    async with portal.database.transaction() as tx:
        names = await tx.session.scalars(text("select display_name from citizen"))
        drafts_left = await tx.session.scalars(text("select data::text from report_draft"))
    assert "Nguyễn Văn Bình" not in list(names)
    assert set(drafts_left) == {"{}"}
    assert await count(portal, "media_file") == 0
    assert not [path for path in portal.app.state.settings.media_dir.rglob("*") if path.is_file()]


async def test_a_draft_is_forgotten_after_a_day(portal: Portal) -> None:
    draft = await portal.written()
    async with portal.database.transaction() as tx:
        assert await drafts.sweep(tx) == 0
        tx.now += drafts.KEPT_FOR + timedelta(minutes=1)
        assert await drafts.sweep(tx) == 1
    gone = await portal.client.get(f"{draft}/xem-lai")
    assert gone.status_code == 404
    assert "bắt đầu lại" in words_of(gone)


async def test_another_site_cannot_send_the_form(portal: Portal) -> None:
    answer = await portal.client.post("/phan-anh", data={"text": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize("address", ["/", "/phan-anh", "/tra-cuu", "/chat", "/hoi-dap"])
@pytest.mark.parametrize("lang", ["vi", "en"])
async def test_pages_open_in_both_languages_and_never_say_ban(portal: Portal, address: str, lang: str) -> None:
    page = await portal.client.get(address, params={"lang": lang})
    assert page.status_code == 200
    assert f'<html lang="{lang}"' in page.text
    assert not re.search(r"\bbạn\b", words_of(page), re.IGNORECASE)


async def test_the_emergency_numbers_come_first_on_the_home_page(portal: Portal) -> None:
    page = (await portal.client.get("/")).text
    body = page[page.index("<main") :]
    assert re.findall(r'href="([^"]+)"', body)[:5] == [f"tel:{number}" for number in (113, 114, 115, 112, 111)]


async def test_characters_no_database_takes_do_no_harm(portal: Portal) -> None:
    draft = (await portal.begin("đèn\x00 đường tắt")).headers["location"].rsplit("/", 1)[0]
    await portal.client.post(f"{draft}/linh-vuc", data={"category": "\x00"})
    await portal.client.post(f"{draft}/dia-diem", data={"place": "trước\x00 chợ"})
    await portal.client.post(f"{draft}/lien-he", data={"name": "A\x00", "phone": "\x00"})
    assert ">đèn đường tắt</textarea>" in (await portal.client.get(f"{draft}/noi-dung")).text
    for address in ("/p/%00", "/phan-anh/%00/xem-lai", "/hoi-dap/%00"):
        assert (await portal.client.get(address)).status_code == 404
    assert (await portal.client.get("/hoi-dap", params={"q": "\x00khai sinh"})).status_code == 200
    assert (await portal.client.post("/tra-cuu", data={"code": "\x00", "digits": "\x00"})).status_code == 422


async def test_a_very_long_story_is_refused_kindly_and_kept(portal: Portal) -> None:
    answer = await portal.begin("rác " * 1500)
    assert answer.status_code == 422
    assert "rút gọn" in words_of(answer)
    assert "rác rác rác" in answer.text

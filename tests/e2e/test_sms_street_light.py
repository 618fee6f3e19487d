"""An unaccented SMS about a street light, from the first word to the citizen's last."""

import re

from playwright.async_api import expect

from tests.e2e.people import Stage, code_in

PHONE = "0903 111 222"
DONE = "Đã thay bóng và bộ đóng cắt trước số 45 Lê Lợi, đèn sáng lại từ 18 giờ."


async def test_sms_street_light(stage: Stage) -> None:
    officer = await stage.officer("chieusang")
    await expect(officer.page.get_by_role("heading", name="Đơn vị quản lý chiếu sáng công cộng")).to_be_visible()
    await officer.picture("officer-waits")

    bench = await stage.bench()
    sms = bench.sms
    await sms.write_as(PHONE)
    await sms.send("den duong tat 3 dem nay roi toi om so qua")
    greeting = await sms.reads("o dau")
    assert "1022 (tu dong)" in greeting, "it says that it is a machine"
    await sms.send("truoc so 45 le loi p my tho")
    await sms.reads("Dung khong?")
    async with officer.without_reload():
        await sms.send("dung roi")
        code = code_in(await sms.reads(re.compile("Da ghi phieu")))
        await bench.picture("sms-recorded")
        await expect(officer.card(code)).to_contain_text("den duong tat 3 dem nay roi")
    await officer.picture("officer-sees-it-arrive")

    await officer.opens(code)
    await officer.picture("officer-reads-it")
    await officer.accepts()
    await officer.resolves(DONE, with_photo=True)
    await expect(officer.page.get_by_text(f"Đã gửi phiếu {code}")).to_be_visible()
    await officer.picture("officer-has-answered")

    await sms.reads(f"Phieu {code.replace(' ', '')} xong")
    await bench.picture("sms-tells-the-result")

    citizen = await bench.opens_link(sms)
    await expect(citizen.state).to_contain_text("Đã xử lý")
    await expect(citizen.main).to_contain_text(DONE)
    after = citizen.page.locator(".result img")
    await expect(after).to_have_count(1)
    await expect(after).not_to_have_js_property("naturalWidth", 0)
    await citizen.picture("citizen-sees-the-result")

    await citizen.rates("Hài lòng", "Sáng rồi, cảm ơn các anh")
    await expect(citizen.main).to_contain_text("Anh/chị đã đánh giá: Hài lòng")
    await expect(citizen.state).to_contain_text("Đã hoàn tất")
    await citizen.picture("citizen-has-rated")

    await officer.tab("Đã đóng").click()
    await expect(officer.card(code)).to_be_visible()
    await officer.picture("officer-sees-it-closed")

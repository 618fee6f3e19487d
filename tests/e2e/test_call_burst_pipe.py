"""A call about a burst water pipe, read back and confirmed; a second call asks how it stands."""

from playwright.async_api import expect

from tests.e2e.people import Stage, spoken_codes_in

PHONE = "0987 654 321"


async def test_call_burst_pipe(stage: Stage) -> None:
    officer = await stage.officer("capnuoc-mytho")
    bench = await stage.bench()
    telephone = bench.telephone

    await telephone.call_from(PHONE)
    greeting = await telephone.hears("máy trả lời tự động 1022")
    assert greeting.startswith("Khẩn cấp: cháy gọi 114, công an 113, cấp cứu 115."), "the emergency line comes first"
    assert "được ghi âm" in greeting
    await bench.picture("greeted")
    await telephone.say("ống nước bể nước phun lên tràn ra đường")
    await telephone.hears("ở đâu ạ")
    await telephone.say("trước số 12 đường Đinh Bộ Lĩnh phường Mỹ Tho")
    read_back = await telephone.hears("Đúng không ạ?")
    assert "bể ống nước" in read_back
    assert "Đinh Bộ Lĩnh" in read_back
    await bench.picture("read-back")
    async with officer.without_reload():
        await telephone.say("đúng rồi em")
        told = await telephone.hears("Chi nhánh cấp nước Mỹ Tho")
        code, again = spoken_codes_in(told)
        assert code == again, "the code is said twice, in groups"
        await bench.picture("code-read-out")
        await expect(officer.card(code)).to_contain_text("ống nước bể")
    await telephone.hang_up()

    await officer.picture("unit-has-it")
    await officer.opens(code)
    await expect(officer.page.locator(".ticket-facts")).to_contain_text("Điện thoại")
    await officer.accepts()
    await officer.picture("unit-has-accepted")

    await telephone.call_from("0918 000 999")
    await telephone.hears("3 để tra cứu phiếu")
    await telephone.press("3")
    await telephone.hears("mã phiếu chín số")
    await telephone.press(code.replace(" ", ""))
    status = await telephone.hears("Chi nhánh cấp nước Mỹ Tho đang xử lý")
    assert spoken_codes_in(status) == [code]
    await bench.picture("status-by-keys")
    await telephone.hang_up()

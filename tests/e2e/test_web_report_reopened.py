"""A web report with a photo: to the commune, returned, sent on, answered, judged unfinished and opened again."""

from playwright.async_api import expect

from tests.e2e.people import Stage, code_in

WHAT = "Công trình đang xây rào kín vỉa hè, đổ cát đá ra lòng đường, người đi bộ phải xuống đường rất nguy hiểm"
WHERE = "trước số 12 Hùng Vương, phường Mỹ Tho"
WHY_NOT_OURS = "Công trình do Sở Xây dựng cấp phép và quản lý, phường không có thẩm quyền xử lý."
DONE = "Đã yêu cầu chủ đầu tư dời rào, trả lại vỉa hè và dọn sạch cát đá trong ngày 22/11."
NOT_DONE = "Rào dời rồi mà cát đá còn nguyên ngoài đường."


async def test_web_report_reopened(stage: Stage) -> None:
    ward = await stage.officer("ubnd-mytho")
    dispatcher = await stage.dispatcher()
    department = await stage.officer("so-xd")
    citizen = await stage.citizen()

    await citizen.reports(WHAT, kind="vỉa hè", where=WHERE, phone="0909 555 777")
    await expect(citizen.main).to_contain_text(WHERE)
    await citizen.picture("review")
    async with ward.without_reload():
        await citizen.page.get_by_role("button", name="Gửi phản ánh").click()
        code = code_in(await citizen.page.locator(".big-code").inner_text())
        await expect(citizen.main).to_contain_text("UBND Phường Mỹ Tho")
        await citizen.picture("sent")
        await expect(ward.card(code)).to_contain_text("rào kín vỉa hè")
        await expect(ward.tab("Cần làm")).to_have_text("Cần làm 1")
    await ward.picture("the-ward-has-it")

    await ward.opens(code)
    await expect(ward.page.locator(".ticket-facts")).to_contain_text("Không hiện cho đơn vị xử lý")
    await ward.picture("the-ward-reads-it")
    async with dispatcher.without_reload():
        await ward.returns(to="Sở Xây dựng", words=WHY_NOT_OURS)
        await expect(ward.page.get_by_text(f"Đã gửi phiếu {code}")).to_be_visible()
        await expect(dispatcher.row(code)).to_contain_text("UBND Phường Mỹ Tho trả lại")
        await expect(dispatcher.row(code)).to_contain_text(WHY_NOT_OURS)
    await dispatcher.picture("the-dispatcher-sees-why")
    await expect(citizen.state).to_contain_text("Đang điều phối lại")

    async with department.without_reload():
        await dispatcher.sends_on(code, to="Sở Xây dựng")
        await expect(dispatcher.row(code)).to_have_count(0)
        await expect(department.card(code)).to_contain_text("rào kín vỉa hè")
    await dispatcher.picture("sent-on")
    await expect(citizen.main).to_contain_text("Sở Xây dựng")

    await department.opens(code)
    await department.accepts()
    await department.resolves(DONE)
    await expect(department.page.get_by_text(f"Đã gửi phiếu {code}")).to_be_visible()

    await expect(citizen.state).to_contain_text("chờ anh/chị đánh giá")
    await expect(citizen.main).to_contain_text(DONE)
    await citizen.picture("answered")
    await citizen.rates("Chưa hài lòng", "Mới làm một nửa")
    await expect(citizen.main).to_contain_text("Anh/chị đã đánh giá: Chưa hài lòng")
    await citizen.picture("unhappy")
    async with department.without_reload():
        await citizen.asks_again(NOT_DONE)
        await expect(citizen.state).not_to_contain_text("đánh giá")
        await expect(department.card(code)).to_contain_text("Mở lại lần 1")
    await citizen.picture("opened-again")
    await department.picture("the-department-has-it-again")
    await department.opens(code)
    await expect(department.page.locator(".timeline")).to_contain_text(NOT_DONE)
    await department.picture("the-department-reads-what-is-missing")

"""A fee changes: one editor writes it, another publishes it, and the machine tells the new one from then on."""

import re

from playwright.async_api import expect

from tests.e2e.people import Staff, Stage

ZALO_USER = "8123456789012345679"
TITLE = re.compile("sổ đỏ", re.IGNORECASE)
NEW_FEE = "75.000 đồng một lần cấp"
AT_ONCE_MS = 5_000


async def publish(writer: Staff, reviewer: Staff, fee: str) -> None:
    """The fee of the article on a lost land certificate."""
    page = writer.page
    await page.goto(f"{writer.stage.url}/knowledge?q=mat-so-do")
    await page.locator("[data-row]", has_text="mat-so-do").get_by_role("link").first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    address = page.url.partition("?")[0]
    await page.goto(f"{address}/edit")
    await page.get_by_label("Lệ phí", exact=True).fill(fee)
    await page.get_by_label("Lý do sửa").fill("Nghị quyết mới của HĐND tỉnh")
    await page.get_by_role("button", name="Lưu và gửi duyệt").click()
    await expect(page.get_by_text("Đã gửi duyệt.")).to_be_visible()
    await reviewer.page.goto(address)
    await expect(reviewer.page.locator("ins", has_text="75.000")).to_be_visible()
    await reviewer.picture("the-change-to-approve")
    await reviewer.page.get_by_role("button", name="Duyệt và xuất bản").click()
    await expect(reviewer.page.get_by_text("Đã xuất bản.")).to_be_visible()


async def test_fee_changes(stage: Stage) -> None:
    writer, reviewer = await stage.agent("giamsat"), await stage.agent("quantri")
    bench = await stage.bench()
    zalo = bench.zalo
    await zalo.write_as(ZALO_USER)
    await zalo.send("mất sổ đỏ làm lại ở đâu")
    await zalo.reads("/hoi-dap/mat-so-do")
    await zalo.send("thế phí bao nhiêu?")
    await zalo.reads("nghị quyết HĐND tỉnh")

    await publish(writer, reviewer, NEW_FEE)
    await zalo.send("lệ phí bao nhiêu vậy")
    await expect(zalo.answers.last).to_contain_text(NEW_FEE, timeout=AT_ONCE_MS)
    await bench.picture("the-new-fee")
    citizen = await stage.citizen(f"{stage.url}/hoi-dap/mat-so-do")
    await expect(citizen.page.get_by_text(NEW_FEE)).to_be_visible()
    await citizen.picture("on-the-public-page")

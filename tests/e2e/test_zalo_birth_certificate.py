"""A Zalo chat about a birth certificate, answered from an article; then a person is asked for and comes."""

import re

from playwright.async_api import expect

from tests.e2e.people import Stage

ZALO_USER = "8123456789012345678"


async def test_zalo_birth_certificate(stage: Stage) -> None:
    agent = await stage.agent()
    await agent.presence.select_option("ready")
    bench = await stage.bench()
    zalo = bench.zalo
    await zalo.write_as(ZALO_USER)
    await zalo.send("làm giấy khai sinh cho con cần giấy tờ gì vậy")
    answer = await zalo.reads("đúng ý anh/chị chưa")
    assert "đây là tổng đài tự động 1022" in answer, "it says that it is a machine"
    assert "giấy chứng sinh" in answer
    assert re.search(r"Nguồn: .*Luật Hộ tịch", answer), "the source is named"
    await bench.picture("answered-from-an-article")

    async with agent.without_reload():
        await zalo.send("cho tôi gặp người")
        await zalo.reads("chuyển cuộc trò chuyện cho tổng đài viên")
        await expect(agent.talk("Xin gặp người")).to_contain_text("Zalo")
    await expect(agent.presence).to_have_value("ready")
    await agent.picture("somebody-waits")

    await agent.takes("Xin gặp người")
    await expect(agent.messages.filter(has_text="Máy tóm tắt")).to_contain_text("người dân xin gặp người")
    await expect(agent.page.get_by_role("complementary")).to_contain_text("khai sinh")
    await agent.picture("taken-over")
    async with agent.without_reload():
        await agent.replies("Chào anh chị, em là Hà, tổng đài viên 1022. Anh chị cần hỏi thêm chỗ nào ạ?")
        await zalo.reads("em là Hà, tổng đài viên 1022")
        await expect(agent.messages.filter(has_text="em là Hà")).to_contain_text("đã nhận")
        await zalo.send("bé sinh ở TP.HCM mà làm giấy ở Mỹ Tho được không chị")
        await expect(agent.messages.last).to_contain_text("bé sinh ở TP.HCM")
        await agent.replies("Dạ được ạ, anh chị nộp ở nơi cư trú của cha hoặc mẹ.")
        await zalo.reads("nơi cư trú của cha hoặc mẹ")
    await agent.picture("a-talk-between-people")
    await bench.picture("the-citizen-reads-the-agent")

    await agent.gives_back_to_the_bot()
    await expect(agent.page.locator(".controller")).to_have_text("Máy đang trả lời")
    await agent.picture("given-back")
    await zalo.send("cảm ơn nhiều nha")
    await zalo.reads("không có chi")
    await bench.picture("the-machine-again")

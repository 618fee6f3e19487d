"""The editors' pages: from a blank form to an answer, with every refusal said in words."""

import io
import re
import zipfile
from typing import Any

import pytest
from httpx import AsyncClient

from contact_center.knowledge import service as knowledge
from tests.integration.knowledge.people import CONTENT, today
from tests.support.pictures import photo
from tests.support.web import Web, words_of

FORM: dict[str, Any] = {
    "kind": "procedure",
    "title": CONTENT.title,
    "questions": "\n".join(CONTENT.questions),
    "answer": CONTENT.answer,
    "spoken": CONTENT.spoken,
    "sms": CONTENT.sms,
    "papers": "đơn đăng ký",
    "fees": "Chưa thu",
    "source": CONTENT.source,
    "audience": "public",
    "valid_from": "2026-01-01",
    "revision": "0",
}
ASKED = "nuôi kỳ đà có cần xin phép không"


def office_file(*parts: str) -> bytes:
    """A file as word processors write them, with these parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for part in ("[Content_Types].xml", *parts):
            file.writestr(part, "<xml/>")
    return packed.getvalue()


async def said(web: Web) -> str | None:
    async with web.database.transaction() as tx:
        answer = await knowledge.answer(tx, knowledge.Asking(ASKED, at=today(tx)))
    return answer.text if isinstance(answer, knowledge.Answer) else None


async def revision_on(browser: AsyncClient, address: str) -> str:
    page = await browser.get(address)
    found = re.search(r'name="revision" value="(\d+)"', page.text)
    assert found, words_of(page)
    return found[1]


async def written(browser: AsyncClient, **changed: str | list[str]) -> str:
    """The address of an article just submitted."""
    answer = await browser.post("/knowledge", data={**FORM, **changed, "then": "submit"})
    assert answer.status_code == 303, words_of(answer)
    return str(answer.headers["location"]).partition("?")[0]


async def test_an_editor_changes_a_fee_and_the_answer_changes_once_it_is_approved(web: Web) -> None:
    editor, reviewer = await web.sign_in("giamsat"), await web.sign_in("quantri")
    address = await written(editor)
    assert await said(web) is None
    page = await reviewer.get(address)
    assert "Duyệt và xuất bản" in words_of(page)
    done = await reviewer.post(
        f"{address}/steps/approve", data={"revision": await revision_on(reviewer, address), "words": ""}
    )
    assert "done=published" in done.headers["location"]
    assert await said(web) == CONTENT.answer

    changed = {**FORM, "answer": "Nuôi kỳ đà phải đăng ký. Lệ phí 20.000 đồng.", "then": "submit"}
    saved = await editor.post(f"{address}/edit", data=changed)
    assert saved.status_code == 303, words_of(saved)
    page = await reviewer.get(address)
    assert "<ins>" in page.text
    assert "20.000" in words_of(page)
    await reviewer.post(f"{address}/steps/approve", data={"revision": await revision_on(reviewer, address)})
    assert await said(web) == changed["answer"]
    history = words_of(await editor.get(address))
    assert "Phiên bản 2 · xuất bản" in history
    assert "Phiên bản 1" in words_of(await editor.get(f"{address}/versions/1"))


async def test_the_writer_finds_no_button_to_approve_their_own_words(web: Web) -> None:
    editor = await web.sign_in("giamsat")
    address = await written(editor)
    page = words_of(await editor.get(address))
    assert "Duyệt và xuất bản" not in page
    assert "Người soạn không tự duyệt bài của mình" in page


async def test_what_a_submission_lacks_is_said_beside_the_words_that_were_kept(web: Web) -> None:
    editor = await web.sign_in("giamsat")
    answer = await editor.post("/knowledge", data={**FORM, "sms": "Có dấu", "source": "", "then": "submit"})
    assert answer.status_code == 422
    page = words_of(answer)
    assert "Tin nhắn phải viết không dấu" in page
    assert 'value="Cấp phép nuôi kỳ đà"' in answer.text
    listed = words_of(await editor.get("/knowledge?work=draft"))
    assert CONTENT.title in listed


async def test_a_second_editor_is_told_that_the_article_changed(web: Web) -> None:
    first, second = await web.sign_in("giamsat"), await web.sign_in("quantri")
    answer = await first.post("/knowledge", data={**FORM, "then": "keep"})
    address = answer.headers["location"].partition("?")[0]
    mine = {**FORM, "revision": await revision_on(second, f"{address}/edit"), "fees": "Miễn phí"}
    assert (await first.post(f"{address}/edit", data={**mine, "fees": "Khác"})).status_code == 303
    refused = await second.post(f"{address}/edit", data=mine)
    assert refused.status_code == 409
    assert "Người khác vừa lưu bài này" in words_of(refused)


async def test_an_operator_reads_articles_and_reports_a_wrong_one_but_edits_nothing(web: Web) -> None:
    operator, editor = await web.sign_in("tongdai"), await web.sign_in("giamsat")
    listed = await operator.get("/knowledge?q=khai sinh")
    assert "Soạn bài mới" not in words_of(listed)
    address = re.findall(r'href="(/knowledge/[0-9a-f-]{36})"', listed.text)[0]
    page = words_of(await operator.get(address))
    assert "Báo nội dung sai" in page
    assert "Sửa bài" not in page
    assert (await operator.get("/knowledge/new")).status_code == 403
    assert (await operator.get(f"{address}/edit")).status_code == 403
    sent = await operator.post(f"{address}/wrong", data={"words": "Giờ nộp đã đổi"})
    assert "done=wrong" in sent.headers["location"]
    tasks = await editor.get("/knowledge/wrong")
    assert "Giờ nộp đã đổi" in words_of(tasks)
    task = re.search(r"/knowledge/wrong/([0-9a-f-]{36})/close", tasks.text)
    assert task
    assert (await editor.post(f"/knowledge/wrong/{task[1]}/close", data={"words": ""})).status_code == 422
    await editor.post(f"/knowledge/wrong/{task[1]}/close", data={"words": "Đã sửa giờ"})
    assert "Giờ nộp đã đổi" not in words_of(await editor.get("/knowledge/wrong"))
    assert "Đã sửa giờ" in words_of(await editor.get("/knowledge/wrong?closed=true"))


async def test_the_preview_shows_the_words_and_counts_the_sms(web: Web) -> None:
    editor = await web.sign_in("giamsat")
    page = await editor.post("/knowledge/preview", data=FORM)
    assert CONTENT.answer in words_of(page)
    assert f"{len(CONTENT.sms)}/160" in words_of(page)


async def test_withdrawing_asks_for_a_reason(web: Web) -> None:
    editor, reviewer = await web.sign_in("giamsat"), await web.sign_in("quantri")
    address = await written(editor)
    await reviewer.post(f"{address}/steps/approve", data={"revision": await revision_on(reviewer, address)})
    refused = await editor.post(f"{address}/withdraw", data={"words": ""})
    assert refused.status_code == 422
    await editor.post(f"{address}/withdraw", data={"words": "Luật mới"})
    assert await said(web) is None
    assert "Đã thu hồi" in words_of(await editor.get(address))


async def test_synonyms_are_added_changed_and_removed(web: Web) -> None:
    editor = await web.sign_in("giamsat")
    assert (await editor.post("/knowledge/synonyms", data={"words": "kỳ đà"})).status_code == 422
    await editor.post("/knowledge/synonyms", data={"words": "con kỳ đà, con trúc"})
    page = await editor.get("/knowledge/synonyms")
    group = re.findall(r"/knowledge/synonyms/([0-9a-f-]{36})", page.text)[-1]
    await editor.post(f"/knowledge/synonyms/{group}", data={"words": "con kỳ đà, con dông"})
    assert "con dông" in (await editor.get("/knowledge/synonyms")).text
    await editor.post(f"/knowledge/synonyms/{group}", data={"words": "", "then": "remove"})
    assert "con dông" not in (await editor.get("/knowledge/synonyms")).text


async def test_what_is_exported_comes_in_again_without_a_change_and_a_changed_row_becomes_a_draft(web: Web) -> None:
    editor = await web.sign_in("giamsat")
    for ending in ("csv", "xlsx", "json", "zip"):
        data = (await editor.get(f"/knowledge/export.{ending}")).content
        tried = await editor.post("/knowledge/import", files={"file": (f"a.{ending}", data)})
        page = words_of(tried)
        assert "Không có dòng nào để nhập" in page, ending
        assert "Từ chối" not in page, ending
    exported = (await editor.get("/knowledge/export.json")).text
    changed = exported.replace("Trợ cấp thất nghiệp", "Trợ cấp khi nghỉ việc", 1).replace(
        '"slug": "bhxh-mot-lan"', '"slug": "?"'
    )
    tried = await editor.post("/knowledge/import", files={"file": ("a.json", changed.encode())})
    page = words_of(tried)
    assert "Có thay đổi: 1" in page
    assert "Từ chối: 1" in page
    assert "Mã bài: Chỉ dùng chữ thường không dấu" in page
    kept = re.search(r'action="(/knowledge/import/[0-9a-f-]{36})"', tried.text)
    assert kept
    somebody_else = await web.sign_in("quantri")
    assert (await somebody_else.post(kept[1])).status_code == 404
    done = await editor.post(kept[1])
    assert "Đã nhập" in words_of(done)
    assert "Trợ cấp thất nghiệp" in words_of(await editor.get("/knowledge?work=draft"))


async def test_a_file_nobody_can_read_is_refused_in_words(web: Web) -> None:
    editor = await web.sign_in("giamsat")
    for name, data in (("a.pdf", b"%PDF"), ("a.xlsx", b"no zip"), ("a.json", b"{"), ("a.csv", b"\xff\xfe")):
        answer = await editor.post("/knowledge/import", files={"file": (name, data)})
        assert answer.status_code == 422, name
        assert "Tệp:" in words_of(answer), name


async def test_what_is_searched_for_stands_first_whatever_its_title_begins_with(web: Web) -> None:
    listed = await (await web.sign_in("tongdai")).get("/knowledge?q=dang ky khai sinh qua han")
    first = re.search(r'<a href="/knowledge/[0-9a-f-]{36}"[^>]*>(.*?)</a>', listed.text)
    assert first is not None
    assert "khai sinh" in first[1].lower()


async def test_a_picture_is_seen_by_citizens_only_where_the_article_answers_them(web: Web) -> None:
    editor, reviewer, citizen = await web.sign_in("giamsat"), await web.sign_in("quantri"), web.browser()
    address = await written(editor)
    refused = await editor.post(f"{address}/attachments", files={"attachment": ("a.jpg", b"no picture")})
    assert refused.status_code == 422
    await editor.post(f"{address}/attachments", files={"attachment": ("so-do.jpg", photo())})
    await editor.post(
        f"{address}/attachments", files={"attachment": ("noi-bo.jpg", photo())}, data={"internal": "true"}
    )
    public, internal = re.findall(r'<img src="(/media/[0-9a-f-]{36})', (await editor.get(address)).text)
    assert (await citizen.get(public)).status_code == 404, "a draft shows nothing"
    await reviewer.post(f"{address}/steps/approve", data={"revision": await revision_on(reviewer, address)})
    assert (await citizen.get(public)).status_code == 200
    assert (await citizen.get(internal)).status_code == 404
    assert (await (await web.sign_in("tongdai")).get(internal)).status_code == 200
    await editor.post(f"{address}/attachments/{public.rpartition('/')[2]}/remove")
    assert (await citizen.get(public)).status_code == 404


async def test_a_form_is_downloaded_by_citizens_under_its_own_name(web: Web) -> None:
    editor, reviewer, citizen = await web.sign_in("giamsat"), await web.sign_in("quantri"), web.browser()
    address = await written(editor)
    form = office_file("word/document.xml")
    await editor.post(f"{address}/attachments", files={"attachment": ("Mẫu đơn xin nuôi.exe", form)})
    await reviewer.post(f"{address}/steps/approve", data={"revision": await revision_on(reviewer, address)})
    slug = re.search(r"/hoi-dap/([a-z0-9-]+)", (await editor.get(address)).text)
    assert slug is not None
    page = (await citizen.get(f"/hoi-dap/{slug[1]}")).text
    assert "Mẫu đơn xin nuôi.docx" in page
    link = re.search(r'href="(/media/[0-9a-f-]{36})" download', page)
    assert link is not None
    answer = await citizen.get(link[1])
    assert answer.content == form
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xd0\xcf\x11\xe0 an old Word file", "đời cũ"),
        (office_file("word/document.xml", "word/vbaProject.bin"), "macro"),
        (office_file("anything.txt"), "không phải ảnh, PDF"),
        (b"PK\x03\x04 broken", "không phải ảnh, PDF"),
    ],
)
async def test_what_is_no_form_is_refused_in_words(web: Web, data: bytes, words: str) -> None:
    editor = await web.sign_in("giamsat")
    address = await written(editor)
    refused = await editor.post(f"{address}/attachments", files={"attachment": ("mau.docx", data)})
    assert refused.status_code == 422
    assert words in words_of(refused)

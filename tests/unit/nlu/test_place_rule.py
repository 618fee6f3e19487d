"""The mechanical part of the rule for place spans, as the linter holds it."""

import pytest

from nlu.corpus import Utterance, parse_marks
from nlu.place_rule import broken_rules


def complaints(marked: str) -> list[str]:
    text, places = parse_marks(marked)
    utterance = Utterance(
        text=text,
        intent="bao_su_viec",
        category="GT-01",
        case_type="phan_anh",
        urgency="thuong",
        register="colloquial",
        region="",
        emergency=False,
        emergency_number=None,
        acceptable=(),
        places=places,
        file="test.yml",
        line=1,
    )
    return list(broken_rules(utterance))


@pytest.mark.parametrize(
    "marked",
    [
        "rác ngập [hẻm 12/4 đường Thái Sanh Hạnh](place)",
        "đèn hư [trước cổng trường Tân Mỹ 2](place) mấy bữa rồi",
        "từ [Mỹ Tho](place) về [Sa Đéc](place) kẹt xe",
        "ngoài chợ hôi quá",
        "Biển cấm tại giao lộ [Nguyễn Sinh Sắc - Trần Hưng Đạo](place)",
    ],
)
def test_a_message_marked_by_the_rule_is_left_in_peace(marked: str) -> None:
    assert complaints(marked) == []


@pytest.mark.parametrize(
    ("marked", "complaint"),
    [
        ("rác ngập hẻm 12/4", "a place is not (wholly) marked: 'hẻm 12/4'"),
        ("nhà ở [Mỹ Tho](place), xã Tân Hương", "a place is not (wholly) marked: 'xã Tân Hương'"),
        ("đèn hư đường [Thái Sanh Hạnh](place)", "'đường' before 'Thái Sanh Hạnh' is part of the place"),
        ("đèn hư trước [chợ Vòm](place)", "'trước' before 'chợ Vòm' is part of the place"),
        ("nhà [ở ấp 3](place)", "'ở' is no part of the place 'ở ấp 3'"),
    ],
)
def test_what_breaks_the_rule_is_named_with_its_words(marked: str, complaint: str) -> None:
    assert complaint in complaints(marked)

"""Count words and sentences in every script."""

from __future__ import annotations

import pytest

from cleaner import Cleaner, Document, Format, Status
from cleaner.rules.fields import parse_source, parse_title
from cleaner.text.words import count_words, is_prose, tokens

CHINESE = "港口星期一早上重新开放，渡轮恢复了往返两岸的航行。居民们在码头等了整整三个星期。"


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        (CHINESE, 16, 22),
        ("月曜の朝、桟橋がふたたび開き、渡し船が両岸を結んだ。", 10, 15),
        ("ท่าเรือเปิดอีกครั้งในเช้าวันจันทร์", 7, 11),
        ("부두가 월요일 아침에 다시 열렸다.", 5, 5),
        ("ກຳແພງທ່າເຮືອເປີດຄືນໃໝ່", 5, 8),
        ("កំពង់ផែបានបើកឡើងវិញ", 4, 8),
        ("ဆိပ်ကမ်းကို ပြန်ဖွင့်ခဲ့သည်", 5, 9),
        ("The pier (码头) reopened", 4, 4),
        ("“码头”，“渡轮”。", 2, 2),
        ("2019年3月12日 01時28分 (3月12日 01時40分更新)", 5, 7),
    ],
)
def test_words_without_spaces_are_counted_by_their_letters(
    text: str, least: int, most: int
) -> None:
    assert least <= count_words(text) <= most


@pytest.mark.parametrize(
    "text",
    ["", " ", "The pier -- the old one -- is closed", "Der Kai … ist zu", "Причал закрыт, – да",
     "الرصيف مغلق", "부두가 열렸다 .", "घाट बंद है ।"],
)  # fmt: skip
def test_other_scripts_count_as_split_does(text: str) -> None:
    assert count_words(text) == len(text.split())


def test_tokens_are_letters_in_scripts_without_spaces() -> None:
    assert tokens("Pier 9码头ท่า") == ["pier", "9", "码", "头", "ท", "่", "า"]
    assert tokens("Don't") == ["don", "t"]


def test_a_login_form_does_not_reject_a_chinese_article() -> None:
    body = "".join(f"<p>{CHINESE}</p>" for _ in range(3))
    form = "<form><input name=u><input type=password name=p></form>"
    head = "<head><title>港口重新开放</title></head>"
    page = f"<html>{head}<body>{form}<h1>港口重新开放</h1>{body}</body></html>"
    done = Cleaner.load(packs_only=True).clean(Document("1", page, Format.HTML))
    assert (done.status, (done.text or "").count("渡轮恢复了")) == (Status.OK, 3)


@pytest.mark.parametrize(
    "line",
    [
        "港口星期一早上重新开放，渡轮恢复了往返两岸的航行，居民们在码头等了三个星期。",
        "रविवार को घाट फिर से खुल गया और नावें दोनों किनारों के बीच चलने लगीं।",
        "هل يفتح المرفأ أبوابه من جديد أمام العبارات التي تربط ضفتي النهر؟",
    ],
)
def test_prose_ends_with_the_full_stop_of_its_script(line: str) -> None:
    assert is_prose([line], 0)
    assert not is_prose([line[:20]], 0)


def test_fields_bound_their_words_in_every_script() -> None:
    assert parse_title("港口重新开放，渡轮复航") == "港口重新开放，渡轮复航"
    assert parse_title(CHINESE * 3) is None
    assert parse_source("港口晚报") == "港口晚报"
    assert parse_source(CHINESE[:40]) is None

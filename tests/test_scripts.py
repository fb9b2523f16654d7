"""Articles in ten scripts, as text and as page: none is rejected, and nothing of them is lost."""

from __future__ import annotations

import pytest

from cleaner import Cleaner, Document, Format, Status

ARTICLES = {
    "Latin": (
        "The pier opens again",
        "The old pier of Tarnholm opened again on Monday morning, three years after the storm.",
        "Two hundred people stood on the quay when the first ferry came in, an hour late.",
        "“We waited long enough,” said the keeper of the lighthouse. Who pays for it is not known.",
    ),
    "Cyrillic": (
        "Причал снова открыт",
        "Старый причал в Тарнхольме снова открылся в понедельник утром, через три года после бури.",
        "Двести человек стояли на набережной, когда пришёл первый паром, опоздавший на час.",
        "«Мы ждали достаточно долго», — сказал смотритель маяка. Кто за это платит, неизвестно.",
    ),
    "Greek": (
        "Η προβλήτα ανοίγει ξανά",
        "Η παλιά προβλήτα άνοιξε ξανά το πρωί της Δευτέρας, τρία χρόνια μετά την καταιγίδα.",
        "Διακόσιοι άνθρωποι στέκονταν στην αποβάθρα όταν έφτασε το πρώτο πλοίο, με καθυστέρηση.",
        "«Περιμέναμε αρκετά», είπε ο φαροφύλακας. Ποιος πληρώνει γι' αυτό δεν είναι γνωστό.",
    ),
    "Arabic": (
        "الرصيف يفتح من جديد",
        "فُتح الرصيف القديم من جديد صباح يوم الاثنين، بعد ثلاث سنوات من العاصفة الكبيرة.",
        "وقف مئتا شخص على الرصيف عندما وصلت العبّارة الأولى، متأخرة ساعة كاملة عن موعدها.",
        "قال حارس المنارة: «انتظرنا طويلاً بما يكفي». ومن يدفع ثمن ذلك؟ لا أحد يعرف حتى الآن.",
    ),
    "Hebrew": (
        "הרציף נפתח מחדש",
        "הרציף הישן נפתח מחדש ביום שני בבוקר, שלוש שנים אחרי הסערה הגדולה שהרסה אותו.",
        "מאתיים איש עמדו על המזח כאשר הגיעה המעבורת הראשונה, באיחור של שעה שלמה.",
        "״חיכינו מספיק זמן״, אמר שומר המגדלור. מי ישלם על כך, איש עדיין אינו יודע.",
    ),
    "Devanagari": (
        "घाट फिर से खुला",
        "पुराना घाट सोमवार की सुबह फिर से खुल गया, उस बड़े तूफ़ान के तीन साल बाद जिसने उसे तोड़ा था।",
        "जब पहली नाव एक घंटे की देरी से आई, तब दो सौ लोग किनारे पर खड़े होकर इंतज़ार कर रहे थे।",
        "प्रकाशस्तंभ के रखवाले ने कहा, “हमने बहुत इंतज़ार किया।” इसका ख़र्च कौन देगा, यह पता नहीं है।",
    ),
    "Thai": (
        "ท่าเรือเปิดอีกครั้ง",
        "ท่าเรือเก่าเปิดให้บริการอีกครั้งในเช้าวันจันทร์ หลังจากพายุใหญ่พัดถล่มเมื่อสามปีก่อน",
        "ผู้คนสองร้อยคนยืนรออยู่บนท่าเมื่อเรือข้ามฟากลำแรกมาถึง ช้ากว่ากำหนดหนึ่งชั่วโมง",
        "ผู้ดูแลประภาคารกล่าวว่า “เรารอมานานพอแล้ว” ส่วนใครจะเป็นผู้จ่ายเงินนั้นยังไม่มีใครทราบ",
    ),
    "Chinese": (
        "码头重新开放",
        "旧码头在星期一早上重新开放，距离那场毁掉它的大风暴已经过去了整整三年。",
        "第一艘渡轮晚了一个小时才到，当时有两百人站在岸边等候，其中许多是住在对岸的渔民。",
        "灯塔看守人说：“我们等得够久了。”至于由谁来付这笔钱，目前还没有人知道。",
    ),
    "Japanese": (
        "桟橋がふたたび開く",
        "古い桟橋は月曜日の朝、それを壊した大きな嵐から三年を経て、ふたたび開かれた。",
        "最初の渡し船は一時間遅れて着き、そのとき二百人が岸壁に立って待っていた。",
        "灯台守は「もう十分に待った」と話した。誰が費用を払うのかは、まだ分かっていない。",
    ),
    "Korean": (
        "부두가 다시 열리다",
        "오래된 부두가 그것을 무너뜨린 큰 폭풍이 지나간 지 삼 년 만에 월요일 아침 다시 열렸다.",
        "첫 번째 나룻배가 한 시간 늦게 들어왔을 때 이백 명의 사람들이 부둣가에 서 있었다.",
        "등대지기는 “우리는 충분히 오래 기다렸다”고 말했다. 누가 돈을 내는지는 아직 알 수 없다.",
    ),
}
NAVIGATION = "".join(f"<li><a href='/{n}'>{n}</a></li>" for n in range(5))
PAGE = """<!doctype html><html><head><meta charset=utf-8><title>{title}</title></head><body>
<nav><ul>{navigation}</ul></nav><form><input name=user><input type=password name=word></form>
<main><article><h1>{title}</h1>{body}</article></main></body></html>"""


@pytest.fixture(scope="module")
def cleaner() -> Cleaner:
    return Cleaner.load()


@pytest.mark.parametrize("script", ARTICLES)
def test_a_text_stays_as_it_is(cleaner: Cleaner, script: str) -> None:
    text = "\n\n".join(ARTICLES[script])
    done = cleaner.clean(text)
    assert (done.status, done.text, done.removals) == (Status.OK, text, ())


@pytest.mark.parametrize("script", ARTICLES)
def test_a_page_gives_its_paragraphs(cleaner: Cleaner, script: str) -> None:
    title, *paragraphs = ARTICLES[script]
    rows = [f"{n + 1}: {row}" for n in range(3) for row in paragraphs]
    body = "".join(f"<p>{row}</p>" for row in rows)
    page = PAGE.format(title=title, navigation=NAVIGATION, body=body)
    done = cleaner.clean(Document("1", page, Format.HTML))
    assert (done.status, done.message) == (Status.OK, None)
    assert (done.text or "").split("\n\n") == rows
    assert done.metadata.title == title


@pytest.mark.parametrize("script", ARTICLES)
def test_boilerplate_goes_from_among_it(cleaner: Cleaner, script: str) -> None:
    title, *paragraphs = ARTICLES[script]
    text = "\n\n".join([title, *paragraphs, "Share on Facebook"])
    assert cleaner.clean(text).text == "\n\n".join([title, *paragraphs])

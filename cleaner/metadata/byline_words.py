"""The words that introduce authors, in many languages: "By", "Von", "Автор:", "作者：", "기자"."""

from __future__ import annotations

import re

_CAPITAL = r"(?-i:[^\W\d_a-zà-ÿа-яё])"  # the next letter is not a small one
_NAMED = rf"(?={_CAPITAL}\S*\s+{_CAPITAL})"  # two words of a name follow
_WORK = "article|post|story|piece|guide|page|content"
_KINDS = (
    "article|stor(?:y|ies)|text|words|report(?:ing|ed)?|review|analysis|commentary|opinion|essay"
    "|guest post|column|blog|updated|originally|posted|written|published|authored|contributed|submitted"
    "|photos|photographs|pictures"
)
WORDS_BY_LANGUAGE = {
    "en": rf"(?:this (?:{_WORK}) (?:was|is) )?(?:(?:{_KINDS})(?:,? (?:and|&) |\s+)){{1,4}}(?:on\s+)?by\b:?"
    rf"|by(?:line)?\b\s*:?|from(?= [A-Z])|(?:article |post )?authors?\s*:|words\s*:|text\s*:|writer\s*:|reporter\s*:"
    rf"|text\s+{_NAMED}",
    "de": r"(?:(?:geschrieben|verfasst|ein|eine|gastbeitrag|kommentar|interview|bericht|analyse|reportage"
    r"|beitrag|kolumne|essay|text)\s+)*von\b:?|verfasser(?:in)?\s*:|autor:in\s*:",
    "fr": rf"(?:(?:[ée]crit|publi[ée]|r[ée]dig[ée]|texte|propos recueillis|article) )?par\b\s?:?|auteure?s?\s*:"
    rf"|auteur·?e?s?\s*:|texte\s*:|texte\s+{_NAMED}|propos recueillis par\b",
    # Spanish, Portuguese, German, Polish, Czech, Romanian, Croatian and others
    "es": rf"autor(?:in|en|es|a|as|ka|zy|ea|i|ii|ica|ice)?\s*(?:/a|\(a\)|de la entrada|do texto)?\s*:|autor[ií]a\s*:"
    rf"|autor[a]?,\s*{_NAMED}|(?:escrito |publicado |texto |entrevista )?por\b:?|texto\s*:|texto\s+{_NAMED}"
    r"|redactor[a]?\s*:|redator[a]?\s*:|reportagem\s*:",
    "it": rf"(?:scritto |articolo |testo |intervista )?d[ia]\b:?|a cura di\b:?|autor[ei]\s*:|testo\s*:|testo\s+{_NAMED}"
    r"|dal nostro inviato",
    "nl": r"(?:geschreven )?door\b(?: onze verslaggever)?:?|deur\b|tekst\s*:",
    "sv, da, no": r"(?:skrevet |skriven |text )?a[vf]\b:?|skribent\s*:|journalist\s*:|höfundur\s*:",
    "fi": r"teksti\s*:|kirjoittaja\s*:",
    "pl": r"napisał[a]?\s*:?|opracował[a]?\s*:?|oprac\.\s*:?|rozmawiał[a]?\s*:?",
    "cs": r"napsala?\b\s*:?|autoři\s*:",
    "hr, sr, sl": r"piše\s*:|pripremi(?:o|la)\s*:|avtor(?:ica)?\s*:|аутор\s*:|пише\s*:",
    "hu": r"írta\s*:|szerző\s*:",
    "ro": r"scris de\b|autor\s*:",
    "sq": rf"nga\s+{_NAMED}|shkruan\s*:|autori\s*:",
    "el": r"γράφ(?:ει|ουν)\s*(?::|[οη]\b|οι\b)|συντάκτ(?:ης|ρια)\s*:|κείμενο\s*:|ρεπορτάζ\s*:",
    "ru, uk, be, bg": r"автор(?:ы|и|ка|ът)?\s*(?:статьи|текста|материала|публикации|статті|тексту)?\s*[:：–—-]"
    rf"|автор\s+{_NAMED}|автор,\s*{_NAMED}|аўтары?\s*:|текст\s*:"
    r"|(?:записал|беседовал|подготовил)(?:[аи]|/ла|\(а\))?\s*:|(?:підготува|розмовля|записа)(?:в|ла|ли)\s*:"
    r"|(?:журналист|корреспондент|журналіст|кореспондент)(?:ка)?\s*:",
    "tr": r"yazan\s*:|yazar\s*:|haber\s*:|muhabir\s*:|röportaj\s*:|kaleme alan\s*:",
    "ar": r"بقلم\s*[:/]?|كتبت?\s*[:/–-]|كتبت?\s+(?=\S+\s+\S+(?:\s+\S+)?\s*$)|كتبها?\s*:|الكاتبة?\s*:|المؤلف\s*:"
    r"|[إا]عداد\s*:|حوار\s*[:ـ–-]|حاور(?:ه|ته|ها)\s*:|تقرير\s*:|تحقيق\s*:",
    "fa": r"نوي?[یي]سنده\s*:|نویسنده\s*:|به قلم\s*:?|خبرنگار\s*:|گزارشگر\s*:",
    "he": r"מאת\s*:?|כתבה?\s*:",
    "hi": r"लेखक\s*:|द्वारा\s*:",
    "id": rf"oleh\s*:|oleh\s+{_NAMED}|penulis\s*:|pewarta\s*:",
    "vi": rf"tác giả\s*:|tác giả\s+{_NAMED}|người viết\s*:|bài viết\s*:",
    "th": r"โดย\s*:?|เขียนโดย\s*:?|ผู้เขียน\s*:",
    "zh": r"(?:本文)?作者(?:简介)?\s*[:：|｜丨/／]|作者\s|文字?\s*[/／:：|｜丨・＝]|(?:撰文|采写|採寫|撰稿人?|主笔|采访|採訪)\s*[/／:：|｜丨]"
    r"|(?:記者|记者)\s*[:：/／]",
    "ja": r"(?:取材|写真|構成|撮影|執筆|文|text)(?:\s?[・･＆&、]\s?(?:取材|写真|構成|撮影|執筆|文|編集))*\s*[/／:：＝=｜|]"
    r"|(?:執筆者|ライター|聞き手)\s*[/／:：＝=]",
    "ko": r"글 |글\s*[=:|/·]|글쓴이\s*:|작성자\s*:",
}
BY = re.compile("(?:" + "|".join(WORDS_BY_LANGUAGE.values()) + r")\s*", re.IGNORECASE)
# What follows the authors on the same line: another label or, without a space, its word.
NEXT_LABEL = re.compile(
    r"[\s，,、；;|/／]*(?:来源|來源|编辑|編輯|责编|責編|责任编辑|責任編輯|图片|摄影|攝影|翻译|译者|校对|审核|供图|发布时间|時間|时间|日期"
    r"|イラスト|写真|撮影|編集|翻訳|監修|構成)\s*[:：|｜丨/／＝=].*|\s+[^\s:：]{2,14}\s?[:：](?!\S*//)"
    r"|\s(?:Ilustraciones|Ilustrações|Ilustración|Illustrations?|Fotos?|Fotografías?|Fotografias?|Photos?|Fotografie)\s",
    re.DOTALL,
)

CHINESE_SURNAMES = (
    "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何高林罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖蕭田董袁潘于蒋蔣蔡"
    "余杜叶葉程苏蘇魏吕呂丁任沈姚卢盧姜崔钟鍾谭譚陆陸汪范金石廖贾賈夏韦韋付方白邹鄒孟熊秦邱江尹薛闫閻段雷侯龙龍史陶黎贺賀"
    "顾顧毛郝龚龔邵万萬钱錢严嚴覃武戴莫孔向汤湯常温康施文牛樊葛邢安齐齊易乔喬伍庞龐颜顏倪庄莊聂聶章鲁魯岳翟殷詹申欧歐耿"
    "关關兰蘭焦俞左柳甘祝包宁寧尚符舒阮柯纪紀梅童凌毕畢单單季裴霍涂塗成苗谷盛曲翁冉骆駱蓝藍路游辛靳欧阳管柴蒙鲍鮑华華喻"
    "祁蒲房滕屈饶饒解牟艾尤阳陽时時穆农農司卓古吉缪繆简簡车車项項连連芦蘆麦麥褚娄婁窦竇戚岑景党黨宫宮费費卜冷晏席卫衛米"
    "柏宗瞿桂全佟应應臧闵閔苟邬鄔边邊卞姬师師和仇栾欒隋商刁沙荣榮巫寇桑郎甄丛叢仲虞敖巩明佘池查麻苑迟遲邝鄺"
)
KOREAN_SURNAMES = (
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길"
    "연위표명기반왕금옥육맹제모탁국은편용예경봉"
)
_CHINESE_NAME = (
    "(?:欧阳|歐陽|司马|司馬|诸葛|諸葛|上官|司徒|皇甫|慕容|令狐|夏侯|端木|尉迟|尉遲"
    rf"|[{CHINESE_SURNAMES}])[\u4e00-\u9fff]{{1,2}}"
)
CHINESE_REPORTER = re.compile(
    rf"(?:記者|记者)\s*[:：]?\s*({_CHINESE_NAME}(?:\s?[\s、，,／/]\s?{_CHINESE_NAME}(?=[\s、，,／/】）)]|$))*)"
    r"(?=[\s／/】）)]|[\u4e00-\u9fff]{2}(?:報導|报道)|$)"
    r"(?!\s*[/／]?\s*[摄攝图圖])"
)
CHINESE_NAMES = re.compile(rf"{_CHINESE_NAME}(?:\s+{_CHINESE_NAME})+")
NOT_CHINESE_NAMES = re.compile(
    r"[会會室们們站证證节節部团團]$|^(?:谢谢|謝謝|时候|华社|全国|成员|文章|和|常)"
    r"|^(?:成都|武汉|武漢|温州|金华|宁波|寧波|宁夏|江苏|江西|江门|苏州|徐州|安徽|安阳|石家庄|连云港|莫斯科|柏林|华盛顿|马德里|马尼拉)$"
)
_KOREAN_NAME = rf"[{KOREAN_SURNAMES}][\uac00-\ud7a3]{{1,3}}"
KOREAN_REPORTER = re.compile(
    rf"(?<![\uac00-\ud7a3])({_KOREAN_NAME}(?:\s?[.·,]\s?{_KOREAN_NAME})*)(?:\s[\uac00-\ud7a3]{{2,4}}(?=\s?전문기자))?"
    r"\s?(?:(?:인턴|수습|객원|선임|전문|시민|사진|온라인|명예|학생)\s?)?기자(?![\uac00-\ud7a3])"
)
KOREAN_KINDS = re.compile(
    r"(?:인턴|수습|객원|선임|전문|시민|사진|온라인|명예|학생|본지|현장|담당|취재|기자단)$"
)


# Family names of about half of Japan; a line with one and a given name is a byline in a head.
JAPANESE_SURNAMES = (
    "佐藤|鈴木|高橋|田中|伊藤|渡辺|渡邊|渡邉|山本|中村|小林|加藤|吉田|山田|佐々木|山口|松本|井上|木村|林|斎藤|斉藤|清水|山崎|阿部|森|池田|橋本|石川"
    "|山下|小川|石井|長谷川|後藤|岡田|近藤|前田|藤田|遠藤|青木|坂本|村上|太田|金子|藤井|福田|西村|三浦|竹内|中川|岡本|松田|原田|中野|小野|田村|藤原|中山"
    "|石田|小島|和田|森田|内田|柴田|酒井|原|高木|横山|安藤|宮崎|上田|島田|工藤|大野|宮本|杉山|今井|丸山|増田|高田|村田|平野|大塚|菅原|武田|新井|小山|野口"
    "|松井|千葉|菊地|菊池|木下|野村|佐野|市川|古川|久保|大西|渡部|星野|松岡|黒田|関口|松尾|樋口|望月|岩崎|北村|秋山|川口|矢野|大久保|永井|川村|熊谷|吉川"
    "|西田|浅野|内藤|飯田|片山|本田|五十嵐|中田|荒木|辻|河野|栗原|伊東|松下|早川|桜井|中島|中嶋|浜田|川崎|須藤|三宅|小松|小池|白石|小田|小沢|服部|平田"
)
_JAPANESE_GIVEN = r"[\u4e00-\u9fff\u3041-\u3096]"
JAPANESE_NAME = re.compile(
    rf"(?:{JAPANESE_SURNAMES})\s?{_JAPANESE_GIVEN}{{1,3}}(?<![県市町村区駅組氏会社部店港島山川線沖手督相事員者長発])"
)
# "迈克尔·R·史密斯，国务卿": a foreign name and an office
FOREIGN_NAME = re.compile(
    r"([\u4e00-\u9fff]{2,6}(?:·[\u4e00-\u9fffA-Z]{1,6})+)\s*[，,]\s*[\u4e00-\u9fff]{2,6}"
)


def spaced_names(text: str) -> str:
    """Separate Chinese names with spaces between them by commas; a Japanese name has a space within.

    >>> [spaced_names(names) for names in ("王小例 李样本", "田中 高明", "李 明")]
    ['王小例、李样本', '田中 高明', '李 明']
    """
    names = text.split()
    if CHINESE_NAMES.fullmatch(text) and max(map(len, names)) > 2 and not JAPANESE_NAME.match(text):
        return "、".join(names)
    return text


def reporters(text: str) -> tuple[str, ...]:
    """Return the names in bylines that have no word before them: beside the word for reporter, or in
    a line of their own.

    >>> reporters("科技日报记者张佳欣"), reporters("이영수·김하나 인턴기자"), reporters("记者观察")
    (('张佳欣',), ('이영수', '김하나'), ())
    >>> reporters("本报记者 王小例 李样本 北京报道")
    ('王小例', '李样本')
    >>> reporters("佐藤海斗"), reporters("石川県")
    (('佐藤海斗',), ())
    """
    if JAPANESE_NAME.fullmatch(text):
        return (text,)
    if found := FOREIGN_NAME.fullmatch(text):
        return (found[1],)
    if found := CHINESE_REPORTER.search(text):
        chinese = re.split(r"[\s、，,／/]+", found[1])
        return tuple(name for name in chinese if not NOT_CHINESE_NAMES.search(name))
    if not (found := KOREAN_REPORTER.search(text)):
        return ()
    names = (KOREAN_KINDS.sub("", name.strip()) for name in re.split(r"[.·,]", found[1]))
    return tuple(name for name in names if len(name) > 1)

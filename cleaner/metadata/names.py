"""Recognize names of authors, and what follows them: roles, degrees, agencies, organizations."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cleaner.text.words import SENTENCE_MARKS, count_words

NOT_NAMES = frozenset(
    "january february march april may june july august september october november december monday "
    "tuesday wednesday thursday friday saturday sunday today tomorrow yesterday now then here there "
    "the this that these".split()
)
# Words after "by" that do not begin a name: "By Design", "Von Weitem", "Par Ailleurs".
NOT_NAMES_AFTER_BY = NOT_NAMES | frozenset(
    "design default accident chance contrast comparison definition law nature night day car train boat "
    "bus air sea land then far hand himself herself itself themselves myself yourself now which "
    "default request popular demand any all no a an its his her their our my your what who how why "
    "when where one two three ailleurs exemple contre conséquent suite rapport hier heute morgen "
    "weitem anfang hand dort hier ejemplo favor eso supuesto qué fin exempel exemplo isso causa "
    "lunes martes miércoles jueves viernes sábado domingo lundi mardi mercredi jeudi vendredi samedi "
    "dimanche montag dienstag mittwoch donnerstag freitag samstag sonntag".split()
)
GENERIC_AUTHORS = frozenset(
    "staff admin administrator editor editors anonymous guest unknown webmaster user none null "
    "newsroom agencias agências agenzie agencje agences contenido contenu conteúdo anónimo anônimo "
    "anonyme anonim unbekannt uhr администратор админ гость аноним агентства المحرر محرر 编辑部 編輯部 佚名 匿名 网络 網絡 未知 "
    "不详 原创 转载 原站简介 관리자 운영자 편집부 escrito publicado 本报讯 本报记者 編集部".split()
)
# Offices of newspapers and agencies, which sign for nobody: "La Rédaction", "Agência Texty", "日报".
NOT_PEOPLE = re.compile(
    r"^(?:(?:de|la|a|da|dalla|die|notre|nossa|equipo de|équipe de|haber)\s)?(?:redac|redak|rédac|redaz|redaç|редак|рэдак)"
    r"|\b(?:agência|agencia|agenzia|agentur|agencja|agentura|агентство|agence|ajansı|rede|equipe|équipe|equipo|jornal|diario|diário"
    r"|periódico|portal|fundação|fundación|fondation|universidade?|université|universität|università|uniwersytet|университет"
    r"|instituto|institut|istituto|институт|asociación|associação|associazione|gobierno|governo|secretaria|noticias|notícias"
    r"|nachrichten|zeitung|verlag|verband|rédaction|redaktion|journal|gazeta|газета|журнал|портал|новости|новини|gazetesi"
    r"|радио|телеканал|merkezi|servisi|giornale|rivista|časopis|noviny|newsroom)\b|(?:وكالة|صحيفة|جريدة|موقع|قناة|مركز|جامعة|هيئة|فريق)"
    r"|(?:[报報网網]|新闻|新聞|通讯社|通訊社|通信社|新聞社|编辑部|編集部|編輯部|团队|團隊|出品|客户端|公众号|电视台|出版社)$"
    r"|^(?:谢谢|謝謝|你好|您好|请问|請問|是的|好的|那么|那麼|という|とは)",  # what someone says or writes
    re.IGNORECASE,
)
PARTICLES = frozenset(
    ("de", "del", "della", "der", "den", "van", "von", "zu", "zur", "da", "di", "do", "das", "dos",
     "du", "la", "le", "las", "los", "el", "al", "bin", "ibn", "ben", "y", "e", "af", "av", "of",
     "the", "for", "and", "at", "ter", "ten", "op")
)  # fmt: skip
SENTENCE_END = re.compile(rf"[{SENTENCE_MARKS}]['\"’”»」』)\]*_]*$")
INITIALS_END = re.compile(r"\b(?:[A-Z]|Jr|Sr|Inc|Ltd|Co|Corp|Dr|M\.?D|Ph\.?D)\.$")
ROLE = re.compile(
    r"\b(?:editor|writer|reporter|correspondent|columnist|contributor|journalist|author|staff|expert"
    r"|director|founder|co-?founder|ceo|cto|cfo|coo|president|chair(?:man|woman)?|attorney|lawyer"
    r"|counsel|partner|dieti[ct]ian|nutritionist|specialist|manager|producer|analyst|professor|lecturer"
    r"|fellow|researcher|scientist|economist|critic|blogger|intern|coordinator|officer|consultant|coach"
    r"|nurse|physician|gastroenterologist|veterinarian|engineer|developer|designer|head of|desk"
    r"|(?:chef|sport|wirtschafts)?redakteur(?:in)?|korrespondent(?:in)?|reporterin|kolumnist(?:in)?"
    r"|(?:gast)?autor(?:in|a)?|volontär(?:in)?|rédact(?:eur|rice)|journaliste?|correspondante?|chroniqueu(?:r|se)"
    r"|éditorialiste|envoyée? spéciale?|redactor[a]?|periodista|corresponsal|columnista|reporter[oa]"
    r"|enviad[oa] especial|giornalista|redattore|redattrice|corrispondente|inviat[oa]|editorialista"
    r"|jornalista|repórter|redator[a]?|correspondente|colunista|colaborador[a]?"
    r"|журналист(?:ка)?|корреспондент|редактор|обозреватель|колумнист|автор|مراسلة?|محررة?|صحفية?"
    r"|记者|編輯|编辑|記者|編集者"
    r"|editorial|special to|for the|from the|in [A-Z]\w+$|bureau|columnists|writers|reporters|editors)\b",
    re.IGNORECASE,
)
DEGREE = re.compile(
    r"^(?:ph\.?\s?d|m\.?d|r\.?d\.?n?|l\.?d\.?n?|m\.?s\.?c?|m\.?p\.?h|m\.?b\.?a|m\.?a|b\.?a|b\.?s\.?c?n?"
    r"|r\.?n|d\.?v\.?m|d\.?o|c\.?p\.?a|c\.?f\.?a|cfp|esq|j\.?d|dds|dmd|pharm\.?d|lcsw|cscs|cpt|cissp|facp"
    r"|faan|fnp|np|pa-?c|mfa|med|edd|psyd|pe|rdh|aprn)[.®]?$",
    re.IGNORECASE,
)
SUFFIX = re.compile(r"^(?:jr|sr|i{2,3}|iv)\.?$", re.IGNORECASE)
ORGANIZATION = re.compile(
    r"\b(?:news|gazette|herald|times|post|tribune|journal|service|wire|newswire|network|press|media|magazine"
    r"|university|institute|college|school|agency|agence|agencia|office|hospital|foundation|company|group|inc"
    r"|ltd|llc|portal|radio|television|tv|team|instruments|lines|department|center|centre|ministry|council|research|association|alliance|coalition"
    r"|society|initiative|project|forum|federation|organi[sz]ation|committee|commission|authority|observatory"
    r"|chronicle|observer|telegraph|bulletin|dispatch|examiner|review)\b"
    r"|\.(?:com|org|net)$",
    re.IGNORECASE,
)
AGENCY = re.compile(
    r"^(?:the )?(?:associated press|ap|reuters|agence france[- ]presse|afp|dpa|efe|ansa|upi|epd|kna|apa|sda"
    r"|united press international|bloomberg|press association|pa media|the canadian press|canadian press|pti|ians"
    r"|ani|xinhua|tass|тасс|interfax|интерфакс|риа новости|kyodo|yonhap|lusa|europa press|notimex|adnkronos|agi"
    r"|belga|ritzau|ntb|tt|anp|cna|رويترز|新华社|新華社|共同通信|時事通信)$",
    re.IGNORECASE,
)


TEAM = re.compile(r"(?:The )?[A-Z]\w*(?: [A-Z]\w*){0,2} (?:[Tt]eam|[Ee]ditors)")


# Offices before names, and academic titles in the plural, which belong to several names.
OFFICE = re.compile(
    r"^(?:(?:former|acting|state|federal|deputy|vice|lord|prime|foreign)\s+|U\.?\s?S\.?A?\.?\s+|U\.?K\.?\s+)*"
    r"(?:senators?|sens?\.|representatives?|reps?\.|congress(?:man|woman|men|women|persons?|members?)"
    r"|governors?|govs?\.|mayors?|ambassadors?|ministers?|secretar(?:y|ies)|presidents?|councill?ors?"
    r"|chancellors?|commissioners?|m\.?ps?\.?|delegates?|assembly(?:man|woman|members?)|profs\.?|professors"
    r"|drs\.?|doctors)\s+(?=\S+\s+\S)",
    re.IGNORECASE,
)
HONORIFIC = re.compile(r"^(?:(?:prof(?:essor)?|dr|mr|mrs|ms|sir|rev)\b\.?\s+)+", re.IGNORECASE)
ARTICLE = re.compile(r"\s+(?:The|THE)\s+(?=[^\W\d_a-z])")  # start of an organization


def bare_name(name: str) -> str:
    """Remove the office before a name and the organization after it.

    >>> bare_name("U.S. Senators Ann Smith"), bare_name("Ann Smith The Centre")
    ('Ann Smith', 'Ann Smith')
    >>> bare_name("Senator Smith"), bare_name("Andre The Giant"), bare_name("The Tarn Board")
    ('Senator Smith', 'Andre The Giant', 'The Tarn Board')
    """
    name = OFFICE.sub("", name)
    head = ARTICLE.split(name, maxsplit=1)[0]
    return head if len(head.split()) > 1 and is_name(head) else name


OUTLET = re.compile(
    r"(?:Les?|La|Il|Lo|El|Los|Las|Die|Der|Das|Het)\s[^\W\d_]+|L['’]\w+"
)  # "Le Quai"


def is_generic(name: str) -> bool:
    """Whether a name stands for nobody in particular.

    >>> [is_generic(name) for name in ("Admin", "La Rédaction", "港口晚报", "Ann Smith")]
    [True, True, True, False]
    """
    if name.isupper() and len(name) < 6 and name.isalpha():
        return True  # an agency: "AFP"
    known = name.lower() in GENERIC_AUTHORS or OUTLET.fullmatch(name)
    return bool(known or NOT_PEOPLE.search(name))


def distinct_names(names: Iterable[str]) -> tuple[str, ...]:
    """Drop the names that differ from an earlier one only in a title, in case or in dots.

    >>> distinct_names(["Prof. Ann Smith", "Ann Smith", "Bo Li", "BO LI"])
    ('Prof. Ann Smith', 'Bo Li')
    """
    first: dict[str, str] = {}
    for name in names:
        folded = " ".join(HONORIFIC.sub("", name).replace(".", " ").split()).casefold()
        first.setdefault(folded, name)
    return tuple(first.values())


def is_affiliation(words: str) -> bool:
    """Whether words after a name are a role, a degree or an organization, not another name.

    >>> [is_affiliation(w) for w in ("Staff Writer", "Reuters", "Staff Writer Bo Li", "Bo Li")]
    [True, True, False, False]
    """
    if DEGREE.match(words) or AGENCY.match(words) or ORGANIZATION.search(words):
        return True
    roles = list(ROLE.finditer(words))
    after = words[roles[-1].end() :].split() if roles else []
    return bool(roles) and not (1 < len(after) < 4 and after[0][0].isupper())


def is_name(words: str) -> bool:
    """Whether words can be the name of a person or a team."""
    parts = words.split()
    if (
        not 1 <= count_words(words) <= 7
        or len(words) > 60
        or re.search(r"[\d<>{}\[\]=:!?@#*_/：！？＝｜【】「」《》؟…]", words)
    ):
        return False
    team = parts[0] == "The" and len(parts) > 2
    after_month = len(parts) > 1 and parts[0] in ("April", "May", "June", "August", "Day", "Law")
    if parts[0].lower() in NOT_NAMES_AFTER_BY and not team and not after_month:
        return False
    if not any(c.isalpha() for c in words):
        return False
    for word in parts:
        core = word.strip("'\"’“”().,-")
        if not core or (
            core[0].islower() and core.lower() not in PARTICLES and "'" not in core[:2]
        ):
            return False
    return not parts[0][0].islower() or parts[0].lower() in PARTICLES

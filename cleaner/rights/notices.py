"""Parse rights notices: kind, holder, year, license, conditions and contact.

Only the words of a notice count, and nothing is concluded from them: fair use is a claim,
permission given to a reposter is not a license for the reader, and an image credit is not a notice
about the text.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from cleaner.document import RightsNotice
from cleaner.rights.licenses import PUBLIC_DOMAIN, UNSPECIFIED, conditions_of, find_license
from cleaner.rights.reserved import BELONGS, RESERVED_WORDS, bare_holder, without_reservation
from cleaner.text.words import count_words

if TYPE_CHECKING:
    from cleaner.rules.match import Match

RIGHTS_KINDS = ("copyright", "license", "fair-use", "republish-terms", "agency")
MAX_HOLDER_WORDS = 14

YEAR = r"(?:19|20)\d\d"
YEARS = rf"{YEAR}(?:\s*(?:[-–—/,]|to|and|&)\s*(?:{YEAR}|\d\d|present|now|today))*"
SIGN = r"(?:(?:copyrights?|版权所有|urheberrecht|droits d'auteur|derechos reservados)\s*)?(?:©|\(c\)|&copy;|ⓒ|℗)\s*(?:copyright\b\s*)?|(?:copyrights?\b|copr\.)[:,]?\s*"
HOLDER = r"(?P<holder>[^©|]{2,110}?)"
REST = (
    r"(?:\s*[.,;|–—-]*\s*(?:(?P<d1>distributed by\b.*)|(?:some |no )?all rights|some rights|alle rechte|tous droits"
    r"|todos los derechos|todos os direitos|tutti i diritti|alle rechten|this (?:material|content|article|story)"
    r"|for (?:more|reprint|permission)|unauthori[sz]ed|reproduc|republi|may not|no part|used (?:by|with)|reprinted"
    r"|visit|see |click|unless otherwise|&mdash|toute|무단|無断|все права|all moral|a subsidiary|with the associated|riproduzione|any |first  |licen[sc]|published|first published|learn more|contact|[0-9a-f]{16,}|http|www\.|not for)"
    r".*|\s*\.\s+[A-Z].*|\s*[.,;|]*\s*)$"
)
COPYRIGHTS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        rf"^\W{{0,3}}(?:{SIGN})(?P<years>{YEARS})[,.]?\s+(?:by\s+|of\s+|-\s+|–\s+|—\s+)?{HOLDER}{REST}",
        rf"^\W{{0,3}}(?:{SIGN})(?:by\s+|of\s+)?{HOLDER}[,.]?\s+\(?(?P<years>{YEARS})\)?{REST}",
        rf"^\W{{0,3}}(?:{SIGN})(?:by\s+|of\s+)?{HOLDER}{REST}",
        rf"^(?:all (?:contents?|materials?|text|articles?)|contents?|text)\s+(?:{SIGN})(?P<years>{YEARS})?[,.]?\s*(?:by\s+)?{HOLDER}{REST}",
        rf"^{HOLDER}\s*(?:{SIGN})(?P<years>{YEARS}){REST}",
        rf"^(?:this (?:story|article|text|work|essay|piece) is|transcript .{{3,40}},)\s+copyright(?:ed)?\s+(?P<years>{YEARS})?\s*(?:by\s+)?{HOLDER}(?:\s+and may not.*|{REST})",
        rf"^.{{10,80}}(?:[.;]|, |\) )\s*(?:{SIGN})(?P<years>{YEARS})[,.]?\s+(?:by\s+)?{HOLDER}{REST}",
        rf"^(?:the )?copyright (?:in|of) (?:this|each|the) \w+ (?:belongs to|remains with|is held by) {HOLDER}\.?$",
    )
)
ALL_RIGHTS = re.compile(rf"^\W*(?:©\s*)?(?:{RESERVED_WORDS})[^.]{{0,40}}\.?$", re.IGNORECASE)
NOT_HOLDERS = re.compile(
    r"^(?:law|laws|act|bill|reform|infring|protection|holders?|owners?|office|trolls?|case|dispute|notice|claims?"
    r"|lawsuit|term|has|is|was|and|in|on|for|issues?|rules?|lawyers?|expired|exists|applies|belongs|theft|violation"
    r"|strikes?|policy|directive|enforcement|expires|can|does|will|lasts|system|industry|experts?|scholars?)\b",
    re.IGNORECASE,
)
IMAGE_CREDIT = re.compile(
    r"^\W*(?:(?:lead |cover |header |featured? |main |top )?(?:photo(?:graph)?s?|image|images|picture|pictures|pic|illustration"
    r"|graphic|map|chart|video|screenshot|foto|fotos|bild|bilder|crédits? photos?|imagen|imagem|immagine|artwork|file photo"
    r"|cartoon|figure|infographic|thumbnail|portrait|logo|credit|caption|getty)\b(?:\s*(?:credit|courtesy|source|by|of|from"
    r"|via|:|\(|©))|(?:photo|image|picture)s?\b.{0,40}(?:licen[cs]ed|under|\bcc\b))",
    re.IGNORECASE,
)
FAIR_USE = re.compile(r"\bfair[- ](?:use|dealing)\b|17 u\.?s\.?c\.? (?:§ ?)?107", re.IGNORECASE)
FAIR_USE_CLAIM = re.compile(
    r"reproduced here|mirrored|excerpted under|posted for|education(?:al)? (?:only|purposes)|under copyright law|extracts|transformative|exception of the|relying on|title 17|17 usc|section 107|17 u\.?s\.?c|constitutes|copyrighted material|not (?:always )?been (?:specifically )?authori[sz]ed"
    r"|we believe|go beyond|without profit|disclaimer|is made available|is made under|claimed under|in accordance with"
    r"|fair (?:use|dealing) (?:notice|provision|doctrine)|for (?:the )?purposes? (?:such as|of) (?:criticism|comment|research)"
    r"|under the (?:terms|provisions|principle|doctrine)",
    re.IGNORECASE,
)
LICENSED = re.compile(
    r"licen[cs]ed|licen[cs]e\b|reuse|rights:|\bto the commons|public domain mark|universal|free to republish|licencia|sob licença|\(cc\)|by-n|nach creative|lizen[zs]|lizenziert|licence|licencia|licenza|licença|licentie|under (?:a |the )?(?:cc|creative)"
    r"|\bcc[- ](?:by|0)|available under|released under|published under|creativecommons\.org|some rights reserved|wiederverwend",
    re.IGNORECASE,
)
LICENSE_SUBJECT = re.compile(
    r"^\W*(?:this|these|our|all|the (?:text|content|article|original|contents|material|work)s?\b|except|unless|content|text|article|work"
    r"|original|story|republish|you (?:may|are|can)|we |licen[cs]ed|licen[cs]e\s*:|published|released|available|some rights|cc\b|creative commons"
    r"|©|\(c\)|copyright|http|www|dieser|dieses|diese|der (?:text|artikel|inhalt)|die inhalte|cet|ce |cette|sauf|este|esta|salvo|los|el contenido"
    r"|quest[oa]|i contenuti|il testo|o conteúdo|os textos|unless otherwise|where not|shared|reprinted|reposted|this:|lizenz|dit|deze|den här|to the extent"
    r"|contains|reuse|rights:|dedicated|public domain mark|creative|\(cc\)|sofern|nachdruck|articolo|conteúdo|licensed|.{3,30} articles are|made available|to view a copy|free to|under |contents? |by [A-Z].{0,60}\bcc\b|.{3,80}\b(?:by|from) .{3,80}(?:is|are) licen[cs]ed)",
    re.IGNORECASE,
)
PUBLIC_DOMAIN_NOTICE = re.compile(
    r"^\W*(?:this|the) (?:work|article|text|document|story|report|transcript|page|publication|speech|content|site)s?\b.{0,60}\b(?:is|are|has been|was)\b"
    r".{0,60}\bpublic domain\b|^\W*(?:dedicated to|released (?:in)?to|in) the public domain\b|^\W*public domain\b[^,]{0,60}$"
    r"|work of the u(?:nited states|\.?s\.?) (?:federal )?government|(?:u\.?s\.? )?government works? (?:is|are) not (?:subject|protected)"
    r"|not subject to copyright|(?:placed|released) this \w+ (?:in|into) the public domain|unless otherwise noted,.{0,40}public domain|no copyright is claimed|federal government.{0,90}public domain|^\W*(?:dies\w+|ce\w*|est[ea]|quest\w|o|il) (?:text\w*|artikel|article|artículo|articolo|testo|werk)\b.{0,30}(?:gemeinfrei|domaine public|dominio público|domínio público|pubblico dominio)",
    re.IGNORECASE,
)
REPUBLISH_TERMS = re.compile(
    r"\b(?:media outlets|newspapers|you) may (?:run|republish|reprint)|if you republish|republish them|photocopy this|reproduction is authorised|brief quotations|translations are welcome|used with the author|se permite la reproducción|reprodução deste|la riproduzione è consentita|\b(?:re-?(?:published|printed|posted|produced)|adapted|excerpted|used|syndicated|shared|appears here)\b[^.]{0,60}\b(?:with|by)\s+(?:the\s+)?"
    r"(?:kind\s+|express\s+|written\s+)*permission|\bwith (?:kind |express |the )*permission (?:of|from|by)\b"
    r"|\bpermission (?:is|to|was) (?:hereby )?(?:granted|re|copy|use|quote|post|given)|may be (?:freely )?(?:re|copied|quoted|shared|distributed|used|circulated)"
    r"|(?:free|freely|welcome|encouraged|invited|allowed|permitted|able|at liberty) to (?:re|copy|share|use|quote|distribute|print|post)"
    r"|available without charge|for (?:permission|reprints?|licensing|syndication|republication|reprint (?:rights|permission))"
    r"|(?:contact|e-?mail|write to|apply to|request|obtain)\b.{0,80}(?:permission|reprint|republi|licensing|reproduc|syndicat)"
    r"|(?:republi|reprint|reproduc|redistribut|copying|unauthori[sz]ed)\w*\b.{0,80}\b(?:prohibited|forbidden|not (?:be )?(?:permitted|allowed)|without|require|is welcome|is allowed|permitted|guidelines|policy)"
    r"|may not be (?:re|copied|published|used|distributed|sold)|no part of this|republish (?:this|our)|our republi|not be reproduced"
    r"|перепечатк|использование материалов|використання матеріалів|передрук|kopiowanie|przedruk|转载|轉載|転載|무단|بازنشر|αναδημοσίευση"
    r"|sao chép|dilarang (?:mengutip|menyalin)|alıntı yapılamaz|verveelvoudig|preluarea"
    r"|nachdruck|weiterverwendung|reproduction (?:interdite|autorisée)|reproducción|riproduzione|reprodução|contact us for|originally published .{0,80}permission",
    re.IGNORECASE,
)
DISTRIBUTOR = re.compile(
    r"\bdistributed by\s+(?P<name>[^.|]{3,70}?(?:\b(?:inc|llc|co|ltd|corp)\.?)?)\s*(?:\.|$|;)",
    re.IGNORECASE,
)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
URL = re.compile(
    r"(?:https?://)?(?:www\.)?(?:creativecommons\.org/[\w./-]+|[\w.-]+/open-government-licence/[\w./-]+)",
    re.IGNORECASE,
)
CONDITION_PATTERNS = {
    "attribution": r"citer la source|citada a fonte|citar la fuente|citando (?:a|la) fuente|menzione della fonte|(?:ссылк[аиу]|посилання) на"
    r"|указани[ея] источника|посочване на източника|podaniem źródła|uvedením zdroje|bronvermelding|注明(?:出处|来源)|註明出處|出典を?明記|출처"
    r"|kaynak göster|ذكر المصدر|ذکر منبع|ghi rõ nguồn|(?:menyebutkan|mencantumkan) sumber|αναφορά στην πηγή|källa anges|"
    r"(?:full |proper |clear |with |give |appropriate |provided |due |)(?:attribution|attributed|credit(?:ed| is| to| the)|acknowledg\w+|byline (?:is|and))|crediting|quellenangabe|source is (?:cited|named)|cite the source|(?:name|mention) the author|con (?:cita|mención)|citando la fonte|mention de la source|citing",
    "link": r"гиперссылк|гіперпосилання|активн\w+ (?:ссылк|посилання)|hiperenlace|link (?:ativo|attivo)|aktywn\w+ (?:link|odnośnik)|链接|"
    r"\b(?:a |active |working |back)?link(?:s|ed|ing)?(?:\s?back)?\b (?:to|back|is|and|at)|enlazando|hyperlink|\ba link\b|\bback-?link|verlinkung|enlace|lien (?:vers|actif)|linking (?:back )?to",
    "non-commercial": r"non-?\s?commercial|not[- ]for[- ]profit (?:use|purpose)|nichtkommerziell|no commercial use|not (?:be used )?for commercial|fins non lucrati|sin fines de lucro|may not be sold|usage non commercial",
    "unaltered": r"\bunalter|unchanged|unedited|in (?:its|their) entirety|without (?:any )?(?:alteration|change|modification|edit)|not (?:be )?(?:altered|edited|modified|changed)|(?:no|do not|don't) (?:edit|alter|change)|complete and unmodified|in full\b|must not be edited|unverändert|no alterations|no changes",
    "share-alike": r"share[- ]?alike|same licen[cs]e",
    "contact": r"vorherige\w* (?:schriftliche\w* )?(?:genehmigung|zustimmung)|autorisation (?:préalable|écrite)|autorización (?:previa|expresa|escrita)"
    r"|autorização (?:prévia|expressa)|(?:previa|preventiva) autorizzazione|письменн\w+ (?:разрешени|согласи)|pisemn\w+ zgod|书面(?:许可|授权)|"
    r"\bcontact\b|e-?mail (?:us|the|[\w.+-]+@)|write to|please ask|get in touch|apply to|requests? (?:to|should|for)|prior (?:written )?(?:consent|permission)|notify us|let us know|tell us|inform us|call \d|by e-?mail|submit a request|ask (?:us|first)|kontakt|contacter|schreiben sie|auf anfrage",
    "canonical": r"\bcanonical\b|rel=\"?canonical",
}
CONDITIONS = {name: re.compile(p, re.IGNORECASE) for name, p in CONDITION_PATTERNS.items()}


def find_notice(text: str) -> RightsNotice | None:
    """Parse a line as a notice; return None for other lines.

    >>> notice = find_notice("© 2019 Example Press Ltd. All rights reserved.")
    >>> notice.kind, notice.holder, notice.year
    ('copyright', 'Example Press Ltd', 2019)
    >>> find_notice("Copyright law needs reform, she said.")
    """
    text = " ".join(text.split())
    if is_image_credit(text):
        return None
    holder, _year = find_holder(text)
    kind = _kind(text, holder)
    return parse_notice(kind, text) if kind else None


def is_image_credit(text: str) -> bool:
    """Whether a line credits an image, so that it says nothing about the text."""
    return IMAGE_CREDIT.match(" ".join(text.split())) is not None


def parse_notice(kind: str, text: str) -> RightsNotice:
    """Parse a text known to be a notice of this kind. The result has no origin (`rule`)."""
    words, text = text, " ".join(text.split())
    holder, year = find_holder(text)
    license_id = find_license(text)
    if kind in ("license", "copyright") and PUBLIC_DOMAIN_NOTICE.search(text):
        license_id = license_id or PUBLIC_DOMAIN
    if kind == "fair-use":
        license_id = holder = None
    stated = (name for name, pattern in CONDITIONS.items() if pattern.search(text))
    conditions = () if kind == "fair-use" else dict.fromkeys((*conditions_of(license_id), *stated))
    distributor = DISTRIBUTOR.search(text)
    url = URL.search(text)
    return RightsNotice(
        kind,
        words,
        rule="",
        holder=holder,
        distributor=distributor["name"].strip(" ,").split(" for ")[0] if distributor else None,
        year=year,
        license=license_id,
        conditions=tuple(conditions),
        contact=tuple(found.rstrip(".") for found in dict.fromkeys(EMAIL.findall(text))),
        url=url[0].rstrip(".") if url else None,
    )


def _kind(text: str, holder: str | None) -> str | None:
    if FAIR_USE.search(text):
        return "fair-use" if FAIR_USE_CLAIM.search(text) and not _quoted(text) else None
    if PUBLIC_DOMAIN_NOTICE.search(text) and not _quoted(text):
        return "license"
    if _quoted(text):
        return None
    license_id = find_license(text)
    if license_id and LICENSED.search(text) and LICENSE_SUBJECT.match(text):
        return "license"
    terms = REPUBLISH_TERMS.search(text)
    if terms and (
        not holder or re.search(r"permission to reprint is granted|may be republished", text, re.I)
    ):
        return "republish-terms"
    return "copyright" if holder or ALL_RIGHTS.match(text) else None


def _quoted(text: str) -> bool:
    """Whether a text reports what somebody said or did, as articles do."""
    return bool(
        re.search(
            r"\b(?:said|says|told|ruled|argued|argues|wrote|(?<!be )asked|added|explained|according to|announced|claimed that|sued"
            r"|decided?|voted|testified|complained|(?<!otherwise )noted|insisted|believes|thinks|warned)\b",
            text,
            re.IGNORECASE,
        )
    )


def find_holder(text: str) -> tuple[str | None, int | None]:
    """Return the holder and the first year of a copyright notice."""
    if belongs := BELONGS.search(text):
        return belongs[1], None
    text = without_reservation(text)
    for pattern in COPYRIGHTS:
        found = pattern.match(text)
        if not found:
            continue
        named = found.groupdict()
        holder = (named["holder"] or "").strip(" ,;:-–—|\"'")
        holder = re.sub(
            r"^all content copyright of |, with the associated press$|, \w+:[\d-]+/\d+$",
            "",
            holder,
            flags=re.I,
        )
        holder = re.sub(r"\s+copyright$", "", holder, flags=re.I)
        holder = bare_holder(holder)
        if named.get("years") is None and not (
            holder[:1].isupper() or "©" in text[:12] or "(c)" in text[:12].lower()
        ):
            continue
        if not holder or NOT_HOLDERS.match(holder) or count_words(holder) > MAX_HOLDER_WORDS:
            continue
        years = re.search(YEAR, named.get("years") or "")
        followed_by_period = text[found.end("holder") :][:1] == "."
        if followed_by_period and re.search(r"\b(?:inc|corp|co)$", holder, re.I):
            holder += "."
        return holder, int(years[0]) if years else None
    return None, None


def notices_in_matches(text: str, matches: Sequence[Match]) -> tuple[RightsNotice, ...]:
    """Return the notices among the matches of rules, in the order of the text, word for word. Of
    overlapping matches, the longest is used."""
    found = sorted(
        (m for m in matches if _kind_of_match(text, m) in RIGHTS_KINDS),
        key=lambda m: (m.start - m.end, m.start, m.rule.rank),
    )
    chosen: list[Match] = []  # in the order of the text
    for match in found:
        at = bisect(chosen, match.start, key=lambda m: m.start)
        free = at == 0 or chosen[at - 1].end <= match.start
        if free and (at == len(chosen) or match.end <= chosen[at].start):
            chosen.insert(at, match)
    return tuple(_notice(text, m) for m in chosen)


def _notice(text: str, match: Match) -> RightsNotice:
    """Return the notice of a match: what its rule captures and sets, and what else its words state."""
    settings, captures = match.rule.set, match.captures
    words, kind = text[match.start : match.end], _kind_of_match(text, match)
    parsed = parse_notice("copyright" if kind == "agency" else kind, words)
    license_id = _first(settings.get("license"))
    return replace(
        parsed,
        kind=kind,
        rule=match.rule.id,
        start=match.start,
        end=match.end,
        scope="image" if is_image_credit(words) else "text",
        holder=cast("str | None", captures.get("holder"))
        or _first(settings.get("rights_holder"))
        or parsed.holder,
        year=cast("int | None", captures.get("year")) or parsed.year,
        license=license_id
        if license_id not in (None, UNSPECIFIED)
        else parsed.license or license_id,
        conditions=tuple(settings.get("rights_conditions", ())) or parsed.conditions,
        contact=cast("tuple[str, ...]", captures.get("email", ()))
        or tuple(settings.get("contact", ()))
        or parsed.contact,
    )


def _kind_of_match(text: str, match: Match) -> str:
    """The kind of the rule; of a line that the classifier removed, what its words say."""
    if match.score is None:
        return match.rule.kind
    notice = find_notice(text[match.start : match.end])
    return notice.kind if notice else ""


def _first(values: Sequence[str] | None) -> str | None:
    return values[0] if values else None

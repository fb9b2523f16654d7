"""Phrases of rights notices in many languages: "all rights reserved", and words before a holder."""

from __future__ import annotations

import re

RESERVED_WORDS = (
    r"all (?:moral |other )?rights reserved|(?:alle rechte|sämtliche rechte) vorbehalten|tous droits (?:de reproduction[^.©]{0,30} )?réservés"
    r"|todos los derechos(?: están)? reservados|derechos reservados|todos os direitos(?: são)? reservados|direitos reservados"
    r"|tutti i diritti(?: sono)? riservati|riproduzione riservata|diritti riservati|tots els drets reservats"
    r"|alle rechten voorbehouden|alla rättigheter förbehållna|alle rettigheter (?:er )?(?:reservert|forbeholdt)"
    r"|alle rettigheder forbeholdes|kaikki oikeudet pidätetään|wszelkie prawa zastrzeżone|všechna práva vyhrazena|všetky práva vyhradené"
    r"|vse pravice pridržane|sva prava (?:pridržana|zadržana)|сва права задржана|minden jog fenntartva|toate drepturile (?:sunt )?rezervate"
    r"|të gjitha të drejtat e rezervuara|tüm hakları saklıdır|her hakkı saklıdır|bütün hüquqlar qorunur"
    r"|(?:με επιφύλαξη παντός|επιφύλαξη παντός) (?:νόμιμου )?δικαιώματος|(?:όλα τα|παντός) δικαι[ωώ]μα(?:τα διατηρούνται|τος)"
    r"|все права (?:защищены|сохранены|принадлежат)|права защищены|(?:усі|всі) права (?:захищен[іо]|застережен[іо])"
    r"|усе правы (?:абаронены|ахоўваюцца)|всички права (?:са )?запазени|сите права (?:се )?задржани"
    r"|(?:جميع |كافة |كل )?(?:الحقوق|حقوق النشر) محفوظة(?: ل(?:ـ)?(?= ))?|(?:تمام[یي]?|کل[یي]ه|همه)(?: ی)? حقوق(?: مادی و معنوی)?(?: این سایت)? محفوظ(?: است)?"
    r"|جملہ حقوق (?:بحق \S+ )?محفوظ(?: ہیں)?|כל הזכויות שמורות"
    r"|版权所有|版權所有|保留所有权利|版權宣告|著作権所有|無断(?:転載|複製|使用)[^。]{0,20}(?:禁止|禁じます|お断りします)[。]?"
    r"|무단[ -]?(?:전재|복제|배포)[^.]{0,24}금지|mọi quyền được bảo lưu|giữ bản quyền|hak cipta dilindungi(?: undang[ -]undang)?|สงวนลิขสิทธิ์"
)
SEPARATOR = r"[\s.,;:|–—·-]*"
BEFORE = re.compile(
    rf"^\W{{0,3}}(?:{RESERVED_WORDS}){SEPARATOR}(?=©|\(c\)|copyright|ⓒ)", re.IGNORECASE
)
BEFORE_NAME = re.compile(  # followed by a holder without a sign: "Tous droits réservés Le Quai 2021"
    rf"^\W{{0,3}}(?:{RESERVED_WORDS})\s*[:：]?\s*(?=[^\s.,;|–—-].{{1,60}}\s(?:19|20)\d\d\W*$)"
    r"|^\W{0,3}(?:版权所有|版權所有|著作権者|저작권자|bản quyền thuộc về|حقوق النشر محفوظة ل|авторские права принадлежат"
    r"|prawa autorskie należą do)\s*[:：]?\s*(?=[^\s.,©])",
    re.IGNORECASE,
)
BELONGS = re.compile(
    r"(?:版权|版權|著作权|著作權)(?:归|歸|属于|屬於)([^，。,；;\s]{2,20}?)(?:所有|[，。,；;\s]|$)"
)
AROUND = re.compile(
    rf"^(?:copyright|ⓒ|©|\(c\))\s+|{SEPARATOR}(?:{RESERVED_WORDS}).*$", re.IGNORECASE | re.DOTALL
)


def bare_holder(name: str) -> str:
    """Remove what a notice says around its holder.

    >>> bare_holder("Hafenbote Verlag – Alle Rechte vorbehalten"), bare_holder("港口晚报 版权所有")
    ('Hafenbote Verlag', '港口晚报')
    """
    return AROUND.sub("", AROUND.sub("", name)).strip(" ,;:|–—-")


def without_reservation(text: str) -> str:
    """A notice without the words before its sign or its holder, which then follows a sign.

    >>> without_reservation("Todos los derechos reservados © Diario 2021")
    '© Diario 2021'
    >>> without_reservation("版权所有：港口晚报"), without_reservation("All rights reserved.")
    ('© 港口晚报', 'All rights reserved.')
    """
    if found := BEFORE.match(text):
        return text[found.end() :]
    found = BEFORE_NAME.match(text)
    return f"© {text[found.end() :]}" if found else text

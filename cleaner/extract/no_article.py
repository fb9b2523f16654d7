"""Tell why a page with hardly any text is no article: a bot wall, an error, a login, a redirect."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.html import HtmlElement

BOT_WALLS = (
    "//script[contains(@src, '/cdn-cgi/challenge-platform')] | //*[@id='challenge-form']"
    " | //*[@id='px-captcha'] | //*[@id='cf-wrapper'] | //form[@id='captcha-form']"
    " | //iframe[contains(@src, 'captcha-delivery.com')]"
)
APP_ROOTS = "//*[@id='root' or @id='app' or @id='__next' or @id='__nuxt' or @id='main-app']"
REFRESH = re.compile(r"^\s*(\d{1,3})\s*[;,]\s*url\s*=", re.I)
MAX_REDIRECT_SECONDS = 10  # a page that stays longer is meant to be read

# Beginnings of the headlines of such pages, in the languages of the packs.
WALL = (
    "just a moment|attention required|verify(?:ing)? (?:that )?you(?:'| a)re (?:a )?human"
    "|are you a (?:ro)?bot|access (?:to this page has been )?denied|security check"
    "|checking your browser|please wait|pardon our interruption|human verification"
    "|nur einen moment|einen moment bitte|un instant|veuillez patienter|accès refusé|un momento"
    "|um momento|acceso denegado|acesso negado|accesso negato|een moment|even geduld|cierpliwości"
    "|jeszcze chwila|один момент|доступ (?:запрещен|запрещён|ограничен)|подождите|зачекайте"
    "|bir dakika|lütfen bekleyin|لحظة|تم رفض الوصول|请稍候|請稍候|访问被拒绝|安全验证|请完成验证"
    "|しばらくお待ちください|アクセスが拒否|잠시만 기다|접근이 거부|chờ một chút|mohon tunggu"
)
ERROR = (
    r"(?:error\s*)?(?:40[0-9]|410|429|5\d\d)\b|forbidden|unauthorized|internal server error"
    "|bad gateway|service (?:temporarily )?unavailable|too many requests|gateway time-?out"
    "|site (?:under )?maintenance|wartungsarbeiten|технические работы|网站维护|サイトメンテナンス"
)
# Anywhere in a headline.
MISSING = (
    r"\bnot found\b|\bpage (?:does not|doesn't|no longer) exists?\b|seite (?:wurde )?nicht gefunden"
    "|page (?:introuvable|non trouvée|inexistante)|página no (?:encontrada|existe)"
    "|página não (?:encontrada|existe)|pagina non (?:trovata|esiste)|pagina niet gevonden"
    "|sidan (?:hittades inte|finns inte|kunde inte hittas)|siden (?:blev ikke fundet|findes ikke"
    "|finnes ikke|ble ikke funnet)|sivua ei löy|strona nie (?:istnieje|została znaleziona)"
    "|nie znaleziono strony|stránka (?:nenalezena|nebyla nalezena|neexistuje|nebola nájdená)"
    "|az oldal nem található|pagina nu (?:a fost găsită|există)|stranica nije pronađena"
    "|страниц[аы] не (?:найдена|существует)|сторінк[аи] не (?:знайдено|знайдена|існує)"
    "|страницата не е намерена|старонка не знойдзена|η σελίδα δεν (?:βρέθηκε|υπάρχει)"
    "|sayfa bulunamadı|səhifə tapılmadı|الصفحة غير موجودة|صفحه (?:مورد نظر )?یافت نشد|הדף לא נמצא"
    "|页面不存在|頁面不存在|找不到(?:该|該)?(?:页面|頁面|网页|網頁)|您访问的页面|ページが見つかりません"
    "|페이지를 찾을 수 없|không tìm thấy trang|halaman tidak ditemukan|ไม่พบหน้า"
)
LOGIN = (
    "(?:log|sign)[ -]?in|anmelden|connexion|se connecter|iniciar sesión|iniciar sessão|entrar"
    "|accedi|inloggen|logga in|log ind|logg inn|zaloguj(?: się)?|logowanie|přihlášení|prihlásenie"
    "|bejelentkezés|autentificare|prijava|вход|войти|авторизация|увійти|вхід|σύνδεση|giriş(?: yap)?"
    "|تسجيل الدخول|ورود|התחברות|登录|登錄|登入|用户登录|ログイン|로그인|đăng nhập|masuk"
)
REASONS = {
    "a page of a bot wall": re.compile(rf"^(?:{WALL})", re.I),
    "an error page": re.compile(rf"^(?:{ERROR})|{MISSING}", re.I),
    "a page to log in": re.compile(rf"^(?:{LOGIN})\s*(?:$|[|:–—-])|^(?:log|sign)[ -]?in\b", re.I),
}


def why_no_article(tree: HtmlElement, headlines: Sequence[str]) -> str | None:
    """Return why a page with hardly any text is not an article, or None if it may be.

    >>> from lxml import html
    >>> why_no_article(html.fromstring("<p>404</p>"), ["Страница не найдена - Пример"])
    'an error page'
    """
    if tree.xpath(BOT_WALLS):
        return "a page of a bot wall"
    if _redirects(tree):
        return "a page that redirects to another"
    for reason, pattern in REASONS.items():
        if any(pattern.search(headline) for headline in headlines):
            return reason
    if tree.xpath("//input[@type='password']"):
        return "a page to log in"
    if any(not str(root.text_content()).strip() for root in tree.xpath(APP_ROOTS)):
        return "an empty shell that scripts fill"
    return None


def _redirects(tree: HtmlElement) -> bool:
    for meta in tree.iter("meta"):
        if (meta.get("http-equiv") or "").lower() == "refresh":
            found = REFRESH.match(meta.get("content") or "")
            if found and int(found[1]) <= MAX_REDIRECT_SECONDS:
                return True
    return False

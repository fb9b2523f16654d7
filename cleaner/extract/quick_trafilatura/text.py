"""trafilatura's parser and text, by its own steps, taken so that they cost half.

The steps are the same, and so is the text; they are named for what they stand for. What differs:

- what classes and ids say is asked once (`names`);
- the tree is copied once and not five times: the other copies are for steps that few pages need;
- readability is left out where it cannot change the result (`sizes`);
- the parser makes elements without asking Python for their class.

`bench/page_stages.py` compares the texts of pages with trafilatura's own.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement
from trafilatura import baseline, core, external, html2txt, htmlprocessing, main_extractor, utils
from trafilatura.settings import DEDUPE_SCAN_CAP, MIN_DUPLICATE_LENGTH, TAG_CATALOG, Extractor
from trafilatura.xml import delete_element, xmltotxt

from cleaner.extract.quick_trafilatura.names import BODIES, discarded, teasers, unwanted
from cleaner.extract.quick_trafilatura.sizes import readability_at_most, spaced_at_most

WILD: Any = etree.XPath(".//code|.//p|.//quote|.//table|.//div[contains(@class, 'w3-code')]")
CONTROLS = bytes(set(range(32)) - {9, 10, 13})  # those that `utils.INVALID_XML_CHARS` has
PARSER = etree.HTMLParser(
    collect_ids=False,
    default_doctype=False,  # type: ignore[call-arg]  # the stubs lack it
    encoding="utf-8",
    remove_comments=True,
    remove_pis=True,
)
PARSER.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))


def load_html(page: str) -> HtmlElement | None:
    """What `trafilatura.load_html` does."""
    beginning = page[:50].lower()
    page = _repaired(page, beginning)
    tree = _parsed(page)
    if tree is None or not len(tree):
        tree = _parsed(page.encode("utf-8", "surrogatepass"))
    if tree is not None and utils.is_dubious_html(beginning) and len(tree) < 2:
        return None
    return tree


def _repaired(page: str, beginning: str) -> str:
    """What `utils.repair_faulty_html` does; most pages have none of the characters that XML cannot
    have, and to look for them one by one takes half as long as to parse the page."""
    data = page.encode("utf-8", "surrogatepass")
    if len(data.translate(None, CONTROLS)) < len(data) or "\ufffe" in page or "\uffff" in page:
        page = utils.INVALID_XML_CHARS.sub("", page)
    if "doctype" in beginning:
        first, _, rest = page.partition("\n")
        page = utils.DOCTYPE_TAG.sub("", first, count=1) + "\n" + rest
    if any("<html" in row and row.endswith("/>") for row in page[:4096].splitlines()[:4]):
        page = utils.FAULTY_HTML.sub(r"\1>", page, count=1)
    return page


def _parsed(page: str | bytes) -> HtmlElement | None:
    try:
        return lxml_html.fromstring(page, parser=PARSER)
    except (etree.LxmlError, ValueError):
        return None


def text_of(tree: HtmlElement, url: str | None) -> str | None:
    """The text that `trafilatura.bare_extraction` takes; None where it has to be asked itself."""
    options = Extractor(output_format="python", comments=False, url=url)
    try:
        body = _Extraction(tree, options).body()
    except (TypeError, ValueError):
        return ""
    return None if body is None else xmltotxt(body, options.formatting) or ""


class _Extraction:
    """What `trafilatura.core.trafilatura_sequence` does, of one tree."""

    def __init__(self, tree: HtmlElement, options: Any) -> None:
        self.tree = tree
        self.options = options

    def body(self) -> etree._Element | None:
        """The element that holds the text; None where trafilatura has to be asked itself."""
        options = self.options
        if core._forum_thread_page(self.tree) or self.tree.find(".//graphic") is not None:
            return None
        body, text = self._content()
        if not self._readability_is_worse(body, text):
            body, text = external.compare_extraction(
                self._cleaned(), self._pruned(), body, text, options
            )
        if len(text) < options.min_extracted_size:
            rescued, its_text, size = baseline(self._pruned())
            if size > len(text):
                body, text = rescued, its_text
        if 0 < len(text) < core.ESCALATION_MAX_LENGTH and self._covers_little(text):
            return None
        if len(text) < options.min_output_size:
            raise ValueError("no text")
        return body

    def _pruned(self) -> HtmlElement:
        return htmlprocessing.prune_unwanted_nodes(copy(self.tree), [unwanted])

    def _cleaned(self) -> HtmlElement:
        return htmlprocessing.tree_cleaning(self._pruned(), self.options)

    def _converted(self) -> HtmlElement:
        return htmlprocessing.convert_tags(self._cleaned(), self.options, self.options.url)

    def _content(self) -> tuple[etree._Element, str]:
        """What `main_extractor.extract_content` does."""
        tree = self._converted()
        order = list(tree.iter())  # before elements are moved
        body, text, tags = _main_text(tree, self.options)
        if not len(body) or len(text) < self.options.min_extracted_size:
            again = self._converted()
            done = zip(order, again.iter(), strict=True)
            consumed = {twin for node, twin in done if node.tag == "done"}
            _recover(again, body, tags, consumed, self.options)
            text = _joined(body)
        _drop_repeats(body)
        etree.strip_elements(body, "done")
        etree.strip_tags(body, "div")
        for node in body.iter("lb"):
            if node.tail and node.tail.isspace():
                around = {str(parent.tag) for parent in node.iterancestors()}
                if not around & utils.SPACING_PROTECTED:
                    node.tail = None
        return body, text

    def _readability_is_worse(self, body: etree._Element, text: str) -> bool:
        """Whether `external.compare_extraction` can but give back what it is given.

        Readability's text is taken where it is more than twice as long, or the own one has no
        paragraphs or more tables than paragraphs; justext is asked where the own one is short or
        holds elements that it should not.
        """
        if len(text) < self.options.min_extracted_size or body.xpath(external.SANITIZED_XPATH):
            return False
        paragraphs = body.findall(".//p")
        if len(body.findall(".//table")) > len(paragraphs):
            return False
        if not body.xpath("boolean(.//p//text())"):
            return False
        return readability_at_most(self.tree, 2 * len(text)) <= 2 * len(text)

    def _covers_little(self, text: str) -> bool:
        """Whether recall is retried: the text is a small part of all on the page."""
        if len(text) >= core.ESCALATION_PAGE_SHARE * spaced_at_most(self.tree):
            return False
        whole = len(html2txt(self._pruned()))
        return bool(len(text) < core.ESCALATION_PAGE_SHARE * whole)


def _main_text(tree: HtmlElement, options: Any) -> tuple[etree._Element, str, set[str]]:
    """What `main_extractor._extract` does."""
    tags = {*TAG_CATALOG, "table", "td", "th", "tr"}
    body = etree.Element("body")
    for find in BODIES:
        frame = find(tree)
        if frame is None:
            continue
        _prune_sections(frame)
        if not len(frame):
            continue
        if len("".join(frame.xpath("//p//text()"))) < options.min_extracted_size * 3:
            tags.add("div")
        if _take(frame, body, tags, options):
            break
    return body, _joined(body), tags


def _take(frame: HtmlElement, body: etree._Element, tags: set[str], options: Any) -> bool:
    """Put the elements of a frame into the body; whether there is something in it then."""
    nodes = list(frame.iterdescendants("*"))
    there = {node.tag for node in nodes}
    inline = main_extractor.INLINE_FORMATTABLE | {"lb"}
    alone = there == {"lb"} or (frame.tag == "div" and "div" in tags and there <= inline)
    if alone:
        nodes = [frame]
    start, lead = len(body), None
    if nodes != [frame] and utils.text_chars_test(frame.text):
        lead = main_extractor.process_node(_paragraph(frame.text), options)
    for node in nodes:
        if node.getroottree().getroot() is body:  # it was moved with one around it
            continue
        tag, tail = node.tag, node.tail
        made = main_extractor.handle_textelem(node, tags, options)
        if made is not None:
            body.append(made)
            if node.getroottree().getroot() is not body:
                node.tag = "done"
        rest = tag in main_extractor.REBUILT_BLOCKS and utils.text_chars_test(tail)
        if rest and (made is None or made.tail is None):
            after = _paragraph(tail)
            if main_extractor.process_node(after, options) is not None:
                body.append(after)
    while len(body) and body[-1].tag in main_extractor.NOT_AT_THE_END:
        delete_element(body[-1], keep_tail=False)
    if sum(node.tag != "graphic" for node in body) <= 1:
        return False
    if lead is not None:
        body.insert(start, lead)
    return True


def _recover(
    tree: HtmlElement, body: etree._Element, tags: set[str], consumed: set[Any], options: Any
) -> None:
    """What `main_extractor.recover_wild_text` does: paragraphs from anywhere that are not there."""
    _prune_sections(tree)
    texts = [main_extractor._elem_text(node) for node in body]
    there, whole = "\n".join(filter(None, texts)), set(texts)
    handled: set[Any] = set()
    for node in WILD(tree):
        if node in consumed or any(around in handled for around in node.iterancestors()):
            continue
        made = main_extractor.handle_textelem(node, tags, options)
        if made is None:
            continue
        if made is node:
            handled.add(node)
        text = main_extractor._elem_text(made)
        few = len(there) <= DEDUPE_SCAN_CAP
        part = utils.trim(text + made.tail) if utils.text_chars_test(made.tail) else ""
        known = (len(text) > MIN_DUPLICATE_LENGTH and text in there) or (part and part in there)
        if text and (text in whole or (few and known)):
            continue
        body.append(made)
        if few:
            there += f"\n{part or text}"
        whole.add(text)


def _joined(body: etree._Element) -> str:
    return " ".join(map(str, body.itertext())).strip()


def _paragraph(text: str | None) -> etree._Element:
    made = etree.Element("p")
    made.text = text
    return made


def _drop_repeats(body: etree._Element) -> None:
    before = None
    for node in list(body):
        now = main_extractor._elem_text(node)
        if now and now == before and len(now) > MIN_DUPLICATE_LENGTH:
            delete_element(node, keep_tail=False)
        else:
            before = now


def _prune_sections(tree: HtmlElement) -> None:
    """What `main_extractor.prune_unwanted_sections` does."""
    htmlprocessing.prune_unwanted_nodes(tree, [discarded], with_backup=True)
    htmlprocessing.prune_unwanted_nodes(tree, [teasers])
    for _ in range(2):
        gone = sum(_drop_linked(tree, tag) for tag in ("div", "list", "p"))
        if not gone:  # the second time would be as the first
            break
    tables = [node for node in tree.iter("table") if htmlprocessing.link_density_test_tables(node)]
    for node in tables:
        delete_element(node, keep_tail=False)
    etree.strip_tags(tree, "span", "ref")


def _drop_linked(tree: HtmlElement, tag: str) -> int:
    """What `htmlprocessing.delete_by_link_density` does: only elements with links are asked. How
    many went."""
    linked = {around for ref in tree.iter("ref") for around in ref.iterancestors()}
    gone = []
    for node in tree.iter(tag) if linked else ():
        if node not in linked:
            continue
        result, short = htmlprocessing.link_density_test(node)
        if not result and tag == "div" and short and len(node) >= 3:
            result = len(utils.trim(node.text_content())) < 100
        parent = node.getparent()
        held = tag == "p" and parent is not None and parent.tag in ("item", "td", "th")
        if result and not held:
            gone.append(node)
    for node in gone:
        delete_element(node)
    return len(gone)

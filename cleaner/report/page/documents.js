// The documents: kept and removed text, line by line.
const kindOf = new Map(data.rules.map((rule) => [rule.id, rule.kind]));
const kind = (rule) => kindOf.get(rule) || "other";

/** The lines of a document: the original text, and its kept and removed pieces. */
function linesOf(doc) {
  const lines = [{ text: "", pieces: [] }];
  for (const part of doc.parts) {
    const [rule, text, put] = typeof part === "string" ? [null, part, ""] : part;
    const pieces = text.split("\n");
    const head = pieces.findIndex(Boolean);
    pieces.forEach((piece, n) => {
      if (n) lines.push({ text: "", pieces: [] });
      const line = lines[lines.length - 1];
      line.text += piece;
      if (piece || put) line.pieces.push({ rule, piece, put: n === pieces.length - 1 ? put : "", head: n === head });
    });
  }
  return lines;
}

const SHOWN = {
  "lost-prose": "running text may be lost", insertions: "doubtful insertions", boilerplate: "boilerplate left",
  quarantined: "quarantined", random: "drawn at random",
};
data.documents.forEach((doc, n) => {
  doc.random = n >= data.suspicious;
  doc.rules = [...doc.parts.filter((part) => typeof part !== "string").map((part) => part[0]), ...doc.pruned.map((node) => node[0])];
  doc.kinds = doc.rules.map(kind);
  doc.search = `${doc.id}\n${doc.parts.map((part) => (typeof part === "string" ? part : part[1])).join("")}`;
});
// Of the others, only what a list shows is known.
for (const doc of data.listed) Object.assign(doc, { rules: [], kinds: [], search: doc.id });
const documents = [...data.documents, ...data.listed].sort((one, other) => other.suspicion - one.suspicion);
for (const doc of documents) {
  doc.name = doc.title || doc.id || "(no id)";
  doc.search = `${doc.search}\n${doc.title}\n${doc.url}`.toLowerCase();
}

function pieceElements({ rule, piece, put, head }) {
  if (rule === null) return [piece];
  if (!piece) return [element("ins", {}, put)];
  const why = element("span", { class: "why" }, `${rule} (${kind(rule)})`);
  const made = element("mark", { tabindex: head ? "0" : false }, piece, why);
  return put ? [made, element("ins", {}, put)] : [made];
}

/** The lines of a document as a list with arrow keys and buttons to mark each line. */
function linesElement(doc) {
  const list = element("ol", { class: "lines", "aria-label": "Lines of the text" });
  linesOf(doc).forEach((line, n) => {
    if (!line.text.trim()) {
      list.append(element("li", { class: "blank", "aria-hidden": "true" }));
      return;
    }
    const [risk, reason] = doc.risks[n] || [false, ""];
    const said = risk ? element("small", { class: "risk" }, reason) : null;
    const item = element("li", { tabindex: "-1", "data-risk": risk }, element("span", { class: "words" }, ...line.pieces.flatMap(pieceElements), said));
    const template = doc.templates[n] ?? line.text;
    item.append(editButtons(item, { site: doc.file, line: line.text, template, n: n + 1 }));
    list.append(item);
  });
  const items = [...list.querySelectorAll("li:not(.blank)")];
  const become = (current) => {
    for (const item of list.querySelectorAll("[data-current]")) setCurrent(item, false);
    setCurrent(current, true);
  };
  if (items.length) setCurrent(items[0], true);
  list.addEventListener("focusin", (event) => become(event.target.closest("li")));
  list.addEventListener("keydown", (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = items[items.indexOf(event.target.closest("li")) + by];
    if (next) next.focus();
    event.preventDefault();
  });
  return list;
}

function setCurrent(item, current) {
  item.toggleAttribute("data-current", current);
  item.tabIndex = current ? 0 : -1;
  for (const button of item.querySelectorAll("button")) button.tabIndex = current ? 0 : -1;
}

function figuresOf(doc) {
  if (doc.status !== "ok") return [element("strong", {}, doc.status), `: ${doc.message}`];
  const gone = doc.chars_in - doc.chars_out;
  return [`${number(gone)} of ${number(doc.chars_in)} characters removed (${percent(gone, doc.chars_in)})`];
}

/** The names of a document, and a link to its original, which opens in a new tab. */
function namesOf(doc) {
  const place = doc.input && doc.input !== doc.id ? `${doc.id} in ${doc.input}` : doc.id;
  const link = { href: doc.url, target: "_blank", rel: "noopener noreferrer" };
  return [element("p", { class: "meta" }, place), doc.url ? element("p", { class: "meta" }, element("a", link, doc.url)) : null];
}

function documentDetail(doc) {
  const parts = [
    element("h3", { dir: "auto" }, doc.name),
    ...namesOf(doc),
    element("p", { class: "meta" }, doc.site, " · ", ...figuresOf(doc)),
  ].filter(Boolean);
  if (!doc.parts) {
    const flags = doc.flags.map((name) => element("li", {}, SHOWN[name]));
    if (flags.length) parts.push(element("ul", { class: "reasons", "aria-label": "Why it is suspicious" }, ...flags));
    parts.push(element("p", { class: "more" }, "This report has no room for its text. Use cleaner explain with --id to see what was removed from it."));
    return parts;
  }
  if (doc.reasons.length) {
    parts.push(element("ul", { class: "reasons", "aria-label": "Why it is suspicious" }, ...doc.reasons.map((words) => element("li", {}, words))));
  }
  const text = section("h4", "Text");
  if (doc.parts.length) text.append(linesElement(doc));
  else text.append(element("p", {}, "No text."));
  if (doc.cut) text.append(element("p", { class: "more" }, `And ${number(doc.cut)} more characters.`));
  parts.push(text);
  if (doc.near.length) {
    const rows = doc.near.map((near) => [near.line, element("a", { href: ruleHref(near.rule) }, near.rule), near.why]);
    parts.push(section("h4", "Near misses and suspects", element("p", {}, "Lines that were kept although a rule's template matches them or the classifier doubts them."), table(["Line", "Rule", "Kept because"], rows)));
  }
  if (doc.pruned.length) parts.push(section("h4", "Removed from the page", table(["Text", "Rule", "Selector"], doc.pruned.map(([rule, selector, words]) => [words, rule, selector]))));
  if (doc.values.length) {
    const rows = doc.values.map(({ name, value, origin, others }) => {
      const said = others.map(([other, from]) => element("small", { class: "line" }, `${from}: ${other}`));
      return [name, element("span", { dir: "auto" }, value, ...said), origin];
    });
    parts.push(section("h4", "Metadata", table(["Field", "Value", "From"], rows)));
  }
  if (doc.notices.length) parts.push(section("h4", "Rights notices", table(["Notice", "Kind", "Summary"], doc.notices.map(([what, says, words]) => [words, what, says]))));
  const notes = [doc.extractor, ...doc.notes].filter(Boolean);
  if (notes.length) parts.push(section("h4", "Notes", element("ul", {}, ...notes.map((note) => element("li", {}, note)))));
  return parts;
}

function startDocuments() {
  const view = document.getElementById("view-documents");
  const form = view.querySelector("form");
  const shown = counted(documents.map((doc) => [...doc.flags, ...(doc.random ? ["random"] : [])]));
  for (const [name, words] of Object.entries(SHOWN)) {
    form.elements.show.append(element("option", { value: name }, `${words} (${number(shown.get(name) || 0)})`));
  }
  const totals = new Map(data.verdict.figures.map((figure) => [figure.name, figure.name === "boilerplate" ? 0 : figure.count]));
  choices(form.elements.site, counted(documents.map((doc) => [doc.site])));
  choices(form.elements.kind, counted(data.documents.map((doc) => doc.kinds)));
  choices(form.elements.rule, counted(data.documents.map((doc) => doc.rules)));
  return new Browser(view, {
    items: documents,
    noun: "documents",
    note: ({ show }, found) => (totals.get(show) > found ? `; ${number(totals.get(show) - found)} less suspicious ones are not listed` : ""),
    matches: (doc, { text, show, site, kind, rule }) =>
      (!show || doc.flags.includes(show) || (show === "random" && doc.random)) && (!site || doc.site === site) && (!kind || doc.kinds.includes(kind)) && (!rule || doc.rules.includes(rule)) && (!text || doc.search.includes(text)),
    entry: (doc) => [
      element("span", { class: "name", dir: "auto" }, doc.name),
      element("small", {}, doc.status === "ok" ? `${doc.site} · ${percent(doc.chars_in - doc.chars_out, doc.chars_in)} removed` : `${doc.site} · ${doc.status}`),
      ...doc.flags.map((name) => element("small", { class: "tag", "data-flag": name }, SHOWN[name])),
    ],
    href: (doc) => docHref(doc.key),
    detail: documentDetail,
  });
}

/** Keyboard shortcuts, except in form fields. */
function onKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea, pre")) return;
  const by = { j: 1, ArrowRight: 1, k: -1, ArrowLeft: -1 }[event.key];
  const browser = Object.values(views).find((each) => !each.view.hidden);
  if (by && browser) {
    browser.step(by);
    event.preventDefault();
    return;
  }
  const as = { b: "boilerplate", t: "content" }[event.key];
  const line = event.target.closest(".lines li") || document.querySelector("#view-rules:not([hidden]) .learned li");
  if (as && line) line.querySelector(`button[value=${as}]`).click();
}

// The rules: how often each fired, the removed texts, and their context.
const titleOf = new Map(documents.map((doc) => [doc.key, doc.name]));

/** A removal in context; line breaks at its end are not highlighted. */
function contextElement({ id, before, text, put, after }) {
  const gone = text.replace(/\n+$/, "");
  const mark = element("mark", {}, gone);
  const words = [before, mark, put ? element("ins", {}, put) : null, text.slice(gone.length), after];
  return element(
    "li",
    {},
    element("p", { class: "context", dir: "auto" }, ...words),
    element("p", { class: "meta" }, titleOf.has(id) ? element("a", { href: docHref(id) }, titleOf.get(id)) : id),
  );
}

function ruleDetail(rule) {
  const took = rule.of_page ? "nodes removed from pages before text extraction" : "characters";
  const parts = [
    element("h3", {}, rule.id),
    element(
      "p",
      { class: "meta" },
      `${rule.kind} · ${plural(rule.removals, "removal", "removals")} in ${plural(rule.documents, "document", "documents")}, ${number(rule.characters)} ${took}`,
    ),
  ];
  if (rule.prose) {
    const words = `${plural(rule.prose, "removal has", "removals have")} a line that looks like running text. Check whether it is content.`;
    parts.push(element("p", { class: "warning" }, words));
  }
  if (rule.learned !== null) parts.push(learnedElement(rule));
  const more = rule.more_sites ? ` and ${number(rule.more_sites)} more` : "";
  const sites = rule.sites.map(([site, count]) => `${site} (${number(count)})`).join(", ");
  parts.push(section("h4", "Sites", element("p", {}, sites + more)));
  if (rule.texts.length) {
    const rows = rule.texts.map(([text, count]) => [element("span", { class: "pre", dir: "auto" }, text || "(blank)"), number(count)]);
    parts.push(section("h4", "Most frequent", table(["Removed text", "Times"], rows)));
  }
  if (rule.contexts.length) {
    const items = rule.contexts.map(contextElement);
    parts.push(section("h4", "Drawn at random", element("ul", { class: "contexts" }, ...items)));
  }
  if (!rule.texts.length && !rule.contexts.length && !rule.of_page) {
    parts.push(element("p", { class: "more" }, "See removals.jsonl for its removals; the report shows only those of the rules that removed the most."));
  }
  return parts;
}

/** What to do with a learned rule: the buttons mark its line, so that it gets into a rule file. */
function learnedElement(rule) {
  const words = "Learned from this corpus.";
  if (!rule.learned) return element("p", {}, `${words} To keep it, take it over with cleaner rules promote.`);
  const item = element("li", { tabindex: "0" }, element("span", { class: "words", dir: "auto" }, rule.learned));
  const site = rule.id.slice(0, rule.id.lastIndexOf("/"));
  item.append(editButtons(item, { site: site.includes(".") ? site : "", line: rule.learned, template: rule.learned, n: 1 }));
  setCurrent(item, true);
  return section("h4", `${words} Accept it with b, reject it with t`, element("ol", { class: "lines learned" }, item));
}

function startRules() {
  const view = document.getElementById("view-rules");
  choices(view.querySelector("form").elements.kind, counted(data.rules.map((rule) => [rule.kind])));
  const byName = (one, other) => (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
  return new Browser(view, {
    items: data.rules,
    noun: "rules",
    matches: (rule, { text, kind }) =>
      (!kind || rule.kind === kind) && (!text || rule.id.toLowerCase().includes(text) || rule.texts.some(([words]) => words.toLowerCase().includes(text))),
    order: ({ order }) => (one, other) =>
      (other.learned !== null) - (one.learned !== null) || (order === "id" ? 0 : other[order] - one[order]) || byName(one, other),
    entry: (rule) => [
      element("span", { class: "name" }, rule.id),
      element("small", {}, `${number(rule.removals)} × · ${rule.kind}${rule.learned === null ? "" : " · learned"}`, rule.prose ? element("b", { class: "flag" }, ` · ${number(rule.prose)} like prose`) : null),
    ],
    href: (rule) => ruleHref(rule.id),
    detail: ruleDetail,
  });
}

// Lines that the reader edits as boilerplate or content, and the rules made from these edits.
// window.edits is a list of {site, as, line}; window.onEdits(edits), if defined, receives every change.
window.edits = [];
const templates = new Map(); // by marked line

function editOf(site, line) {
  return window.edits.find((edit) => edit.site === site && edit.line === line);
}

/** The two buttons of a line, disabled if the site and thus the rule file is unknown. */
function editButtons(item, { site, line, template, n }) {
  const show = () => {
    const as = (site && editOf(site, line)?.as) || "";
    item.dataset.marked = as;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === as));
  };
  const buttons = ["boilerplate", "content"].map((as) =>
    element(
      "button",
      {
        type: "button", value: as, tabindex: "-1", disabled: !site, "aria-label": `Line ${n}: ${as}`,
        title: site ? false : "The site of this document is unknown",
        click: () => {
          templates.set(line, template);
          const before = editOf(site, line);
          const others = window.edits.filter((edit) => edit !== before);
          setEdits(before?.as === as ? others : [...others, { site, as, line }]);
        },
      },
      as,
    ),
  );
  item.showEdit = show;
  show();
  return element("span", { class: "actions" }, ...buttons);
}

/** A YAML scalar in single quotes, or in double quotes if a character must be escaped. */
function scalar(text) {
  const special = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/gu;
  if (!text.match(special)) return `'${text.replaceAll("'", "''")}'`;
  const escaped = text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return `"${escaped.replace(special, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
}

/** The rule file made from the edits of one site. */
function ruleFile(site, edits) {
  const rows = (as, text) => edits.filter((edit) => edit.as === as).map((edit) => scalar(text(edit.line)));
  const listed = (key, indent, values) => (values.length ? [`${indent}${key}:`, ...values.map((value) => `${indent}  - ${value}`)] : []);
  const line = (text) => text;
  const template = (text) => templates.get(text).trim();
  const boilerplate = rows("boilerplate", template);
  return [
    `site: ${site}`,
    ...listed("keep", "", rows("content", template)),
    ...(boilerplate.length ? ["rules:", "  - kind: other", "    id: reviewed"] : []),
    ...listed("line", "    ", boilerplate),
    ...(boilerplate.length ? [...listed("hit", "    ", rows("boilerplate", line)), ...listed("miss", "    ", rows("content", line))] : []),
    "",
  ].join("\n");
}

function setEdits(edits) {
  window.edits = edits;
  const panel = document.querySelector(".marked");
  panel.hidden = !edits.length;
  panel.querySelector(".marked-status").textContent = `${plural(edits.length, "line", "lines")} marked.`;
  const sites = [...new Set(edits.map((edit) => edit.site))].sort();
  panel.querySelector(".files").replaceChildren(...sites.map((site) => fileElement(site, ruleFile(site, edits.filter((edit) => edit.site === site)))));
  for (const item of document.querySelectorAll(".lines li:not(.blank)")) item.showEdit();
  if (window.onEdits) window.onEdits(edits);
}

function fileElement(site, yaml) {
  const code = element("pre", { class: "yaml", tabindex: "0", "aria-label": `Rules for ${site}` }, yaml);
  const copy = element("button", { type: "button", click: () => copyText(code) }, `Copy the rules for ${site}`);
  return section("h4", `sites/${site}.yaml`, code, element("p", {}, copy));
}

async function copyText(code) {
  const status = document.querySelector(".marked-status");
  try {
    await navigator.clipboard.writeText(code.textContent);
    status.textContent = "Copied.";
  } catch {
    getSelection().selectAllChildren(code);
    status.textContent = "The text is selected; copy it with the keyboard.";
  }
}

function startEdits() {
  document.querySelector(".marked .clear").addEventListener("click", () => setEdits([]));
}

/** A file is as old as its run. */
function startOverview() {
  if (location.protocol !== "file:") return;
  const written = new Date(document.lastModified);
  document.querySelector(".written").textContent = `${written.toLocaleString("en-GB", { dateStyle: "long", timeStyle: "short" })} · `;
}

startOverview();
startEdits();
views.documents = startDocuments();
views.rules = startRules();
window.addEventListener("hashchange", route);
document.addEventListener("keydown", onKey);
route();

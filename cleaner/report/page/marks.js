// Lines that the reader marks as cruft or content, and the rules that these marks make.
// window.marks is a list of {site, as, line}; window.onMarks(marks), where there is one, is told of it.
window.marks = [];
const templates = new Map(); // of each line that was marked

function markOf(site, line) {
  return window.marks.find((mark) => mark.site === site && mark.line === line);
}

/** The two buttons of a line. Without a site there is no file that a rule could go to. */
function markButtons(item, { site, line, template, n }) {
  const show = () => {
    const as = (site && markOf(site, line)?.as) || "";
    item.dataset.marked = as;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === as));
  };
  const buttons = ["cruft", "content"].map((as) =>
    element(
      "button",
      {
        type: "button", value: as, tabindex: "-1", disabled: !site, "aria-label": `Line ${n}: ${as}`,
        title: site ? false : "The site of this document is not known",
        click: () => {
          templates.set(line, template);
          const before = markOf(site, line);
          const others = window.marks.filter((mark) => mark !== before);
          setMarks(before?.as === as ? others : [...others, { site, as, line }]);
        },
      },
      as,
    ),
  );
  item.showMark = show;
  show();
  return element("span", { class: "actions" }, ...buttons);
}

/** A YAML scalar; in single quotes, or in double ones where a character must be escaped. */
function scalar(text) {
  const special = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/gu;
  if (!text.match(special)) return `'${text.replaceAll("'", "''")}'`;
  const escaped = text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return `"${escaped.replace(special, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)}"`;
}

/** The rule file that the marks of one site make. */
function ruleFile(site, marks) {
  const rows = (as, text) => marks.filter((mark) => mark.as === as).map((mark) => scalar(text(mark.line)));
  const listed = (key, indent, values) => (values.length ? [`${indent}${key}:`, ...values.map((value) => `${indent}  - ${value}`)] : []);
  const line = (text) => text;
  const template = (text) => templates.get(text).trim();
  const cruft = rows("cruft", template);
  return [
    `site: ${site}`,
    ...listed("keep", "", rows("content", template)),
    ...(cruft.length ? ["rules:", "  - kind: other", "    id: reviewed"] : []),
    ...listed("line", "    ", cruft),
    ...(cruft.length ? [...listed("hit", "    ", rows("cruft", line)), ...listed("miss", "    ", rows("content", line))] : []),
    "",
  ].join("\n");
}

function setMarks(marks) {
  window.marks = marks;
  const panel = document.querySelector(".marked");
  panel.hidden = !marks.length;
  panel.querySelector(".marked-status").textContent = `${plural(marks.length, "line", "lines")} marked.`;
  const sites = [...new Set(marks.map((mark) => mark.site))].sort();
  panel.querySelector(".files").replaceChildren(...sites.map((site) => fileElement(site, ruleFile(site, marks.filter((mark) => mark.site === site)))));
  for (const item of document.querySelectorAll(".lines li:not(.blank)")) item.showMark();
  if (window.onMarks) window.onMarks(marks);
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
    status.textContent = "Selected; copy it with the keys of your system.";
  }
}

function startMarks() {
  document.querySelector(".marked .clear").addEventListener("click", () => setMarks([]));
}

startMarks();
views.documents = startDocuments();
views.rules = startRules();
window.addEventListener("hashchange", route);
document.addEventListener("keydown", onKey);
route();

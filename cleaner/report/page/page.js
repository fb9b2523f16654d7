// The views of the page and shared functions. Text from documents becomes text nodes, never markup.
const data = JSON.parse(document.getElementById("data").textContent);
const PAGE = 40; // entries of a list on one page

/** An element with attributes (except null or false ones) and children. */
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(key, value);
    else if (value !== null && value !== false) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

const number = (value) => value.toLocaleString("en");
const percent = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(1)} %` : "0 %");
const plural = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;
const docHref = (key) => `#doc=${encodeURIComponent(key)}`;
const ruleHref = (id) => `#rule=${encodeURIComponent(id)}`;

function section(level, title, ...children) {
  return element("section", {}, element(level, {}, title), ...children);
}

function table(columns, rows) {
  const head = element("tr", {}, ...columns.map((name) => element("th", { scope: "col" }, name)));
  const body = rows.map((cells) =>
    element("tr", {}, ...cells.map((cell, n) => (n ? element("td", {}, cell) : element("th", { scope: "row" }, cell)))),
  );
  return element("table", { class: "plain" }, element("thead", {}, head), element("tbody", {}, ...body));
}

/** Fill a select with values and their counts. */
function choices(select, counts) {
  const names = [...counts.keys()].sort();
  select.append(...names.map((name) => element("option", { value: name }, `${name} (${counts.get(name)})`)));
}

/** Count the collections that contain each value. */
function counted(collections) {
  const counts = new Map();
  for (const values of collections) {
    for (const value of new Set(values)) counts.set(value, (counts.get(value) || 0) + 1);
  }
  return counts;
}

/**
 * A filtered list with pages on the left of a view, and one of its entries on the right.
 * `matches(item, filters)` filters, `entry(item)` returns the content of a link, `href(item)` its
 * address, `detail(item)` the content of an entry, with a heading first. `note(filters, count)`
 * returns words to put after the number of entries found.
 */
class Browser {
  constructor(view, { items, noun, matches, note, order, entry, href, detail }) {
    Object.assign(this, { view, items, noun, matches, note, order, entry, href, detail });
    this.form = view.querySelector("form");
    this.list = view.querySelector(".list");
    this.article = view.querySelector(".detail");
    this.pager = view.querySelector(".pager");
    this.current = null;
    this.page = 0;
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("input", () => this.filter());
    this.filter();
  }

  filter(wanted = null) {
    if (wanted) {
      this.form.reset();
      for (const [name, value] of wanted) {
        const control = this.form.elements[name];
        if (!control) continue;
        if (control.options && ![...control.options].some((option) => option.value === value)) {
          control.append(element("option", { value }, `${value} (0)`));
        }
        control.value = value;
      }
    }
    const filters = Object.fromEntries(new FormData(this.form));
    filters.text = filters.text.toLowerCase().trim();
    this.found = this.items.filter((item) => this.matches(item, filters));
    this.noted = this.note ? this.note(filters, this.found.length) : "";
    if (this.order) this.found.sort(this.order(filters));
    this.show(0);
    if (!this.found.includes(this.current)) this.open(this.found[0] || null);
  }

  show(page) {
    this.page = page;
    const [from, to] = [page * PAGE, Math.min(this.found.length, (page + 1) * PAGE)];
    const one = this.noun.slice(0, -1);
    this.view.querySelector(".count").textContent =
      plural(this.found.length, one, this.noun) + (this.found.length > PAGE ? `, ${from + 1} to ${to}` : "") + this.noted;
    this.list.setAttribute("start", from + 1);
    this.list.replaceChildren(
      ...this.found.slice(from, to).map((item) =>
        element("li", {}, element("a", { href: this.href(item), "aria-current": item === this.current && "true" }, ...this.entry(item))),
      ),
    );
    const turn = (label, to, possible) =>
      element("button", { type: "button", disabled: !possible, click: () => this.show(to) }, label);
    this.pager.replaceChildren(
      ...(this.found.length > PAGE
        ? [turn("Previous page", page - 1, page > 0), turn("Next page", page + 1, to < this.found.length)]
        : []),
    );
  }

  /** Show an entry; with `focus`, focus its heading. */
  open(item, focus = false) {
    this.current = item;
    const place = this.found.indexOf(item);
    this.show(place < 0 ? this.page : Math.floor(place / PAGE));
    if (!item) {
      this.article.replaceChildren(element("p", {}, `No ${this.noun} to show.`));
      return;
    }
    const link = (label, rel, other) =>
      other ? element("a", { href: this.href(other), rel }, label) : element("span", { class: "off" }, label);
    const steps = element(
      "nav",
      { "aria-label": `Browse ${this.noun}`, class: "steps" },
      element("a", { href: `#${this.noun}`, class: "back" }, "All"),
      link("Previous", "prev", this.found[place - 1]),
      link("Next", "next", place < 0 ? this.found[0] : this.found[place + 1]),
    );
    this.article.replaceChildren(steps, ...this.detail(item));
    if (!focus) return;
    const heading = this.article.querySelector("h3");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    this.view.querySelector(".split").scrollIntoView({ block: "start" });
  }

  step(by) {
    const place = this.found.indexOf(this.current) + by;
    if (place >= 0 && place < this.found.length) location.hash = this.href(this.found[place]);
  }
}

const views = {};

/** Show the view that the fragment names: #overview, #documents?site=…, #doc=…, #rules, #rule=… */
function route(event) {
  const hash = location.hash.slice(1);
  const [, name = "overview", key = null] = /^(doc|rule)=(.*)$/s.exec(hash) || [null, hash.split("?")[0], null];
  const view = { doc: "documents", rule: "rules" }[name] || (document.getElementById(`view-${name}`) ? name : "overview");
  for (const other of document.querySelectorAll(".view")) other.hidden = other.id !== `view-${view}`;
  for (const link of document.querySelectorAll("nav[aria-label=Views] a")) {
    if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const browser = views[view];
  const shown = document.getElementById(`view-${view}`);
  shown.toggleAttribute("data-detail", key !== null);
  if (key !== null) {
    let wanted = key;
    try {
      wanted = decodeURIComponent(key);
    } catch {} // a truncated fragment is looked up unchanged
    browser.open(browser.items.find((item) => (item.key ?? item.id) === wanted) || null, Boolean(event));
    return;
  }
  if (browser && hash.includes("?")) browser.filter(new URLSearchParams(hash.slice(hash.indexOf("?") + 1)));
  if (event) {
    shown.querySelector("h2").focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
}

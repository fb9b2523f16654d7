// What is wrong with a page for those who cannot see it, or not well: a list of words.
() => {
  const wrong = [];
  const visible = (e) => e.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && e.getClientRects().length > 0;
  if (!document.documentElement.lang) wrong.push("no language");
  if (!document.title) wrong.push("no title");

  let level = 0;
  for (const heading of [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(visible)) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) wrong.push(`${heading.tagName} after H${level}`);
    level = own;
  }

  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids.filter((id, n) => ids.indexOf(id) !== n))) wrong.push(`id ${id} twice`);
  for (const e of document.querySelectorAll("[aria-labelledby]")) {
    if (!document.getElementById(e.getAttribute("aria-labelledby"))) wrong.push(`label of ${e.id} is not there`);
  }

  const named = (e) =>
    e.getAttribute("aria-label") || e.textContent.trim() || e.labels?.[0]?.textContent.trim();
  for (const e of [...document.querySelectorAll("a, button, input, select, summary, nav, svg[role=img]")].filter(visible)) {
    if (!named(e)) wrong.push(`${e.tagName} without a name`);
  }
  for (const e of document.querySelectorAll("th")) if (!e.scope) wrong.push(`th without a scope: ${e.textContent}`);

  // Contrast: the colour of each text over the nearest ground that is painted (1.4.3, AA).
  const channels = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const found = channels(getComputedStyle(e).backgroundColor);
      if (found.length === 3 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !visible(parent) || parent.closest("svg, script, style")) continue;
    if (parent.disabled || getComputedStyle(parent).clipPath !== "none") continue;
    const [one, other] = [channels(getComputedStyle(parent).color), ground(parent)].map(luminance).sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) wrong.push(`contrast ${ratio.toFixed(2)}: ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  return wrong;
};

// Filters the rules of a comparison.
(() => {
  "use strict";
  const form = document.querySelector("#rules form");
  if (!form) return;
  const rules = [...document.querySelectorAll(".rule")];
  const words = new Map(rules.map((rule) => [rule, rule.textContent.toLowerCase()]));
  function filter() {
    const text = form.elements.text.value.toLowerCase().trim();
    const show = form.elements.show.value;
    let count = 0;
    for (const rule of rules) {
      rule.hidden = !words.get(rule).includes(text) || (show !== "all" && rule.dataset[show] === "0");
      count += !rule.hidden;
    }
    document.querySelector("#rules .count").textContent = `${count} of ${rules.length} rules`;
  }
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  filter();
})();

// Sends what is marked to the server that the page came from, and shows what it answers.
// All that it says is put in as text.
(() => {
  "use strict";
  const panel = document.querySelector(".review");
  const live = made("div", "");
  const bar = made("p", "", button("Try on this run", () => send(false)), " ", button("Write into the rules", () => send(true)));
  live.setAttribute("role", "status");
  panel.append(bar, live);
  const words = {
    removed: "would go", kept: "would stay", edited: "would be another", moved: "would go by another rule",
    lost: "no longer in the text", new: "new in the text",
  };
  let busy = false;

  function made(name, text, ...children) {
    const element = document.createElement(name);
    element.append(text, ...children);
    return element;
  }

  function list(rows) {
    return made("ul", "", ...rows.map((row) => made("li", row)));
  }

  const counted = (count, what) => `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;

  function button(label, action) {
    const element = made("button", label);
    element.type = "button";
    element.addEventListener("click", action);
    return element;
  }

  async function send(write) {
    if (busy) return;
    busy = true;
    live.replaceChildren(made("p", write ? "Testing and writing …" : "Trying …"));
    try {
      const answer = await fetch("marks", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ marks: window.marks, write }),
      });
      const said = await answer.json();
      live.replaceChildren(...(answer.ok ? accepted(said) : refused(said)));
    } catch (error) {
      live.replaceChildren(made("p", `No answer: ${error.message}. Is the review still running?`));
    }
    busy = false;
  }

  function refused(said) {
    return [made("p", made("strong", "Refused; nothing was written.")), list(said.problems)];
  }

  function accepted({ wrote, files, warnings, effect }) {
    const head = wrote ? "Written; it holds from the next run on." : "This can be written.";
    const parts = [made("p", made("strong", head)), ...effectParts(effect)];
    if (warnings.length) parts.push(made("p", "Warnings:"), list(warnings));
    for (const file of files) {
      const code = made("pre", file.diff);
      code.className = "yaml";
      code.tabIndex = 0;
      parts.push(made("p", file.path), code);
    }
    return parts;
  }

  function effectParts(effect) {
    const lines = Object.entries(effect.lines).map(([what, count]) => `${counted(count, "line")} ${words[what]}`);
    const what = lines.length ? lines.join(", ") : "no line would change";
    const parts = [made("p", `In ${counted(effect.documents, "document")} of this run: ${what}.`)];
    if (!effect.selected) {
      parts.push(made("p", "No document of this run selects these files: they need the host, or a mark."));
    }
    if (effect.prose) parts.push(made("p", made("strong", `${counted(effect.prose, "line")} that would go read like prose.`)));
    if (!effect.complete) parts.push(made("p", "The time was up before all documents were looked at; there may be more."));
    if (!effect.same_rules) {
      parts.push(made("p", "This run was made with other rules than those now in force; both sides are by the latter."));
    }
    const shown = effect.examples.map((one) => {
      const times = one.times > 1 ? ` × ${one.times}` : "";
      return `${one.takes_prose ? "PROSE " : ""}${words[one.what]}${times}: ${one.text} (${one.id})`;
    });
    if (shown.length) parts.push(list(shown));
    if (effect.more_examples) parts.push(made("p", `And ${counted(effect.more_examples, "line")} more.`));
    return parts;
  }

  window.onMarks = () => {
    if (!busy) live.replaceChildren();
  };
})();

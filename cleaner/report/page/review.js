// Sends the edits to the server of this page and shows its answer, always as text.
(() => {
  "use strict";
  const panel = document.querySelector(".review");
  const live = made("div", "");
  const bar = made("p", "", button("Try on this run", () => send(false)), " ", button("Write into the rules", () => send(true)));
  live.setAttribute("role", "status");
  panel.append(bar, live);
  const words = {
    removed: "would be removed", kept: "would be kept", edited: "would be edited", moved: "would be removed by another rule",
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
      const answer = await fetch("edits", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ edits: window.edits, write }),
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

  function accepted({ wrote, files, warnings, dry_run: dryRun }) {
    const head = wrote ? "Written. The next run uses these rules." : "These rules can be written.";
    const parts = [made("p", made("strong", head)), ...dryRunParts(dryRun)];
    if (warnings.length) parts.push(made("p", "Warnings:"), list(warnings));
    for (const file of files) {
      const code = made("pre", file.diff);
      code.className = "yaml";
      code.tabIndex = 0;
      parts.push(made("p", file.path), code);
    }
    return parts;
  }

  function dryRunParts(dryRun) {
    const lines = Object.entries(dryRun.lines).map(([what, count]) => `${counted(count, "line")} ${words[what]}`);
    const what = lines.length ? lines.join(", ") : "no line would change";
    const parts = [made("p", `In ${counted(dryRun.documents, "document")} of this run: ${what}.`)];
    if (!dryRun.selected) {
      parts.push(made("p", "No document of this run selects these files; they select by host or mark."));
    }
    if (dryRun.prose) parts.push(made("p", made("strong", `Removed lines that look like prose: ${dryRun.prose.toLocaleString("en")}.`)));
    if (!dryRun.complete) parts.push(made("p", "Time ran out before all documents were checked; there may be more."));
    if (!dryRun.same_rules) {
      parts.push(made("p", "This run was made with different rules; both sides of this comparison use the current rules."));
    }
    const shown = dryRun.examples.map((one) => {
      const times = one.times > 1 ? ` × ${one.times}` : "";
      return `${one.takes_prose ? "PROSE " : ""}${words[one.what]}${times}: ${one.text} (${one.id})`;
    });
    if (shown.length) parts.push(list(shown));
    if (dryRun.more_examples) parts.push(made("p", `And ${counted(dryRun.more_examples, "line")} more.`));
    return parts;
  }

  window.onEdits = () => {
    if (!busy) live.replaceChildren();
  };
})();

// What a page needs beyond widgets: pairs that light up together, copy, print, and an answer right after pasting.
if (!window.matcherPage) {
  window.matcherPage = true;

  const twins = (mark) => [...mark.closest(".sides").querySelectorAll("mark.pair")].filter((m) => m.dataset.pair === mark.dataset.pair);
  const light = (event, on) => {
    const mark = event.target.closest?.("mark.pair");
    if (!mark) return;
    mark.closest(".sides").classList.toggle("reading", on);
    twins(mark).forEach((m) => m.classList.toggle("lit", on));
  };
  const meet = (mark) => {
    const other = twins(mark).find((m) => m.closest(".side") !== mark.closest(".side"));
    if (!other) return;
    const box = other.closest(".side");
    if (box.scrollHeight > box.clientHeight) {
      box.scrollTop += other.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
    } else {
      other.scrollIntoView({ block: "nearest" });
    }
  };
  const copy = async (button) => {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Outside of localhost and https a browser has no clipboard for scripts; a selection still copies.
      const area = document.body.appendChild(Object.assign(document.createElement("textarea"), { value: text }));
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const before = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = before), 1600);
  };

  const dark = () => getComputedStyle(document.querySelector(".stApp")).colorScheme.includes("dark");
  addEventListener("beforeprint", () => document.body.classList.toggle("dark", dark()));
  for (const name of ["mouseover", "focusin"]) document.addEventListener(name, (e) => light(e, true));
  for (const name of ["mouseout", "focusout"]) document.addEventListener(name, (e) => light(e, false));
  document.addEventListener("click", (event) => {
    const mark = event.target.closest?.("mark.pair");
    if (mark) meet(mark);
    if (event.target.closest?.(".guide-line a")) {
      event.preventDefault(); // a link of the masthead keeps what is in the tab
      document.querySelector('.st-key-links a[href$="guide"]').click();
    }
    const button = event.target.closest?.("button.act");
    if (button?.dataset.copy) copy(button);
    if (button?.dataset.print) window.print();
    if (event.target.closest?.(".st-key-export button")) exported = unsaved();
  });
  // What only this tab holds is asked for before it is closed or loaded anew, unless it was exported as it stands.
  let exported = "";
  const unsaved = () => document.querySelector("[data-unsaved]")?.dataset.unsaved ?? "";
  addEventListener("beforeunload", (event) => unsaved() && unsaved() !== exported && event.preventDefault());
  document.addEventListener("keydown", (event) => {
    const mark = event.target.closest?.("mark.pair");
    if (mark && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      meet(mark);
    }
  });
  // Letters decide and step where nothing is being typed. What is pressed waits its turn: a decision until the button of
  // the row in view is there, whatever follows a step until the next row is, so that no key acts on the row before. It is
  // dropped where another row comes into view some other way, or the row offers nothing of the kind once the page stands still.
  const strokes = { j: "queue-next", k: "queue-previous", a: "row-suggested", r: "row-keep", u: "undo" };
  const patience = 10_000; // milliseconds that a stroke waits before it is given up
  const settled = 1_000; // milliseconds after which a page that stands still will draw no more buttons
  const pressed = []; // keys, each with the row it is for; null while a step may be ahead of it
  let left = null; // the row that a step has left
  let since = 0;
  const row = () => document.querySelector(".st-key-open [data-row]")?.dataset.row;
  const acted = (key) => {
    const agrees = document.querySelector(".st-key-open .verdict.is-agree");
    const name = key === "r" && agrees ? strokes.a : strokes[key];
    const place = name.startsWith("row-") ? `${name}-${row()}` : name;
    const button = document.querySelector(`.st-key-${place} button`);
    if (button && !button.disabled) button.click();
    if (button && !button.disabled && name.startsWith("queue-")) left = row();
    return button !== null;
  };
  const act = () => {
    const late = Date.now() - since > patience;
    const still = document.querySelector(".stApp")?.dataset.testScriptState === "notRunning";
    if (left !== null && (left !== row() || late)) {
      left = null;
      since = Date.now();
    }
    if (left === null && pressed.length) {
      const first = pressed[0];
      first.of ??= row();
      if (first.of !== row() || acted(first.key) || late || (still && Date.now() - since > settled)) {
        pressed.shift();
        since = Date.now();
      }
    }
    if (pressed.length || left !== null) setTimeout(act, 30);
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, [contenteditable], [role=combobox]");
    const key = event.key.toLowerCase();
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !strokes[key] || row() === undefined) return;
    event.stopPropagation(); // else the table that was clicked opens its cell for the letter
    const idle = !pressed.length && left === null;
    pressed.push({ key, of: idle ? row() : null });
    if (idle) {
      since = Date.now();
      act();
    }
  }, true);
  // What is typed answers by itself after a pause; until then the answer in view is marked as that of an older text.
  let answered = null;
  let pause = null;
  const ask = (area) => area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", code: "Enter", ctrlKey: true, bubbles: true }));
  document.addEventListener("focusin", (event) => {
    const area = event.target.closest?.(".st-key-proposal textarea");
    if (area && !document.body.classList.contains("edited")) answered = area.value;
  });
  document.addEventListener("input", (event) => {
    const area = event.target.closest?.(".st-key-proposal textarea");
    if (!area) return;
    document.body.classList.toggle("edited", area.value !== answered);
    clearTimeout(pause);
    pause = setTimeout(() => ask(area), 1500);
  });
  window.matcherAnswered = () => {
    answered = document.querySelector(".st-key-proposal textarea")?.value ?? null;
    document.body.classList.remove("edited");
  };
  document.addEventListener("paste", (event) => {
    const area = event.target.closest?.(".st-key-proposal textarea");
    if (area) setTimeout(() => ask(area), 30);
  });
}

// Marking words of an article's text. Places are counted in code points, as the text is kept; a browser counts UTF-16 units.
"use strict";
(() => {
  const points = (text) => [...text].length;
  const trimmed = (text) => text.length - text.trimStart().length;
  const keysOn = "shortcuts" in document.body.dataset;
  const ask = (address, place) => `${address}${address.includes("?") ? "&" : "?"}start=${place.start}&end=${place.end}`;

  // --- in the text itself: select, then M or the button ---

  const prose = document.querySelector("[data-mark]");
  const bar = document.getElementById("markbar");

  // How many code points of the text stand before a boundary of the selection; -1 outside the text.
  function offset(node, at) {
    const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
    const block = element?.closest("[data-start]");
    if (!block || !prose.contains(block)) return -1;
    const before = document.createRange();
    before.setStart(block, 0);
    before.setEnd(node, at);
    return Number(block.dataset.start) + points(before.toString());
  }
  function marked() {
    const selection = getSelection();
    if (!prose || selection.isCollapsed || !selection.rangeCount) return null;
    const range = selection.getRangeAt(0);
    const blocks = [...prose.querySelectorAll("[data-start]")].filter((block) => range.intersectsNode(block));
    if (!blocks.length) return null;
    // A selection that begins or ends beside the words (a number, a margin) begins or ends with the paragraph's words.
    const first = blocks[0], last = blocks[blocks.length - 1];
    let start = offset(range.startContainer, range.startOffset);
    let end = offset(range.endContainer, range.endOffset);
    if (start < 0) start = Number(first.dataset.start);
    if (end < 0) end = Number(last.dataset.start) + points(last.textContent);
    if (end <= start) return null;
    const words = selection.toString().trim();
    return words ? { start, end, words } : null;
  }
  if (prose && bar) {
    const link = bar.querySelector("a");
    const said = document.getElementById("marked");
    document.addEventListener("selectionchange", () => {
      const place = marked();
      bar.hidden = !place;
      said.textContent = place ? said.dataset.says : "";
      if (!place) return;
      const all = [...place.words];
      bar.querySelector("[data-words]").textContent = all.length > 120 ? `${all.slice(0, 120).join("")}…` : place.words;
      link.href = ask(prose.dataset.mark, place);
    });
    document.addEventListener("keydown", (event) => {
      const plain = keysOn && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
      if (!plain || event.key !== "m" || bar.hidden || event.target.closest?.("input, textarea, select")) return;
      event.preventDefault();
      location.assign(link.href);
    });
  }

  // --- in one paragraph: a field that cannot be changed takes a selection by keyboard, too ---

  const whole = document.querySelector("[data-paragraph]");
  if (whole) {
    const form = whole.form;
    // A field that is read-only takes no caret, so no Shift and arrows: this one takes them, and no changes.
    whole.readOnly = false;
    whole.inputMode = "none";
    whole.setAttribute("aria-readonly", "true");
    whole.addEventListener("beforeinput", (event) => event.preventDefault());
    whole.addEventListener("drop", (event) => event.preventDefault());
    const picked = document.getElementById("picked");
    const chosen = () => {
      const text = whole.value.slice(whole.selectionStart, whole.selectionEnd);
      if (!text.trim()) return null;
      const start = points(whole.value.slice(0, whole.selectionStart + trimmed(text)));
      return { start, end: start + points(text.trim()), words: text.trim() };
    };
    let last = null;
    const show = () => {
      const place = chosen();
      if (place) last = place;
      else if (document.activeElement === whole) last = null;
      form.elements.place.value = last ? `${last.start}:${last.end}` : "";
      picked.textContent = last ? `${picked.dataset.says} ${last.words}` : "";
    };
    for (const name of ["select", "keyup", "mouseup", "touchend"]) whole.addEventListener(name, show);
    document.addEventListener("selectionchange", show);
    // What is ticked or pasted later than the marking counts.
    form.addEventListener("input", (event) => {
      if (event.target === whole) return;
      last = null;
      whole.setSelectionRange(0, 0);
      form.elements.place.value = "";
      picked.textContent = "";
    });
  }
})();

// Sorting by keyboard and by touch. Each key does what a button or a link of the page does.
"use strict";
(() => {
  const keysOn = "shortcuts" in document.body.dataset;
  const prose = document.querySelector("[data-mark]");
  const card = document.getElementById("passage");
  const here = document.getElementById("here");
  const FIELDS = "textarea, select, input:not([type=checkbox], [type=radio], [type=submit], [type=button])";
  let busy = false; // a decision is on its way: the next key is for the next passage

  // The open passage in the middle of the text, without moving the page.
  if (here && prose.scrollHeight > prose.clientHeight) {
    prose.scrollTop += here.getBoundingClientRect().top - prose.getBoundingClientRect().top - prose.clientHeight / 3;
  } else if (here && matchMedia("(min-width:64rem)").matches) {
    here.scrollIntoView({ block: "center" });
  }

  card?.addEventListener("submit", (event) => {
    if (busy) event.preventDefault();
    busy = true;
  });
  addEventListener("pageshow", () => { busy = false; });

  // The kind of a new speaker is guessed from the proposed name: another name leaves it open, unless it was chosen by hand.
  let kindIsChosen = false;
  card?.addEventListener("input", (event) => {
    if (event.target.name === "speaker_kind") kindIsChosen = true;
    if (event.target.name !== "speaker" || kindIsChosen) return;
    for (const kind of card.querySelectorAll("[name=speaker_kind]")) kind.checked = false;
  });

  // In the capture phase, before the keys that every page has.
  document.addEventListener("keydown", (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : "";
    if (!keysOn || !"arlijk".includes(key) || !key || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (document.activeElement?.matches(FIELDS) || document.querySelector("dialog[open]")) return;
    const target = card?.querySelector(`[data-key="${key}"]`);
    if (!target) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.repeat || busy) return;
    if (key === "i") {
      const statement = document.getElementById("statement");
      statement.focus();
      statement.setSelectionRange(statement.value.length, statement.value.length);
    } else target.click();
  }, true);

  // A tap on the text selects its sentence; the bar then offers to sort it.
  prose?.addEventListener("click", (event) => {
    if (!matchMedia("(pointer:coarse)").matches || event.target.closest("a")) return;
    const block = event.target.closest("[data-start]");
    if (!block || !getSelection().isCollapsed) return;
    const at = document.caretPositionFromPoint?.(event.clientX, event.clientY);
    const [node, offset] = at ? [at.offsetNode, at.offset]
      : ((range) => [range?.startContainer, range?.startOffset])(document.caretRangeFromPoint?.(event.clientX, event.clientY));
    if (node?.nodeType !== Node.TEXT_NODE || !block.contains(node)) return;
    const text = node.data;
    const ends = [...text.matchAll(/[.!?…]+[»”’"')\]]*(?=\s|$)/g)].map((found) => found.index + found[0].length);
    const first = ends.filter((end) => end <= offset).pop() ?? 0;
    const last = ends.find((end) => end > offset) ?? text.length;
    getSelection().setBaseAndExtent(node, first, node, last);
  });
})();

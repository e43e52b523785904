// The desk by keyboard. Everything here is a bonus: each key does what a link, a button or a field of the page does as well.
// Letters go by what is printed on the key, digits by where it is: on a French keyboard the number row gives & é " ' (.
"use strict";
(() => {
  const given = document.currentScript.dataset;
  const words = JSON.parse(given.words);
  const places = JSON.parse(given.places);
  const verdicts = given.verdicts.split(",");
  const works = "works" in given;
  const keysOn = "shortcuts" in document.body.dataset;
  const claimHere = /^.*?\/claims\/\d+(?=\/|$)/.exec(location.pathname)?.[0];
  const G_WAITS = 1500; // ms between G and the letter after it
  const find = (selector, within = document) => within.querySelector(selector);

  // --- what is said ---

  const said = find("#said");
  function say(text) {
    if (!said || !text) return;
    const line = find(".said", said) ?? said.appendChild(Object.assign(document.createElement("p"), { className: "said vh" }));
    line.textContent = line.textContent === text ? `${text}\u00a0` : text;
  }

  // --- rows: the focused link is the cursor ---

  const LINKS = "main .qt .q-t, main .claims-list .q-t";
  const rowOf = (element) => element?.closest?.(".qt tbody tr, .claims-list > li") ?? null;
  const links = () => [...document.querySelectorAll(LINKS)];
  const linkOf = (row) => row && find(".q-t", row);
  let current = null;

  function store(name, value) {
    try { sessionStorage.setItem(`desk.${name}`, JSON.stringify(value)); } catch { /* storage is full or off: J and K stay here */ }
  }
  function stored(name) {
    try { return JSON.parse(sessionStorage.getItem(`desk.${name}`)) ?? []; } catch { return []; }
  }

  const path = (link) => new URL(link.href).pathname;
  // A page of the link's claim, with the list that the link names.
  function place(link, what) {
    const to = new URL(path(link) + what, location.origin);
    const list = new URL(link.href).searchParams.get("list");
    if (list) to.searchParams.set("list", list);
    return to.pathname + to.search + to.hash;
  }
  if (links().length) store("claims", links().map((link) => place(link, new URL(link.href).hash)));

  function mark(row) {
    if (row === current) return;
    current?.removeAttribute("aria-current");
    row?.setAttribute("aria-current", "true");
    current = row;
  }
  document.addEventListener("focusin", (event) => {
    const row = rowOf(event.target);
    if (row) { mark(row); peek(linkOf(row)); }
  });

  function step(by) {
    if (claimHere) return stepClaim(by);
    const all = links();
    if (!all.length) return say(words.nothing);
    const at = all.indexOf(linkOf(rowOf(document.activeElement) ?? current));
    const to = at < 0 ? 0 : at + by;
    if (!all[to]) return say(by > 0 ? words.last : words.first);
    all[to].focus();
    all[to].scrollIntoView({ block: "nearest" });
  }
  function stepClaim(by) {
    const all = stored("claims");
    const at = all.findIndex((each) => each.split(/[?#]/)[0] === claimHere);
    const to = all[at + by];
    if (at < 0 || !to) return say(by > 0 ? words.last : words.first);
    location.assign(to);
  }

  // --- the claim that a key is about: the page's own, or that of the row ---

  function goFor(what, row) {
    if (!works) return say(words.readers);
    const link = linkOf(row);
    if (!link) return say(words.choose);
    location.assign(place(link, what));
  }

  function verdict(number) {
    if (!claimHere) return goFor(`?verdict=${verdicts[number - 1]}`, onRow());
    const radio = find(`#verdict input[type=radio][name=outcome][value=${verdicts[number - 1]}]`);
    if (!radio) return say(words.noVerdict);
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    enter(find("#verdict textarea[name=rationale]"));
    say(radio.closest("label")?.querySelector(".st")?.textContent.trim());
  }
  function onRow() {
    return rowOf(document.activeElement) ?? current;
  }

  function enter(field) {
    if (!field) return say(words.notNow);
    field.focus();
    field.scrollIntoView({ block: "center" });
  }
  function evidence() {
    if (!claimHere) return goFor("/evidence#add-ev", onRow());
    const box = find("#add-ev");
    return box ? open(box) : say(words.notNow);
  }

  // --- a form that is a link until it is opened: fetched into its place, so that nothing typed elsewhere is lost ---

  const firstField = (box) => find("input:not([type=hidden]), select, textarea", box);
  async function opened(box) {
    if (!("opens" in box.dataset)) return Object.assign(box, { open: true });
    if (box.ariaBusy) return null;
    box.ariaBusy = "true";
    const page = await fetched(box.href);
    const form = page && find(`#${box.id}`, page);
    if (!form?.matches("details")) {
      box.ariaBusy = null;
      keepTouched(forms());
      return location.assign(box.href); // that page gives back what was typed here
    }
    (box.closest("p") ?? box).replaceWith(form);
    return form;
  }
  async function open(box) {
    const form = await opened(box);
    if (form) enter(firstField(form));
  }
  document.addEventListener("click", (event) => {
    const box = event.target.closest("a[data-opens]");
    if (!box || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(box);
  });

  function follow(ending) {
    if (!claimHere) return goFor(ending, onRow());
    const link = [...document.querySelectorAll("main .act a")].find((each) => path(each).endsWith(ending));
    return link ? link.click() : say(words.notNow);
  }
  function undo() {
    const button = find("main [data-undo]");
    return button ? button.click() : say(words.noUndo);
  }
  function go(where) {
    return where ? location.assign(where) : say(words.noPlace);
  }

  // --- the day on which an outcome became known, as its sources have it: suggested when the outcome is chosen ---

  function suggest(radio) {
    const field = radio.form && find("[data-suggests]", radio.form);
    const known = [...document.getElementsByName("outcome")].map((each) => each.dataset.known);
    if (!field || (field.value && !known.includes(field.value))) return;
    field.value = radio.dataset.known ?? "";
    const hint = find(`#${field.id}-h`);
    hint.dataset.words ??= hint.textContent;
    hint.textContent = field.value ? field.dataset.suggests : hint.dataset.words;
  }
  document.addEventListener("change", (event) => { if (event.target.name === "outcome") suggest(event.target); });

  // --- choosing rows ---

  let lastChosen = null;
  function choose(range) {
    const box = find('.c-x input[type="checkbox"]', onRow() ?? document.createElement("p"));
    if (!box) return say(words.choose);
    const boxes = [...document.querySelectorAll('.c-x input[type="checkbox"]')];
    const [from, to] = [boxes.indexOf(range && lastChosen ? lastChosen : box), boxes.indexOf(box)].sort((a, b) => a - b);
    const checked = range && lastChosen ? lastChosen.checked : !box.checked;
    for (const each of boxes.slice(from, to + 1)) each.checked = checked;
    lastChosen = box;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
  const chosen = find("#chosen");
  function count() {
    const boxes = [...document.querySelectorAll('.c-x input[type="checkbox"]')];
    const text = chosen.dataset.words.replace("#", boxes.filter((each) => each.checked).length).replace("#", boxes.length);
    if (chosen.textContent !== text) { chosen.textContent = text; say(text); }
  }
  if (chosen) document.addEventListener("change", (event) => { if (event.target.closest(".c-x")) count(); });

  // --- all keys ---

  async function help() {
    const open = find("dialog.keys-all");
    if (open) return open.open ? open.close() : open.showModal();
    const page = await fetched(given.keys);
    const list = page && find("#all-keys", page);
    if (!list) return location.assign(given.keys);
    const dialog = Object.assign(document.createElement("dialog"), { className: "keys-all" });
    dialog.setAttribute("aria-labelledby", "keys-h");
    const close = Object.assign(document.createElement("button"), { type: "submit", className: "btn", textContent: words.close });
    const form = Object.assign(document.createElement("form"), { method: "dialog" });
    form.append(close);
    dialog.append(...list.childNodes, form);
    document.body.append(dialog);
    dialog.showModal();
  }
  async function fetched(address, signal) {
    try {
      const answer = await fetch(address, { signal, credentials: "same-origin" });
      // Signed out meanwhile, it is the sign-in page that comes: then the link, when it is followed, says so.
      if (!answer.ok || answer.redirected) return null;
      return new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch { return null; }
  }

  // --- the panel beside the rows ---

  const panel = find("[data-peek]");
  // From this width on the panel is a column of the page; below it is a drawer that is opened.
  const isWide = matchMedia("(min-width:100rem)");
  const isOpen = () => isWide.matches || panel.matches(":popover-open");
  let asking = null;
  let waiting = 0;
  function peek(link) {
    if (!panel || !link || !isOpen() || panel.dataset.peek === path(link)) return;
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      asking?.abort();
      asking = new AbortController();
      const { signal } = asking;
      const address = path(link);
      panel.setAttribute("aria-busy", "true");
      const page = await fetched(place(link, "/peek"), signal);
      if (signal.aborted) return;
      panel.removeAttribute("aria-busy");
      const shown = page && find(".peek-in", page);
      if (!shown) return;
      panel.dataset.peek = address;
      panel.replaceChildren(shown);
    }, 120);
  }
  function details() {
    const row = onRow();
    const link = linkOf(row);
    if (!panel || !link) return say(words.choose);
    if (!isWide.matches && panel.matches(":popover-open") && panel.dataset.peek === path(link)) return panel.hidePopover();
    if (!isWide.matches && !panel.matches(":popover-open")) panel.showPopover();
    peek(link);
  }
  if (panel) {
    document.addEventListener("click", (event) => {
      const opener = event.target.closest("a.pk");
      if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      mark(rowOf(opener));
      details();
    });
  }

  // --- what has come since the page was drawn: said in a line, so that no row moves under the cursor ---

  const news = find("[data-news]");
  const EVERY = 60_000; // ms
  async function look() {
    if (!news || document.hidden) return;
    const page = await fetched(news.dataset.news);
    const line = page && find("#news", page);
    if (line && line.textContent.trim() !== news.textContent.trim()) news.replaceChildren(line);
  }
  if (news) {
    setInterval(look, EVERY);
    document.addEventListener("visibilitychange", look);
  }

  // --- a page of several forms: what stands half written in one is not lost when another is sent ---

  const forms = () => [...document.querySelectorAll("main form[method=post]")];
  const fields = (form) => [...form.elements].filter((each) => each.name && !["hidden", "password", "file", "submit"].includes(each.type));
  const isTicked = (field) => ["checkbox", "radio"].includes(field.type);
  function isTouched(field) {
    if (isTicked(field)) return field.checked !== field.defaultChecked;
    if (field.options) return [...field.options].some((each) => each.selected !== each.defaultSelected) && field.selectedIndex > 0;
    return field.value !== field.defaultValue;
  }
  // A form is known by its path: what follows names the list that the claim was opened from.
  const pathOf = (address) => new URL(address ?? "", location.href).pathname;
  function keepTouched(among) {
    const touched = among.filter((form) => fields(form).some(isTouched));
    if (!claimHere || !touched.length) return;
    const written = (field) => [field.name, field.value, isTicked(field) ? field.checked : null];
    store(`written${claimHere}`, touched.map((form) => [pathOf(form.getAttribute("action")), fields(form).map(written)]));
  }
  function keep(event) {
    if (!event.defaultPrevented) keepTouched(forms().filter((form) => form !== event.target));
  }
  async function giveBack() {
    const written = stored(`written${claimHere}`);
    store(`written${claimHere}`, []);
    for (const [action, values] of written) {
      const link = [...document.querySelectorAll("a[data-opens]")].find((each) => pathOf(each.href) === action);
      if (link && !(await opened(link))) return store(`written${claimHere}`, written); // that page gives it back
      const form = forms().find((each) => pathOf(each.getAttribute("action")) === action);
      for (const [name, value, checked] of form ? values : []) {
        const field = fields(form).find((each) => each.name === name && (checked === null || each.value === value));
        if (!field) continue;
        if (checked === null) field.value = value;
        else field.checked = checked;
      }
      const box = form?.closest("details");
      if (box) box.open = true;
    }
  }
  document.addEventListener("submit", keep);
  if (claimHere) giveBack();

  // --- keys ---

  const isField = (element) =>
    element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit], [type=button])");

  function submit(event) {
    const from = document.activeElement;
    const form = from.closest("form") ?? (from.closest("#verdict") && find("#verdict form[method=post]"));
    if (!form || event.repeat) return;
    event.preventDefault();
    // The first button is what the form is for; without it the form would not say which of its buttons was meant.
    const first = find("button[type=submit]:not([disabled]), button:not([type])", form);
    form.requestSubmit((event.shiftKey && find('button[formaction*="then=next"]:not([disabled])', form)) || first);
  }

  let afterG = 0;
  const letters = {
    j: () => step(1),
    k: () => step(-1),
    w: () => (claimHere ? enter(find("#verdict form textarea")) : goFor("#verdict", onRow())),
    e: evidence,
    d: () => follow("/postpone"),
    o: () => follow("/assign"),
    i: () => follow("/edit"),
    u: undo,
    " ": details,
    x: () => choose(false),
    X: () => choose(true),
    n: () => go(places.n),
    g: () => { afterG = Date.now(); },
    "/": () => enter([...document.querySelectorAll("[type=search]")].find((each) => each.offsetParent)),
    "?": help,
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.altKey) return submit(event);
    if (!keysOn || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = document.activeElement ?? document.body;
    if (event.key === "Escape") return isField(target) && !find("dialog[open]") ? target.blur() : undefined;
    if (isField(target) || event.key.length !== 1) return;
    if (find("dialog[open]") && event.key !== "?") return;
    const hadG = Date.now() - afterG < G_WAITS;
    afterG = 0;
    const digit = /^(?:Digit|Numpad)([1-5])$/.exec(event.code)?.[1];
    let act = hadG ? () => go(places[`g${event.key.toLowerCase()}`]) : letters[event.key];
    // Shift and a digit's key is a digit on some keyboards and a sign on others.
    if (!hadG && digit && (!event.shiftKey || event.key === digit)) act = () => verdict(Number(digit));
    if (!act || (event.repeat && !"jk".includes(event.key))) return;
    event.preventDefault();
    act();
  });

  // --- where an address leads ---

  function arrive() {
    if (find("#problems") || !["", "verdict"].includes(document.activeElement.id)) return;
    const reason = find("#verdict:has([name=outcome]:checked) textarea[name=rationale]");
    if (claimHere && reason && new URLSearchParams(location.search).has("verdict")) enter(reason);
    else if (location.hash === "#add-ev") evidence();
  }
  arrive();
  // What a fragment names, or nothing at all, is focused by the browser itself, later than this.
  if (location.hash) addEventListener("load", () => setTimeout(arrive));
})();

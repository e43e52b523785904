// What the walk through every page asks in the page itself; it runs after axe, before the page's own scripts.
"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const seen = (selector) => all(selector).filter((each) => each.checkVisibility());
  const short = (element) => element.outerHTML.slice(0, 140);

  // What axe finds; of contrast also what it leaves open, such as a text that something covers in part: that is computed.
  async function lookAt(runOnly, without) {
    const kinds = runOnly.values.includes("color-contrast") ? kindsOfText() : null;
    if (kinds?.size === 0) return [];
    const where = kinds ? { include: [...kinds.values()] } : document;
    const rules = Object.fromEntries(without.map((name) => [name, { enabled: false }]));
    const options = { runOnly, rules, resultTypes: ["violations", "incomplete"], preload: false };
    const found = await (kinds ? axe.run(where, options) : unstuck(() => axe.run(where, options)));
    const told = (rule, node) => `${rule.id}: ${node.target.at(-1)}: ${node.failureSummary}`;
    const faults = found.violations.flatMap((rule) => rule.nodes.map((node) => told(rule, node)));
    for (const rule of found.incomplete.filter(({ id }) => id === "color-contrast"))
      for (const node of rule.nodes) {
        const fault = contrastFault(document.querySelector(node.target.at(-1)));
        if (fault) faults.push(`${told(rule, node)}: ${fault}`);
      }
    if (kinds && !faults.length) sessionStorage.kindsOfText = JSON.stringify([...known(), ...kinds.keys()]);
    return faults;
  }

  // What sticks to the edge of the screen covers something on every page that is higher than it, until one scrolls.
  async function unstuck(look) {
    const stuck = all("body *").filter((each) => ["sticky", "fixed"].includes(getComputedStyle(each).position));
    stuck.forEach((each) => { each.style.position = "relative"; });
    try { return await look(); } finally { stuck.forEach((each) => { each.style.position = ""; }); }
  }

  // Of texts of the same colour on the same ground, one speaks for all, also for those of pages that were looked at before:
  // nothing else decides on their contrast.
  const known = () => JSON.parse(sessionStorage.kindsOfText ?? "[]");
  function kindsOfText() {
    const kinds = new Map(), before = new Set(known()), grounds = new Map();
    const groundsOf = (element) => {
      if (!element) return "";
      if (!grounds.has(element)) {
        const { backgroundColor, opacity } = getComputedStyle(element);
        const own = backgroundColor !== "rgba(0, 0, 0, 0)" || opacity !== "1" ? `${backgroundColor},${opacity},` : "";
        grounds.set(element, own + groundsOf(element.parentElement));
      }
      return grounds.get(element);
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const element = texts.currentNode.parentElement;
      if (!texts.currentNode.data.trim() || !element.checkVisibility()) continue;
      const { color, fontSize, fontWeight } = getComputedStyle(element);
      const key = [color, isLarge(fontSize, fontWeight)].join() + groundsOf(element);
      if (!before.has(key) && !kinds.has(key)) kinds.set(key, element);
    }
    return kinds;
  }

  const isLarge = (size, weight) => parseFloat(size) >= 24 || (parseFloat(size) >= 18.66 && weight >= 700);

  // WCAG 2: how a text stands out from all the grounds below it, and how much it has to.
  function contrastFault(element) {
    const numbers = (colour) => {
      const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
      return colour.startsWith("color(") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
    };
    const over = ([r, g, b, a], under) => [r, g, b].map((value, i) => value * a + under[i] * (1 - a));
    const light = (rgb) => {
      const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.unshift(numbers(getComputedStyle(at).backgroundColor));
    const ground = layers.reduce((under, layer) => over(layer, under), [255, 255, 255]);
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const [one, two] = [over(numbers(color), ground), ground].map(light).sort((a, b) => b - a);
    const ratio = (one + 0.05) / (two + 0.05);
    const least = isLarge(fontSize, fontWeight) ? 3 : 4.5;
    return ratio < least ? `computed ${ratio.toFixed(2)}, it needs ${least}` : "";
  }

  // The page without its words: every element with its attributes as they are, but of what is written for people only whether it is
  // there. Roles and colours hang on nothing else; widths may, as where French has wider columns. Of names it counts, too, which are the same: two landmarks may not share one.
  const NAMES = /^(title|alt|summary|aria-label)$/, NAMING = "h1, h2, h3, h4, h5, h6, caption";
  const WORDS = /^(placeholder|value|label|content|aria-(description|valuetext|placeholder|roledescription))$/;
  const ADDRESSES = /^(href|src|srcset|action|formaction|poster|cite|datetime)$/;
  const LANGUAGES = /^(lang|hreflang|xml:lang)$/;
  function shape() {
    const met = new Map(), any = (words) => (words.trim() ? "~" : "");
    const which = (words) => {
      const plain = words.trim().replace(/\s+/g, " ");
      if (plain && !met.has(plain)) met.set(plain, met.size);
      return plain && `~${met.get(plain)}`;
    };
    const attribute = ({ name, value }, element) => {
      if (element.matches("meta[name=viewport], [rel=stylesheet]")) return `${name}=${value}`;
      if (NAMES.test(name)) return `${name}=${which(value)}`;
      if (LANGUAGES.test(name)) return `${name}=${/^(en|fr)(-\w+)?$/.test(value) ? "~" : value}`;
      const isText = WORDS.test(name) || ADDRESSES.test(name) || (name.startsWith("data-") && /[^\w-]/.test(value));
      return isText ? `${name}=${any(value)}` : `${name}=${value}`;
    };
    const tell = (node) => {
      if (node.nodeType === Node.TEXT_NODE) return any(node.data);
      if (node.nodeType !== Node.ELEMENT_NODE) return "";
      const start = `<${node.localName} ${[...node.attributes].map((each) => attribute(each, node)).sort().join(" ")}>`;
      if (node.matches("script, style, textarea")) return `${start}${any(node.textContent)}</>`;
      const inner = [...node.childNodes].map(tell);
      // Of the two languages another one is current.
      if (node.querySelector(":scope > [aria-current=true]") && node.querySelector(":scope > [lang], :scope > [hreflang]")) inner.sort();
      return `${start}${node.matches(NAMING) ? which(node.textContent) : ""}${inner.join("")}</>`;
    };
    return tell(document.documentElement);
  }

  // What makes the page scroll sideways, and what stands out of the screen although it does not.
  function tooWide() {
    const width = document.documentElement.clientWidth;
    const isOut = (each) => each.getBoundingClientRect().right > width + 0.5;
    const scrolls = (each) => {
      const { overflowX, textOverflow } = getComputedStyle(each);
      // What is cut with an ellipsis stays within its box, too.
      return (["auto", "scroll"].includes(overflowX) || (overflowX === "hidden" && textOverflow === "ellipsis")) && !isOut(each);
    };
    const boxed = (each) => { for (let at = each.parentElement; at; at = at.parentElement) if (scrolls(at)) return true; return false; };
    const out = seen("body *").filter((each) => isOut(each) && !each.closest("svg, .vh, .skip") && !boxed(each));
    const whole = document.documentElement.scrollWidth;
    return [...(whole > width ? [`it is ${whole} wide`] : []), ...out.slice(0, 3).map(short)];
  }

  // Marked texts of people (see marked_texts.py) whose direction can reach the words of the page: the nearest element that isolates
  // them must hold nothing else, or they stand between the characters that isolate (U+2068 and U+2069).
  const MARKS = /[⟦⟧]/, ISOLATES = "bdi, [dir=auto], textarea, option, script, style, template";
  const ofPeople = /\u2068[^\u2069]*\u2069|⟦[^⟧]*⟧|^[^⟦⟧]*⟧|⟦[^⟧]*$/g;
  function markedTexts() {
    const found = [], texts = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) if (MARKS.test(texts.currentNode.data)) found.push(texts.currentNode);
    return found;
  }
  function visible(element) {
    const copy = element.cloneNode(true);
    all(".vh", copy).forEach((each) => each.remove());
    return copy.textContent;
  }
  const countMarks = () => markedTexts().length;
  function notIsolated() {
    const faults = new Set();
    for (const text of markedTexts()) {
      if (!MARKS.test(text.data.replace(/\u2068[^\u2069]*\u2069/g, ""))) continue;
      const within = text.parentElement.closest(ISOLATES);
      if (within?.matches("script, style, template") || text.parentElement.closest(".vh, [hidden]")) continue;
      if (within?.matches("textarea")) continue;  // a field of its own
      const rest = within && visible(within).replace(ofPeople, "");
      const styled = within && (within.matches("option") || getComputedStyle(within).unicodeBidi !== "normal");
      if (!within || !styled || /\p{L}/u.test(rest)) faults.add(short(within && /\p{L}/u.test(rest) ? within : text.parentElement));
    }
    return [...faults];
  }

  // Where the system chooses all colours: a shape may not take the colour of what it stands on, a control needs an edge, and
  // whatever has the focus a ring.
  function unseen() {
    const ground = getComputedStyle(document.body).backgroundColor;
    const shapes = seen(".i").filter((each) => getComputedStyle(each).color === ground && !each.closest(".btn-primary"));
    const edges = seen(".btn:not(.btn-quiet), .inp, .sel, .area, .panel").filter((each) => {
      const { borderTopStyle, borderTopWidth, borderTopColor } = getComputedStyle(each);
      return borderTopStyle === "none" || borderTopWidth === "0px" || borderTopColor === ground;
    });
    const rings = seen("a[href], button, summary, input, select, textarea").slice(0, 30).filter((each) => {
      each.focus({ focusVisible: true, preventScroll: true });
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(each);
      return document.activeElement === each && (outlineStyle === "none" || outlineWidth === "0px" || outlineColor === ground);
    });
    const told = (what, found) => found.slice(0, 3).map((each) => `${what}: ${short(each)}`);
    return [...told("no shape", shapes), ...told("no edge", edges), ...told("no ring", rings)];
  }

  // The form whose address ends so is sent, with what stands in it already and what is typed over it ("*": every box there is).
  function sendForm(ending, typed) {
    const address = (form) => new URL(form.getAttribute("action") || location.href, location.href);
    const ends = (form) => [address(form).pathname, address(form).pathname + address(form).search].some((each) => each.endsWith(ending));
    const from = all("main form[method=post]").filter(ends).at(-1);
    if (!from) throw new Error(`no form to …${ending}`);
    const form = document.body.appendChild(Object.assign(document.createElement("form"), { method: "post", action: address(from) }));
    const add = (name, value) => form.append(Object.assign(document.createElement("textarea"), { name, value, hidden: true }));
    for (const [name, value] of new FormData(from)) if (!(name in typed) && typeof value === "string") add(name, value);
    for (const [name, given] of Object.entries(typed)) {
      const boxes = given === "*" ? all(`[type=checkbox][name="${name}"]`).map((box) => box.value) : [given].flat();
      for (const value of boxes) add(name, value);
    }
    HTMLFormElement.prototype.submit.call(form);
  }

  Object.assign(window, { lookAt, shape, tooWide, unseen, sendForm, notIsolated, countMarks });
})();

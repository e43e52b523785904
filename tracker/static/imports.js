// While an import is being worked on, ask how far it has come; when its page becomes another, go there.
(() => {
  const page = document.getElementById("import");
  if (!page) return;
  const ask = async () => {
    let answer;
    try {
      answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    } catch {
      return setTimeout(ask, 10000);
    }
    if (!answer.ok) return setTimeout(ask, 10000);
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = found.getElementById("import");
    if (!next || found.title !== document.title) return location.reload();
    page.querySelector("[role=status]").replaceWith(next.querySelector("[role=status]"));
    setTimeout(ask, Number(page.dataset.again));
  };
  setTimeout(ask, Number(page.dataset.again));
})();

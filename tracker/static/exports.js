// Shows how many rows of an export have arrived. Large ones are left to the browser's own download, which needs no memory.
(() => {
  const link = document.getElementById("x-download");
  if (!link || !link.dataset.rows || !window.ReadableStream) return;
  const status = document.getElementById("x-progress");
  const bar = status.querySelector("progress");
  const rows = document.getElementById("x-rows");
  const format = new Intl.NumberFormat(document.documentElement.lang);
  link.addEventListener("click", async (event) => {
    if (link.dataset.ready || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    status.hidden = false;
    const total = Number(link.dataset.rows);
    try {
      const answer = await fetch(link.href);
      if (!answer.ok) throw new Error(answer.statusText);
      const type = answer.headers.get("Content-Type");
      const isText = !type.includes("spreadsheet");
      const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition"))[1];
      const pieces = [];
      let ends = 0;
      for (const reader = answer.body.getReader(); ; ) {
        const { done, value } = await reader.read();
        if (done) break;
        pieces.push(value);
        if (!isText) continue;
        for (const byte of value) if (byte === 10) ends += 1;
        // A cell may hold line ends, too: never more than there are.
        const seen = Math.min(ends, total);
        bar.max = Math.max(total, 1);
        bar.value = seen;
        rows.textContent = format.format(seen);
      }
      bar.max = bar.value = 1;
      rows.textContent = format.format(total);
      const saved = document.createElement("a");
      saved.href = URL.createObjectURL(new Blob(pieces, { type }));
      saved.download = name;
      saved.click();
      setTimeout(() => URL.revokeObjectURL(saved.href), 60000);
    } catch {
      link.dataset.ready = "1"; // from now on as a plain link
      location.assign(link.href);
    }
  });
})();

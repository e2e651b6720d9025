"use strict";
(() => {
  const words = JSON.parse(document.getElementById("words").textContent);
  const number = (text) => {
    const plain = text.replace(/[\u2212]/g, "-").replace(/^[<\s]+/, "").replace(/%$/, "");
    const value = parseFloat(words.lang === "id" ? plain.replace(",", ".") : plain);
    return /^\[?-?[\d.,]/.test(plain) ? value : NaN;
  };
  const compare = (a, b) => {
    const [x, y] = [number(a), number(b)];
    if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
    if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1;
    return a.localeCompare(b, words.lang, { numeric: true });
  };
  const sort = (table, place, head) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    const body = table.tBodies[0];
    const rows = [...body.rows].sort((r, s) => compare(r.cells[place].textContent.trim(), s.cells[place].textContent.trim()));
    if (down) rows.reverse();
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...rows);
  };
  const copy = async (figure, button) => {
    const table = figure.querySelector("table");
    const text = [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim()).join("\t")).join("\n");
    const clone = table.cloneNode(true);
    for (const node of clone.querySelectorAll("button")) node.replaceWith(...node.childNodes);
    const html = `<p><b>${figure.querySelector("figcaption").innerHTML}</b></p>${clone.outerHTML}`;
    try {
      const data = { "text/plain": new Blob([text], { type: "text/plain" }), "text/html": new Blob([html], { type: "text/html" }) };
      await navigator.clipboard.write([new ClipboardItem(data)]);
    } catch {
      const range = document.createRange();
      range.selectNode(table);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      document.execCommand("copy");
      getSelection().removeAllRanges();
    }
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = words.copy; }, 1500);
  };
  for (const figure of document.querySelectorAll("figure.table")) {
    const table = figure.querySelector("table");
    [...table.tHead.rows[0].cells].forEach((head, place) => {
      if (!head.textContent.trim() || table.tBodies[0].rows.length < 3) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "sort";
      button.append(...head.childNodes);
      button.title = words.sort;
      head.append(button);
      button.addEventListener("click", () => sort(table, place, head));
    });
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = words.copy;
    button.setAttribute("aria-label", `${words.copy}: ${figure.querySelector(".title").textContent}`);
    button.addEventListener("click", () => copy(figure, button));
    figure.prepend(button);
  }
  addEventListener("beforeprint", () => { for (const part of document.querySelectorAll("details")) part.open = true; });
})();

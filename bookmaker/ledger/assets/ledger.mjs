/* Let a reader sort and filter the ledger. Without this script it is a plain table, whole. */

const NUMBER = /^[≤≥ ]*\(?([-+]?[\d.]+)(?:\s*±\s*[\d.]+)?\)?(e[-+]\d+)?/;

export function sortKey(text) {
  const found = text.trim().match(NUMBER);
  return found ? Number(found[1] + (found[2] ?? "")) : text.trim().toLowerCase();
}

function compare(a, b) {
  if (typeof a === typeof b) return typeof a === "number" ? a - b : a.localeCompare(b);
  return typeof a === "number" ? -1 : 1;
}

function control(tag, label, properties) {
  const holder = document.createElement("label");
  const element = Object.assign(document.createElement(tag), properties);
  holder.append(`${label} `, element);
  return [holder, element];
}

function chapterOf(row) {
  const path = row.querySelector("a").getAttribute("href").split("#")[0];
  return path.split("/").pop().replace(".html", "").replaceAll("_", " ");
}

function distinct(values) {
  return [...new Set(values)];
}

function chooser(label, values) {
  const [holder, select] = control("select", label, {});
  for (const value of ["all", ...values]) select.append(new Option(value, value));
  return [holder, select];
}

function start(ledger) {
  const table = ledger.querySelector("table");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const text = (row, column) => row.cells[column].textContent.trim();
  const headers = [...table.tHead.rows[0].cells];
  const verdicts = headers.findIndex((cell) => cell.textContent.trim() === "verdict");

  const bar = document.createElement("div");
  bar.className = "ledger-bar";
  const [findLabel, find] = control("input", "Find", { type: "search" });
  const [chapterLabel, chapter] = chooser("Chapter", distinct(rows.map(chapterOf)));
  const [verdictLabel, verdict] = chooser(
    "Verdict", distinct(rows.map((row) => text(row, verdicts))).sort());
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  bar.append(findLabel, chapterLabel, verdictLabel, status);
  ledger.prepend(bar);

  function filter() {
    const wanted = find.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      row.hidden = !(
        row.textContent.toLowerCase().includes(wanted) &&
        ["all", chapterOf(row)].includes(chapter.value) &&
        ["all", text(row, verdicts)].includes(verdict.value)
      );
      shown += !row.hidden;
    }
    status.textContent = `${shown} of ${rows.length} claims`;
  }

  function sort(column) {
    const falling = headers[column].getAttribute("aria-sort") === "ascending";
    for (const cell of headers) cell.removeAttribute("aria-sort");
    headers[column].setAttribute("aria-sort", falling ? "descending" : "ascending");
    const keys = new Map(rows.map((row) => [row, sortKey(text(row, column))]));
    const sign = falling ? -1 : 1;
    body.append(...[...rows].sort((a, b) => sign * compare(keys.get(a), keys.get(b))));
  }

  headers.forEach((cell, column) => {
    const button = document.createElement("button");
    button.append(...cell.childNodes);
    button.addEventListener("click", () => sort(column));
    cell.replaceChildren(button);
  });
  for (const element of [find, chapter, verdict]) element.addEventListener("input", filter);
  filter();
}

for (const ledger of document.querySelectorAll(".ledger")) start(ledger);

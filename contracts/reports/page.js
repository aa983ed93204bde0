"use strict";
const all = (query, from = document) => [...from.querySelectorAll(query)];
const filter = document.getElementById("filter");
const buttons = all("button[data-state]");
const empty = document.getElementById("empty");

// One filter for everything on the page: words in the field, and the state of a cell.
function apply() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const pressed = buttons.find((it) => it.getAttribute("aria-pressed") === "true");
  const state = pressed ? pressed.dataset.state : "";
  const said = (it) => words.every((word) => it.dataset.text.includes(word));
  const cells = { findings: ".cell.found", missing: ".cell.missing", "not-provokable": ".cell.not-provokable" }[state];
  let shown = 0;
  for (const row of all("tr[data-text], details[data-text]")) {
    const fits = row.matches(".grid tr") ? !cells || row.querySelector(cells) : !cells || state === "findings";
    row.hidden = !(said(row) && fits);
    shown += !row.hidden;
  }
  for (const group of all("tr.group")) {
    let row = group.nextElementSibling, any = false;
    for (; row && !row.matches(".group"); row = row.nextElementSibling) any = any || !row.hidden;
    group.hidden = !any;
  }
  empty.hidden = shown > 0;
}

filter.addEventListener("input", apply);
for (const button of buttons) {
  button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    buttons.forEach((it) => it.setAttribute("aria-pressed", "false"));
    button.setAttribute("aria-pressed", String(on));
    apply();
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== filter) { event.preventDefault(); filter.focus(); }
  if (event.key === "Escape" && document.activeElement === filter) { filter.value = ""; apply(); filter.blur(); }
});

// A cell says who saw it; arrow keys go from cell to cell.
const cells = all(".grid .cell");
const detail = document.getElementById("detail");
function tell(cell) { detail.textContent = cell.getAttribute("aria-label"); }
for (const cell of cells) {
  cell.addEventListener("focus", () => tell(cell));
  cell.addEventListener("mouseenter", () => tell(cell));
  cell.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const seen = cells.filter((it) => it.offsetParent !== null);
    const next = seen[seen.indexOf(cell) + step];
    if (step && next) { event.preventDefault(); next.focus(); }
  });
}

// An anchor to a finding opens it.
function open() {
  const wanted = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (wanted && wanted.matches("details")) { wanted.hidden = false; wanted.open = true; wanted.scrollIntoView(); }
}
addEventListener("hashchange", open);
open();

for (const button of all(".copy")) {
  button.addEventListener("click", async () => {
    const code = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
    } catch {
      getSelection().selectAllChildren(code);
      document.execCommand("copy");
    }
    button.textContent = "copied";
    setTimeout(() => { button.textContent = "copy"; }, 1500);
  });
}
document.documentElement.dataset.ready = "yes";

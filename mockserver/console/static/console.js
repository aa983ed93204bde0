// What all pages share: text is copied, a choice of world is followed, what cannot be undone is asked about.

/** Say something to a screen reader, without moving the focus. */
export function say(words) {
  let place = document.getElementById("said");
  if (!place) {
    place = Object.assign(document.createElement("p"), { id: "said", className: "unseen" });
    place.setAttribute("role", "status");
    document.body.append(place);
  }
  place.textContent = words;
}

const ROLES = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };

/** Say of tables below `root` that they are tables: a narrow window stacks their cells, and some browsers take what is
 *  not laid out as a table for none. */
export function tell(root) {
  for (const it of root.querySelectorAll("table, thead, tbody, tr, td, th")) {
    it.setAttribute("role", it.tagName === "TH" ? `${it.scope === "row" ? "row" : "column"}header` : ROLES[it.tagName]);
  }
}

async function copy(button) {
  const text = document.getElementById(button.dataset.copies).textContent;
  const words = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(document.getElementById(button.dataset.copies));
    button.textContent = "Selected";
  }
  say(button.textContent);
  setTimeout(() => { button.textContent = words; }, 2000);
}

tell(document);
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-copies]");
  if (button) copy(button);
});
// A form with `data-asks` is sent once its question was answered with yes.
document.addEventListener("submit", (event) => {
  const asks = event.target.dataset.asks;
  if (asks && !confirm(asks)) event.preventDefault();
});

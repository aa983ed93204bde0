// The live journal: rows as they arrive, as many as a person can look at and a browser can hold.
import { say, tell } from "./console.js";

const KEPT = 200;
const live = document.getElementById("live");
const rows = document.getElementById("rows");
const row = document.getElementById("row");
const pause = document.getElementById("pause");
const state = document.getElementById("state");
const empty = document.getElementById("empty");
let source = null;
let last = null;
let missed = 0;
let unsaid = 0;
let paused = false;

function stateIs(words) {
  if (state.textContent !== words) state.textContent = words;
}

/** One row. What a client sent goes in as text, never as markup. */
function made(exchange) {
  const copy = row.content.cloneNode(true);
  const part = (name) => copy.querySelector(`[data-part="${name}"]`);
  const link = part("link");
  link.href = live.dataset.one.replace("/0?", `/${exchange.id}?`);
  link.textContent = `${exchange.method} ${exchange.target}`;
  part("time").textContent = exchange.at.slice(11, 23);
  part("time").dateTime = exchange.at;
  part("status").textContent = exchange.status || "cut";
  part("status").classList.add(`s${Math.floor(exchange.status / 100)}`);
  part("operation").textContent = exchange.operation ? `${exchange.vendor} ${exchange.operation}` : exchange.vendor;
  part("milliseconds").textContent = exchange.milliseconds.toFixed(2);
  const reason = exchange.defect ? `defect: ${exchange.defect}` : exchange.reason ?? "";
  part("reason").textContent = [exchange.fault ? `fault: ${exchange.fault}` : "", reason].filter(Boolean).join(" · ");
  return copy;
}

function show(news) {
  const fresh = document.createDocumentFragment();
  for (const exchange of news.exchanges.reverse()) fresh.append(made(exchange));
  tell(fresh);
  rows.prepend(fresh);
  while (rows.rows.length > KEPT) rows.deleteRow(-1);
  missed += news.missed;
  unsaid += news.exchanges.length;
  empty.hidden = rows.rows.length > 0;
  const more = missed ? `; ${missed.toLocaleString("en")} more came too fast to be listed` : "";
  document.getElementById("more").textContent = `The newest ${rows.rows.length}${more}`;
}

function open() {
  if (source || paused || document.hidden) return;
  const url = new URL(live.dataset.stream, location.href);
  if (last !== null) url.searchParams.set("after", last);
  source = new EventSource(url);
  source.onopen = () => stateIs("Live");
  source.onmessage = (event) => {
    last = event.lastEventId;
    show(JSON.parse(event.data));
  };
  source.addEventListener("gone", () => { close(); paused = true; stateIs("This world is gone: choose another"); });
  source.onerror = () => {
    stateIs("The connection is lost; trying again");
    if (source.readyState === EventSource.CLOSED) { close(); setTimeout(open, 3000); }
  };
}

function close() {
  source?.close();
  source = null;
}

pause.addEventListener("click", () => {
  paused = !paused;
  pause.textContent = paused ? "Go on" : "Pause";
  if (paused) { close(); stateIs("Paused"); } else open();
});
// A page that nobody sees costs nothing; it catches up when it is looked at again.
document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
addEventListener("pagehide", close);
addEventListener("pageshow", open);
// Not each exchange is read out, but that there were some.
setInterval(() => { if (unsaid) { say(`${unsaid} new`); unsaid = 0; } }, 5000);
open();

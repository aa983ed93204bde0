// Parts of a page that move by themselves, marked `data-fresh`, are looked at again while somebody sees them. The value
// of the first may be the URL to get them from, where that is not the page's own: a page that answers a form has none.
// Where something came that one waits for, `data-says`, the caption is read out.
import { say, tell } from "./console.js";

const EVERY = 2000;
const parts = [...document.querySelectorAll("[data-fresh]")];
const last = new Map(parts.map((part) => [part, part.innerHTML]));

/** A part in which somebody is (the focus, or marked text) stays until they have left. */
function isInUse(part) {
  const marked = getSelection();
  return part.contains(document.activeElement) || (!marked.isCollapsed && marked.containsNode(part, true));
}

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(parts[0].dataset.fresh || location.href);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of parts) {
      const found = page.getElementById(part.id);
      if (!found || isInUse(part)) continue;
      tell(found);
      if (found.innerHTML === last.get(part)) continue;
      last.set(part, found.innerHTML);
      part.replaceChildren(...document.adoptNode(found).childNodes);
      if ("says" in part.dataset) say(part.querySelector("caption")?.textContent ?? "");
    }
  } catch {
    // The server may be starting again; the next look tells.
  }
}

(function again() {
  setTimeout(() => look().finally(again), EVERY);
})();
document.addEventListener("visibilitychange", look);

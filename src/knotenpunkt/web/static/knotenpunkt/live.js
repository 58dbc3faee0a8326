// The page of the day looks again by itself: every half minute while it is seen, and when it is
// opened again. A reader is told only what matters: another room, another time, her turn.
const live = document.querySelector("[data-live]");
const states = (part) => [...part.querySelectorAll("[data-state]")];

async function look() {
  if (document.hidden || live.contains(document.activeElement)) return;
  const answer = await fetch(live.dataset.live, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-live]");
  if (!fresh) return;
  const before = new Set(states(live).map((it) => it.dataset.state));
  live.replaceChildren(...fresh.childNodes);
  const news = states(live).filter((it) => !before.has(it.dataset.state));
  if (news.length) {
    document.querySelector("[data-told]").textContent = news.map((it) => it.innerText).join(" ");
  }
}

if (live) {
  document.querySelector("[data-renews]").hidden = false;
  const again = () => look().catch(() => {}); // no connection: the next look may have one
  setInterval(again, 30000);
  document.addEventListener("visibilitychange", again);
}

// Every page works without this; it only spares people some looking and clicking.

// A hold: count the minutes down where the page says until when.
for (const clock of document.querySelectorAll("[data-until]")) {
  const until = new Date(clock.dataset.until);
  const tick = () => {
    const minutes = Math.max(0, Math.ceil((until - Date.now()) / 60000));
    clock.textContent = clock.dataset.text.replace("{n}", String(minutes));
    if (until <= Date.now()) clearInterval(timer);
  };
  const timer = setInterval(tick, 15000);
  tick();
}

// The menu of the desk: on a phone it waits behind a button, which shows where scripts run.
const menu = document.querySelector(".kp-menu");
menu?.addEventListener("click", () => {
  menu.setAttribute("aria-expanded", String(menu.getAttribute("aria-expanded") !== "true"));
});

// A list of errors: lead the reader to it.
document.querySelector("[role=alert][tabindex]")?.focus();

// A form that books: one click is enough.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  }, { once: true });
}

// Tiles: filter by what was typed.
const filter = document.querySelector("[data-filter]");
if (filter) {
  filter.addEventListener("input", () => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const topic of document.querySelectorAll(".kp-topic")) {
      const name = topic.querySelector("legend").textContent.toLowerCase();
      let shown = 0;
      for (const tile of topic.querySelectorAll(".kp-tile")) {
        const text = name + tile.textContent.toLowerCase();
        const fits = tile.querySelector("input").checked || !words.length || words.some((word) => text.includes(word));
        tile.hidden = !fits;
        shown += fits;
      }
      topic.hidden = shown === 0;
    }
  });
}

// Print the page at hand.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// Copy a text for the office's own system; without this it can be selected by hand.
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    await navigator.clipboard?.writeText(field.value);
    button.querySelector("[data-said]").textContent = button.dataset.copied;
  });
}

// A screen that nobody touches: fetch it again and again, and say so when that fails.
for (const part of document.querySelectorAll("[data-refresh]")) {
  setInterval(async () => {
    const answer = await fetch(location.href).catch(() => null);
    document.querySelector("[data-stale]").hidden = Boolean(answer?.ok);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-refresh]").innerHTML;
    if (fresh !== part.innerHTML) part.innerHTML = fresh;
  }, 1000 * part.dataset.refresh);
}

// Consent lights: what they say holds for this moment only. If the page is about something else by
// now (the name is gone, or we may not see it any more), fetch the whole page anew.
for (const part of document.querySelectorAll("[data-lights]")) {
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(part.dataset.lights).catch(() => null);
    if (!answer) return;
    const fresh = new DOMParser().parseFromString(answer.ok ? await answer.text() : "", "text/html").body;
    const state = (it) => it.querySelector("[data-state]")?.dataset.state;
    if (state(fresh) !== state(part)) location.reload();
    else if (fresh.textContent !== part.textContent) part.innerHTML = fresh.innerHTML;
  }, 5000);
}

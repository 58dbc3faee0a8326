// The slip on a phone: keep it for when there is no connection, and delete it again.
const carry = document.querySelector("[data-carry]");

function tell(worker, message) {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = resolve;
    worker.postMessage(message, [channel.port2]);
  });
}

if (carry && "serviceWorker" in navigator) {
  const registered = navigator.serviceWorker.register(carry.dataset.carry, { scope: carry.dataset.scope });
  registered.then(async () => {
    const worker = (await navigator.serviceWorker.ready).active;
    await document.fonts.ready;
    const parts = performance.getEntriesByType("resource").map((it) => it.name);
    const own = parts.filter((it) => it.startsWith(location.origin) && it.includes("/static/"));
    await tell(worker, { keep: [location.pathname, ...new Set(own)] });
    carry.hidden = false;
    carry.dataset.kept = "yes";
  });
  carry.querySelector("button").addEventListener("click", async () => {
    const registration = await navigator.serviceWorker.ready;
    await tell(registration.active, { forget: true });
    await registration.unregister();
    location.replace("/");
  });
}

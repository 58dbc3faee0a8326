// Keeps slips for when there is no connection: the slip page and what it is made of, nothing else.
const KEPT = "slips";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function keep(addresses) {
  const kept = await caches.open(KEPT);
  await Promise.allSettled(addresses.map(async (address) => {
    const answer = await fetch(address, { credentials: "same-origin" });
    if (answer.ok && !answer.redirected) await kept.put(address, answer);
  }));
}

self.addEventListener("message", (event) => {
  const done = () => event.ports[0]?.postMessage("done");
  if (event.data.keep) event.waitUntil(keep(event.data.keep).then(done));
  if (event.data.forget) event.waitUntil(caches.delete(KEPT).then(done));
});

// The network is always asked first: what is kept is only for when it does not answer.
self.addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(fetch(event.request).catch(async () => {
    const kept = await caches.open(KEPT);
    return (await kept.match(event.request, { ignoreVary: true })) ?? Response.error();
  }));
});

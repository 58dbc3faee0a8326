// Much is going on: compute a small proof (Altcha's protocol, PBKDF2) and go on by itself.
// Where the browser cannot compute, the page keeps its button: wait, then press.
const form = document.querySelector("[data-challenge]");

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const hex = (buffer) => Array.from(new Uint8Array(buffer), (it) => it.toString(16).padStart(2, "0")).join("");

async function derive(parameters, counter) {
  const nonce = bytes(parameters.nonce);
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  new DataView(password.buffer).setUint32(nonce.length, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(parameters.salt), iterations: parameters.cost };
  return hex(await crypto.subtle.deriveBits(how, key, parameters.keyLength * 8));
}

async function solve(challenge) {
  for (let counter = 0; ; counter += 1) {
    const derivedKey = await derive(challenge.parameters, counter);
    if (derivedKey.startsWith(challenge.parameters.keyPrefix)) return { counter, derivedKey };
  }
}

if (form && globalThis.crypto?.subtle) {
  const show = (computes) => {
    document.querySelector("[data-computes]").hidden = !computes;
    document.querySelector("[data-waits]").hidden = computes;
  };
  show(true);
  const challenge = JSON.parse(form.dataset.challenge);
  solve(challenge).then((solution) => {
    form.elements.altcha.value = btoa(JSON.stringify({ challenge, solution }));
    form.submit();
  }).catch(() => show(false));
}

// Keeps the agenda readable without a network: the last public pages that were read, with their age. Served from
// /service-worker.js behind a line that says `KEPT`: what to keep from the start, and under which version.
// Nothing of the desk, of letters, forms, frames, feeds or the API ever enters it.
const FILES = `files-${KEPT.version}`, PAGES = "pages";
const NEVER = /^\/(office|mail|subscribe|embed|api|feeds|print|healthz|readyz|metrics|service-worker)([./]|$)/;
const MOST_PAGES = 40, PATIENCE = 7000;

addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const files = await caches.open(FILES);
    const thrifty = navigator.connection?.saveData;
    await files.addAll(KEPT.files.filter((name) => !thrifty || !name.includes("/fonts/")));
    await Promise.allSettled(KEPT.pages.map(async (path) => keep(path, await fetch(path, { cache: "no-cache" }))));
    await skipWaiting();
  })());
});

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name !== FILES && name !== PAGES);
    await Promise.all(old.map((name) => caches.delete(name)));
    await clients.claim();
  })());
});

addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode === "navigate" && !NEVER.test(url.pathname)) event.respondWith(page(event, url));
});

// A file of a version never changes; without a network any version of it is better than none.
async function file(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch (wrong) {
    const other = await caches.match(request, { ignoreSearch: true });
    if (other) return other;
    throw wrong;
  }
}

// The network first; what is kept when it fails, or when it is slow and something is kept.
async function page(event, url) {
  const path = url.pathname + url.search;
  const fresh = fetch(event.request).then(async (answer) => {
    event.waitUntil(keep(path, answer.clone()));
    return answer;
  });
  fresh.catch(() => {});
  const late = new Promise((done) => setTimeout(done, PATIENCE));
  const first = await Promise.race([fresh.catch(() => null), late]);
  if (first) return first;
  return (await kept(path)) ?? fresh.catch(async () => (await kept(KEPT.offline)) ?? Response.error());
}

// Only what may be shared is kept: what an officer sees signed in says "private" or "no-store".
async function keep(path, answer) {
  const [type, may] = ["Content-Type", "Cache-Control"].map((name) => answer.headers.get(name) ?? "");
  if (answer.status !== 200 || answer.redirected || !type.startsWith("text/html") || !may.includes("public")) return;
  const pages = await caches.open(PAGES);
  const headers = new Headers(answer.headers);
  headers.set("X-Kept", new Date().toISOString());
  await pages.delete(path);
  await pages.put(path, new Response(await answer.blob(), { status: 200, headers }));
  const all = (await pages.keys()).filter((each) => !KEPT.pages.some((path) => each.url.endsWith(path)));
  await Promise.all(all.slice(0, Math.max(0, all.length - MOST_PAGES)).map((each) => pages.delete(each)));
}

// The page says by itself how old it is, from this mark (offline.js).
async function kept(path) {
  const found = await (await caches.open(PAGES)).match(path);
  if (!found) return undefined;
  const html = await found.text();
  const mark = path === KEPT.offline ? "offline" : found.headers.get("X-Kept");
  return new Response(html.replace("<html ", `<html data-kept="${mark}" `), { status: 200, headers: found.headers });
}

// The page reads without a network: registers the keeper of pages, and says how old a kept page is.
const { kept } = document.documentElement.dataset;
const note = document.querySelector("[data-kept-note]");

if (kept && note && kept !== "offline") {
  const minutes = Math.round((Date.parse(kept) - Date.now()) / 60000);
  const said = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  const [number, unit] = minutes > -60 ? [minutes, "minute"] : minutes > -1440 ? [minutes / 60, "hour"] : [minutes / 1440, "day"];
  note.textContent = note.dataset.keptNote.replace("…", said.format(Math.round(number), unit));
  note.hidden = false;
}

if ("serviceWorker" in navigator && isSecureContext && !location.pathname.startsWith("/office")) {
  addEventListener("load", () => navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" }).catch(() => {}));
}

// The page without a network lists what is kept, the last read first.
const list = document.querySelector("[data-kept-list]");
if (list && "caches" in window) {
  const pages = await caches.open("pages");
  for (const request of (await pages.keys()).reverse()) {
    const path = request.url.slice(location.origin.length);
    if (path === "/" || path.startsWith("/offline")) continue;
    const answer = await pages.match(request);
    const title = /<title>([^<]*)/.exec(await answer.text())?.[1].trim() ?? path;
    const link = document.createElement("a");
    link.href = path;
    link.textContent = new DOMParser().parseFromString(title, "text/html").body.textContent.replace(/ · [^·]*$/, "");
    list.appendChild(document.createElement("li")).append(link);
  }
}

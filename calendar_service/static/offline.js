// The page reads without a network: registers the keeper of pages, and says how old a kept page is.
const { kept } = document.documentElement.dataset;
const note = document.querySelector("[data-kept-note]");

const said = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
const ago = (moment) => {
  const minutes = Math.round((Date.parse(moment) - Date.now()) / 60000);
  const [number, unit] = minutes > -60 ? [minutes, "minute"] : minutes > -1440 ? [minutes / 60, "hour"] : [minutes / 1440, "day"];
  return said.format(Math.round(number), unit);
};

if (kept && note && kept !== "offline") {
  note.textContent = note.dataset.keptNote.replace("…", ago(kept));
  note.hidden = false;
}

if ("serviceWorker" in navigator && isSecureContext && !location.pathname.startsWith("/office")) {
  addEventListener("load", () => navigator.serviceWorker.register("/service-worker.js", { updateViaCache: "none" }).catch(() => {}));
}

// The page without a network lists what is kept with its age, the last read first; of an event also its day.
const list = document.querySelector("[data-kept-list]");
const line = (item, ...parts) => {
  const small = document.createElement("small");
  small.textContent = parts.filter(Boolean).join(" · ");
  item.append(small);
};
const since = (age) => age && list.dataset.keptList.replace("…", ago(age));
if (list && "caches" in window) {
  const pages = await caches.open("pages");
  for (const request of (await pages.keys()).reverse()) {
    const path = request.url.slice(location.origin.length);
    if (path.startsWith("/offline")) continue;
    const answer = await pages.match(request), age = answer.headers.get("X-Kept");
    if (path === "/") { line(list.firstElementChild, since(age)); continue; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const day = path.startsWith("/events/") && page.querySelector("meta[name=description]")?.content.split(" · ")[0];
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = path;
    link.textContent = page.title.replace(/ · [^·]*$/, "") || path;
    item.append(link);
    line(item, day, since(age));
    list.append(item);
  }
}

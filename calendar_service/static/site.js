// The little script there is: every page works without it.

const on = (kind, selector, act) => document.addEventListener(kind, (event) => {
  const node = event.target.closest?.(selector);
  if (node) act(node, event);
});
const said = (button) => { button.textContent = button.dataset.done; };

// What only a script can do is offered only where there is one; also in what arrives later.
const offer = () => {
  for (const button of document.querySelectorAll("[data-share]")) button.hidden = !navigator.share;
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
  for (const button of document.querySelectorAll("[data-reveal]")) button.hidden = false;
  for (const button of document.querySelectorAll("[data-near]")) button.parentElement.hidden = !navigator.geolocation;
};

on("click", "[data-share]", ({ dataset }) => navigator.share({ title: dataset.title, url: dataset.url }).catch(() => {}));
on("click", "[data-copy]", async (button) => {
  await navigator.clipboard.writeText(button.dataset.copy);
  said(button);
});

// A long password typed blind on a phone is a password typed wrong.
on("click", "[data-reveal]", (button) => {
  const field = document.getElementById(button.dataset.reveal), shown = field.type === "text";
  field.type = shown ? "password" : "text";
  [button.textContent, button.dataset.done] = [button.dataset.done, button.textContent];
});

// Near me: the position is rounded to 0.01° (about a kilometre) here, before it enters any address, and kept nowhere.
on("click", "[data-near]", (button) => {
  button.setAttribute("aria-busy", "true");
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    button.removeAttribute("aria-busy");
    const there = new URL(button.dataset.near, location);
    there.searchParams.set("near", `${coords.latitude.toFixed(2)},${coords.longitude.toFixed(2)}`);
    const address = there.pathname + there.search.replaceAll("%2C", ",");
    if (live() && there.pathname === location.pathname) show(address); else location.assign(address);
  }, () => {
    button.removeAttribute("aria-busy");
    for (const hint of document.querySelectorAll("[data-unplaced]")) hint.hidden = false;
    const field = document.querySelector("select#near");
    for (let node = field; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    if (field) field.focus(); else location.assign(button.dataset.else);
  }, { timeout: 10000, maximumAge: 300000 });
});

// What was left empty does not enter the address.
const tidy = (form) => {
  for (const field of form.elements) {
    const idle = (field.type === "radio" || field.type === "checkbox") && !field.checked;
    if (field.name && !idle && field.value === "") field.disabled = true;
  }
  const { near, km } = form.elements;
  if (near && km && !near.value) km.disabled = true;
};
const restore = () => {
  for (const field of document.querySelectorAll("form[data-tidy] :disabled")) field.disabled = false;
};
on("submit", "form[data-tidy]", tidy);
addEventListener("pageshow", restore);

// Choices without loading the page anew: the same addresses, the same pages, only what differs is put in place.
let asked;
const live = () => document.querySelector("[data-live]");
const key = (node) => node && (node.id || node.getAttribute("href") || (node.name && `${node.name}=${node.value}`));
const open = () => [...document.querySelectorAll("details[open] > summary")].map((each) => each.firstChild.textContent.trim());

async function show(address, { push = true, top = null } = {}) {
  asked?.abort();
  asked = new AbortController();
  const main = document.querySelector("main"), held = key(document.activeElement), unfolded = open();
  main.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!answer.ok || !fresh.querySelector("[data-live]")) throw new Error(answer.status);
    if (push) {
      history.replaceState({ y: scrollY }, "");
      history.pushState({ y: scrollY }, "", address);
    }
    document.title = fresh.title;
    for (const part of ["main", ".languages", ".banner .wrap"]) {
      document.querySelector(part)?.replaceChildren(...fresh.querySelector(part).childNodes);
    }
    main.removeAttribute("aria-busy");
    for (const summary of document.querySelectorAll("details > summary")) {
      if (unfolded.includes(summary.firstChild.textContent.trim())) summary.parentElement.open = true;
    }
    offer();
    const again = held && [...main.querySelectorAll(":is(.rail, .chosen, .quick, .pages) :is(a, input, select, button)")].find((each) => key(each) === held);
    (again || main).focus({ preventScroll: true });
    scrollTo({ top: top ?? Math.min(scrollY, live().offsetTop), behavior: "instant" });
  } catch (wrong) {
    if (wrong.name !== "AbortError") location.assign(address);
  }
}

const plainly = (event) => !(event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
on("click", "[data-live] :is(.chosen, .quick, .pages) a, [data-live] .ways a", (link, event) => {
  if (!plainly(event) || new URL(link.href).pathname !== location.pathname) return;
  event.preventDefault();
  show(link.href);
});
const send = (form) => {
  tidy(form);
  const query = new URLSearchParams(new FormData(form)).toString();
  restore();
  show(form.getAttribute("action") + (query && `?${query}`));
};
on("submit", "[data-live] form[data-tidy]", (form, event) => { event.preventDefault(); restore(); send(form); });
on("change", "[data-live] form[data-tidy] :is([type=checkbox], [type=radio], select)", (field) => send(field.form));
addEventListener("popstate", ({ state }) => { if (live()) show(location.href, { push: false, top: state?.y ?? 0 }); });

// Arrow keys: from day to day in a calendar, to the nearest neighbour on the map.
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const middle = (node) => { const box = node.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; };
const nearest = (from, others, [right, down]) => {
  const [x, y] = middle(from);
  const far = (node) => {
    const [a, b] = middle(node), along = (a - x) * right + (b - y) * down;
    const aside = Math.abs((a - x) * down + (b - y) * right);
    return along > 0.8 * aside ? Math.hypot(along, aside) : Infinity;
  };
  return others.filter((each) => far(each) < Infinity).sort((one, two) => far(one) - far(two))[0];
};
on("keydown", "[data-days], [data-arrows]", (group, event) => {
  const way = ARROWS[event.key];
  if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
  const days = "days" in group.dataset, links = [...group.querySelectorAll(days ? "[data-day]" : "a")];
  const here = event.target.closest("a"), at = links.indexOf(here);
  const next = days ? at >= 0 && links[at + way[0] + 7 * way[1]] : nearest(here, links, way);
  if (next) { event.preventDefault(); next.focus(); }
});

// The day that was touched, where its month shows the others too.
const touched = () => {
  for (const each of document.querySelectorAll(".dots a")) each.classList.toggle("on", each.hash === location.hash);
};
addEventListener("hashchange", touched);

offer();
touched();
// A form that came back with errors says so first.
document.querySelector(".problems")?.focus();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

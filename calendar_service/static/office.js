// The desk's script: everything works without it.

const later = (wait, deed) => {
  let timer;
  return (...given) => { clearTimeout(timer); timer = setTimeout(deed, wait, ...given); };
};
const named = (details) => details.querySelector("summary").textContent;
const plainFields = (form) => [...new FormData(form)].filter(([, value]) => typeof value === "string");

forgetTyped((key, at) => Date.now() - at > 7 * 864e5);
for (const form of document.querySelectorAll("form[data-posting]")) {
  showDates(form);
  offerNames(form, "venue_name", form.querySelector("#venues"), form.dataset.venues);
  offerNames(form, "party", form.querySelector("#parties"), form.dataset.parties);
  checkPoster(form);
  keepTyping(form);
}

// The menu covers what lies beneath it: it closes with Escape, and when one goes on elsewhere.
const menu = document.querySelector(".office-nav details");
if (menu) {
  addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  for (const kind of ["focusin", "click"]) {
    addEventListener(kind, ({ target }) => { if (!menu.contains(target)) menu.open = false; });
  }
}

// The dates follow what is chosen; a sentence fills the fields.
function showDates(form) {
  let asked = 0;
  const look = async () => {
    const mine = ++asked, sent = new URLSearchParams(plainFields(form));
    sent.set("do", "preview");
    const text = await fetch(form.dataset.when, { method: "POST", body: sent })
      .then((answer) => answer.ok ? answer.text() : "").catch(() => "");
    if (!text || mine !== asked) return;
    const found = new DOMParser().parseFromString(text, "text/html");
    const when = form.querySelector("#when"), fresh = found.querySelector("#when");
    if (!fresh) return;
    const open = new Set([...when.querySelectorAll("details[open]")].map(named));
    const { id, name } = document.activeElement, inside = when.contains(document.activeElement);
    const typing = id && inside && plainFields(form).find(([key]) => key === name)?.[1] !== sent.get(name);
    if (typing) return;
    for (const each of fresh.querySelectorAll("details")) each.open ||= open.has(named(each));
    const advice = when.querySelector(".clashes"); // it looks after itself
    if (advice) fresh.querySelector(".clashes")?.replaceWith(advice);
    when.replaceWith(fresh);
    if (inside) (document.getElementById(id) ?? form.querySelector("#plan") ?? form.querySelector("#start_date")).focus();
    form.dispatchEvent(new CustomEvent("dates"));
  };
  const soon = later(350, look);
  form.addEventListener("change", (event) => {
    if (!event.target.closest("#when")) return;
    asked++; // an answer that is on its way knows nothing of this, and would take it back
    soon();
  });
}

// Venues and organisations of the whole metropolis, as their names are typed.
function offerNames(form, name, list, path) {
  const own = [...list.children];
  const look = async (field) => {
    const query = new URLSearchParams({ q: field.value, home: form.elements.host.value });
    const answer = field.value.trim().length > 1 && await fetch(`${path}?${query}`).catch(() => null);
    const found = answer?.ok ? (await answer.text()).split("\n").filter(Boolean) : [];
    const known = new Set(own.map((each) => each.value));
    list.replaceChildren(...own, ...found.filter((each) => !known.has(each)).map((each) => new Option("", each)));
  };
  const soon = later(200, look);
  form.addEventListener("input", ({ target }) => { if (target.name === name) soon(target); });
}

// What is too heavy is said before it is sent.
function checkPoster(form) {
  const field = form.querySelector("#image_file"), note = form.querySelector("[data-heavy]");
  field.addEventListener("change", () => {
    const heavy = field.files[0]?.size > Number(field.dataset.most);
    note.hidden = !heavy;
    field.setAttribute("aria-invalid", heavy);
    if (heavy) field.value = "";
  });
}

// What was typed outlives a closed tab: it stays in this browser, for its officer alone, until it is sent or she signs
// out, a week at most.
function keepTyping(form) {
  const key = `typed ${form.dataset.officer} ${form.dataset.posting}`, offer = document.querySelector("[data-kept]");
  const hidden = new Set(["csrf_token", "key", "seen", "do", "heard", "slug", "foreseen"]);
  const now = () => plainFields(form).filter(([name, value]) => !hidden.has(name) && value !== "");
  const read = () => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const forget = () => { try { localStorage.removeItem(key); } catch { /* the browser keeps nothing */ } };
  const shown = JSON.stringify(now()), kept = read();
  const unsaved = "unsaved" in form.dataset; // it came back from being sent, and nothing of it was kept yet
  const fresh = kept && !unsaved && JSON.stringify(kept.fields) !== shown;
  if (!fresh && !unsaved) forget();
  if (fresh && !document.querySelector(".problems")) {
    offer.hidden = false;
    offer.querySelector("[data-restore]").addEventListener("click", () => { restore(form, kept.fields); offer.hidden = true; });
    offer.querySelector("[data-forget]").addEventListener("click", () => { forget(); offer.hidden = true; });
  }
  const keep = later(500, () => {
    try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields: now() })); } catch { /* the same */ }
  });
  form.addEventListener("input", keep);
  if (unsaved) keep();
  form.addEventListener("submit", ({ submitter }) => { if (!submitter?.hasAttribute("formaction")) sending(key); });
}

function sending(key) {
  try { sessionStorage.setItem("sent", key); } catch { /* the browser keeps nothing */ }
}
document.querySelector("form[data-typed]")?.addEventListener("submit", ({ target, submitter }) => {
  if (submitter?.value !== "resume") sending(target.dataset.typed);
});

function restore(form, fields) {
  for (const each of form.elements) {
    if (each.type === "checkbox" || each.type === "radio") each.checked = fields.some(([name, value]) => name === each.name && value === each.value);
  }
  const seen = {};
  for (const [name, value] of fields) {
    const same = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].filter((each) => !/^(checkbox|radio|file)$/.test(each.type));
    const place = (seen[name] = (seen[name] ?? -1) + 1);
    if (same[place]) same[place].value = value;
  }
  for (const each of form.querySelectorAll("details")) each.open ||= [...each.querySelectorAll("input, select, textarea")].some((field) => field.type === "checkbox" ? field.checked : field.value && field.type !== "hidden" && field.tagName !== "SELECT");
  form.querySelector("#start_date").dispatchEvent(new Event("change", { bubbles: true }));
}

// What is a week old goes, whoever typed it; what an officer typed goes with her when she signs out.
function forgetTyped(which) {
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith("typed ") && which(key, JSON.parse(localStorage.getItem(key))?.at ?? 0)) localStorage.removeItem(key);
    }
  } catch { /* the browser keeps nothing */ }
}
document.querySelector("form[data-leaves]")?.addEventListener("submit", ({ target }) => {
  forgetTyped((key) => key.startsWith(`typed ${target.dataset.leaves} `));
});

// A form that was sent and taken is not offered again.
try {
  const sent = sessionStorage.getItem("sent");
  sessionStorage.removeItem("sent");
  if (sent && !document.querySelector("form[data-posting]")) localStorage.removeItem(sent);
} catch { /* the browser keeps nothing */ }

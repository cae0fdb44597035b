// Clash advice beside the date, as it is chosen. Without script a button shows the same on a page of its own.

const part = document.querySelector("[data-clashes]");
const form = part?.closest("form");
const advice = part?.querySelector("[data-advice]");
const WATCHED = ["start_date", "start_time", "end_time", "end_date", "all_day", "host", "disciplines", "audiences", "expected_attendance"];
const SENT = [...WATCHED, "event_uid", "csrf_token"];
const PAUSE = 400;
let timer = 0;
let latest = 0;

async function look() {
  if (!form.elements.start_date?.value) return;
  const number = ++latest;
  const all = new FormData(form);
  const body = new URLSearchParams({ part: "1" });
  for (const name of SENT) for (const value of all.getAll(name)) body.append(name, value);
  const answer = await fetch(part.dataset.clashes, { method: "POST", body, credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected || number !== latest) return;
  advice.innerHTML = await answer.text();
  for (const button of advice.querySelectorAll("[data-take]")) button.hidden = false;
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
}

if (form && advice) {
  form.addEventListener("change", (event) => { if (WATCHED.includes(event.target.name)) soon(); });
  advice.addEventListener("click", (event) => {
    const { take, takeEnd } = event.target.dataset;
    if (!take) return;
    form.elements.start_date.value = take;
    if (form.elements.end_date?.value) form.elements.end_date.value = takeEnd;
    form.elements.start_date.dispatchEvent(new Event("change", { bubbles: true }));
    form.elements.start_date.focus();
  });
  look();
}

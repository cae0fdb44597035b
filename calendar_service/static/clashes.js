// Clash advice beside the date, as it is chosen. Without script a button shows the same on a page of its own.

const part = document.querySelector("[data-clashes]");
const form = part?.closest("form");
const advice = part?.querySelector("[data-advice]");
const LEFT_OUT = new Set(["summary", "description", "abstract", "internal_note", "date_reason", "said", "heard"]);
const PAUSE = 400;
let timer = 0;
let latest = 0;

async function look() {
  if (!form.elements.start_date?.value) return;
  const number = ++latest;
  const body = new URLSearchParams({ part: "1" });
  for (const [name, value] of new FormData(form)) if (typeof value === "string" && value && !LEFT_OUT.has(name)) body.append(name, value);
  const answer = await fetch(part.dataset.clashes, { method: "POST", body, credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected || number !== latest) return;
  advice.innerHTML = await answer.text();
  part.querySelector("[data-why]").hidden = !advice.querySelector(".rival") && !form.elements.date_reason.value;
  for (const button of advice.querySelectorAll("button")) button.hidden = !takes(button.dataset);
}

// Whether the form has the fields that a button would change: what was moved or left out one by one stays as it is.
function takes({ move, days }) {
  if (move) return moving(move);
  return !days || !(form.querySelector("[name=exdates]:checked") || [...form.querySelectorAll("[name=move_day]")].some((each) => each.value));
}

// The fields of the list of dates that move one of them.
function moving(value) {
  const from = [...form.querySelectorAll("[name=move_from]")].find((each) => each.value === value);
  return from?.parentElement.querySelector("[name=move_day]");
}

const DAY = 86400000;
const WEEK = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

// All of a series so many days or hours later: its days, its weekdays, its end. The sentence that was typed is true no more.
function shift(days, hours) {
  if (form.elements.said) form.elements.said.value = "";
  for (const field of form.querySelectorAll("[name=start_date], [name=end_date], [name=until], [name=rdate]"))
    if (days && field.value) field.value = new Date(Date.parse(field.value) + days * DAY).toISOString().slice(0, 10);
  for (const field of form.querySelectorAll("[name=start_time], [name=end_time], [name=rtime]"))
    if (hours && field.value) field.value = String((Number(field.value.slice(0, 2)) + hours + 24) % 24).padStart(2, "0") + field.value.slice(2);
  const boxes = [...form.querySelectorAll("[name=weekdays]")];
  const chosen = new Set(boxes.filter((each) => each.checked).map((each) => WEEK[(WEEK.indexOf(each.value) + days + 7) % 7]));
  for (const each of boxes) each.checked = chosen.has(each.value);
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(look, PAUSE);
}

const LOOKED_AT = "#when, [name=host], [name=venue_name], [name=disciplines], [name=audiences], [name=expected_attendance]";
if (form && advice) {
  form.addEventListener("change", (event) => { if (event.target.closest(LOOKED_AT) && !event.target.closest("[data-clashes]")) soon(); });
  form.addEventListener("dates", soon);
  advice.addEventListener("click", (event) => {
    const { take, takeEnd, move, to, days, hours } = event.target.dataset;
    const field = move ? moving(move) : (take || days) && form.elements.start_date;
    if (!field) return;
    if (days) shift(Number(days), Number(hours));
    else field.value = move ? to : take;
    if (take && form.elements.end_date?.value) form.elements.end_date.value = takeEnd;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    form.elements.start_date.focus();
  });
  look();
}

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
  for (const button of advice.querySelectorAll("[data-take], [data-move]")) button.hidden = button.dataset.move ? !moving(button.dataset.move) : false;
}

// The fields of the list of dates that move one of them.
function moving(value) {
  const from = [...form.querySelectorAll("[name=move_from]")].find((each) => each.value === value);
  return from?.parentElement.querySelector("[name=move_day]");
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
    const { take, takeEnd, move, to } = event.target.dataset;
    const field = move ? moving(move) : take && form.elements.start_date;
    if (!field) return;
    field.value = move ? to : take;
    if (take && form.elements.end_date?.value) form.elements.end_date.value = takeEnd;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    form.elements.start_date.focus();
  });
  look();
}

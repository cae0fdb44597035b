// The little script there is: every page works without it.

// What was left empty does not enter the address.
for (const form of document.querySelectorAll("form[data-tidy]")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) {
      const idle = (field.type === "radio" || field.type === "checkbox") && !field.checked;
      if (field.name && !idle && field.value === "") field.disabled = true;
    }
    const near = form.elements.near, km = form.elements.km;
    if (near && km && !near.value) km.disabled = true;
  });
  addEventListener("pageshow", () => { for (const field of form.elements) field.disabled = false; });
}

// The device's own way to share, else the link is copied.
for (const button of document.querySelectorAll("[data-share]")) {
  button.hidden = !(navigator.share || navigator.clipboard);
  button.addEventListener("click", async () => {
    const { title, url, done } = button.dataset;
    if (navigator.share) return navigator.share({ title, url }).catch(() => {});
    await navigator.clipboard.writeText(url);
    button.textContent = done;
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
  });
}

// Arrow keys move from day to day in the month.
for (const days of document.querySelectorAll("[data-days]")) {
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  days.addEventListener("keydown", (event) => {
    const links = [...days.querySelectorAll("a")];
    const next = links[links.indexOf(document.activeElement) + (steps[event.key] ?? NaN)];
    if (next) { event.preventDefault(); next.focus(); }
  });
}

// A form that came back with errors says so first.
document.querySelector(".problems")?.focus();

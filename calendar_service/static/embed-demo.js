// The way with data, as any site could write it.
const list = document.querySelector("#from-json");
const line = (text, href) => {
  const item = document.createElement("li");
  const link = item.appendChild(document.createElement(href ? "a" : "span"));
  link.textContent = text;
  if (href) link.href = href;
  list.append(item);
};
try {
  const answer = await fetch(list.dataset.from);
  const { items } = await answer.json();
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long" });
  for (const event of items.slice(0, 5)) line(`${day.format(new Date(event.start))} · ${event.summary}`, event.url);
} catch {
  line(list.dataset.wrong);
}

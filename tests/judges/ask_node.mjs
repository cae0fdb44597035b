// Asks readers written for Node what they see in a calendar: `node ask_node.mjs JUDGE FILE FIRST LAST`, as ask_python.py.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";
import { RRuleTemporal } from "rrule-temporal";
import { convertIcsCalendar } from "ts-ics";

const compact = (date) => date.toISOString().replace(/[-:]|\.\d+/g, "");
const day = (text) => text.slice(0, 10).replaceAll("-", "");

/** Thunderbird's and Nextcloud's parser, strict. */
function icaljs(text, first, last) {
  ICAL.design.strict = true;
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
  const components = calendar.getAllSubcomponents("vevent");
  const dates = [];
  const see = (event, start) => {
    const moment = start.isDate ? start.toICALString() : compact(start.toJSDate());
    if (moment.slice(0, 8) >= first && moment.slice(0, 8) < last) dates.push([event.uid, moment, event.summary]);
  };
  const overrides = components.filter((each) => each.hasProperty("recurrence-id"));
  for (const component of components) {
    if (component.hasProperty("recurrence-id")) continue;
    const uid = component.getFirstPropertyValue("uid");
    const exceptions = overrides.filter((each) => each.getFirstPropertyValue("uid") === uid);
    const event = new ICAL.Event(component, { exceptions });
    if (!event.isRecurring()) {
      see(event, event.startDate);
      continue;
    }
    const iterator = event.iterator();
    for (let next = iterator.next(); next; next = iterator.next()) {
      const details = event.getOccurrenceDetails(next);
      see(details.item, details.startDate);
    }
  }
  return { events: components.length, dates };
}

/** node-ical unescapes twice: `\\\\n` becomes a line end. A fault of its own, and no other text is touched by it. */
const readAs = (title) => title.replace("C:\\\nuevo", "C:\\nuevo");

/** MagicMirror, ioBroker. */
function nodeical(text, first, last) {
  const parsed = Object.values(ical.sync.parseICS(text)).filter((each) => each.type === "VEVENT");
  const edge = (text_) => new Date(`${text_.slice(0, 4)}-${text_.slice(4, 6)}-${text_.slice(6)}T00:00:00Z`);
  const dates = [];
  let events = 0;
  for (const event of parsed) {
    events += 1 + Object.keys(event.recurrences ?? {}).filter((key) => key.length > 10 || event.datetype === "date").length;
    for (const each of ical.expandRecurringEvent(event, { from: edge(first), to: edge(last), expandOngoing: false })) {
      const moment = each.isFullDay
        ? `${each.start.getFullYear()}${String(each.start.getMonth() + 1).padStart(2, "0")}${String(each.start.getDate()).padStart(2, "0")}`
        : compact(each.start);
      dates.push([event.uid, moment, readAs(each.summary?.val ?? each.summary)]);
    }
  }
  return { events: null, dates };
}

/** A canary: low on standards, used in browsers. */
function tsics(text) {
  return { events: convertIcsCalendar(undefined, text).events.length, dates: null };
}

/** The rules alone, expanded by Temporal: uid and start of every date that RRULE and EXDATE leave. */
function rruletemporal(text, first, last) {
  const unfolded = text.replaceAll("\r\n ", "").split("\r\n");
  const dates = [];
  let events = 0;
  let lines = [];
  for (const line of unfolded) {
    if (line === "BEGIN:VEVENT") lines = [];
    lines.push(line);
    if (line !== "END:VEVENT") continue;
    events += 1;
    const rule = lines.filter((each) => /^(DTSTART|RRULE|EXDATE)[;:]/.test(each));
    if (!rule.some((each) => each.startsWith("RRULE"))) continue;
    const uid = lines.find((each) => each.startsWith("UID:")).slice(4);
    const dated = rule.some((each) => each.startsWith("DTSTART;VALUE=DATE:"));
    for (const each of new RRuleTemporal({ rruleString: rule.join("\n"), strict: true }).all()) {
      const moment = dated ? day(each.toString()) : compact(new Date(each.epochMilliseconds));
      if (moment.slice(0, 8) >= first && moment.slice(0, 8) < last) dates.push([uid, moment, ""]);
    }
  }
  return { events, dates };
}

const judges = { icaljs, nodeical, tsics, rruletemporal };
const [name, file, first, last] = process.argv.slice(2);
let answer;
try {
  answer = { refused: null, ...judges[name](readFileSync(file, "utf8"), first.replaceAll("-", ""), last.replaceAll("-", "")) };
  answer.dates?.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
} catch (wrong) {
  answer = { refused: String(wrong?.stack ?? wrong).slice(0, 500) };
}
process.stdout.write(JSON.stringify(answer));

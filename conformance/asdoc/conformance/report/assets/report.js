"use strict";
// Everything that is shown comes from the JSON blocks of this file and enters the document as text: nothing here makes
// markup of a string. Rows are built a hundred at a time and the details of a case when it is opened.
(() => {
  const BATCH = 100, PRINTED = 1000;
  const SIGNS = { "pass": "✓", "fail": "✗", "unsupported": "–", "blocked": "⊘", "pending": "…", "harness-error": "!" };
  const [ID, KIND, OPERATION, VERDICT, PAGE, WHY, ERRATA, FAULTS] = [0, 1, 2, 3, 4, 5, 6, 7];
  const byId = (id) => document.getElementById(id);
  const run = JSON.parse(byId("rows").textContent);
  const parts = new Map();
  const words = run.cases.map((one) => `${one[ID]} ${one[PAGE]} ${one[WHY]}`.toLowerCase());
  const state = { text: "", verdicts: new Set(), kind: -1, operation: -1, fault: -1, found: [], shown: 0 };

  const make = (name, options = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(options)) {
      if (key === "class") element.className = value;
      else if (key in element && key !== "list") element[key] = value;
      else element.setAttribute(key, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return element;
  };
  const drawn = (name, attributes, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  // Long names may break where a new word begins.
  const breakable = (name) => name.split(/(?<=[a-z0-9])(?=[A-Z])/).flatMap((part, at) => at ? [make("wbr"), part] : [part]);
  // An id breaks before a dot sooner than within a word.
  const atDots = (id) => id.split(/(?=\.)/).flatMap((part) => [make("wbr"), part]);
  const verdictOf = (one) => run.verdicts[one[VERDICT]];
  const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
  const details = (index) => {
    const part = Math.floor(index / run.part);
    if (!parts.has(part)) parts.set(part, JSON.parse(byId(`part-${part}`).textContent));
    const { lists, cases } = parts.get(part);
    const told = cases[index % run.part];
    // What many cases have alike is in the part once.
    return { ...told, pages: lists[told.pages], path: lists[told.path], held: lists[told.held] || [] };
  };
  const sign = (verdict) => make("span", { class: `verdict v-${verdict}` },
    make("span", { class: "sign", "aria-hidden": "true" }, SIGNS[verdict]), " ", verdict);

  // ---- what is selected ----
  const select = () => {
    const wanted = state.text.toLowerCase().split(/\s+/).filter(Boolean);
    state.found = [];
    run.cases.forEach((one, index) => {
      if (state.verdicts.size && !state.verdicts.has(one[VERDICT])) return;
      if (state.kind >= 0 && one[KIND] !== state.kind) return;
      if (state.operation >= 0 && one[OPERATION] !== state.operation) return;
      if (state.fault >= 0 && !one[FAULTS].includes(state.fault)) return;
      if (wanted.every((word) => words[index].includes(word))) state.found.push(index);
    });
    state.shown = 0;
    byId("list").replaceChildren();
    more(BATCH);
    const all = run.cases.length;
    byId("count").textContent = state.found.length === all
      ? `${counted(all, "case")}, those that need a reader first`
      : state.found.length ? `${state.found.length.toLocaleString("en")} of ${counted(all, "case")}` : "No case is like that. Press Esc to show all.";
    document.querySelectorAll(".chip").forEach((chip) =>
      chip.setAttribute("aria-pressed", String(state.verdicts.has(Number(chip.dataset.verdict)))));
    document.querySelectorAll("#fault-list button").forEach((button, index) =>
      button.setAttribute("aria-pressed", String(state.fault === index)));
    byId("kind").value = String(state.kind);
    byId("operation").value = String(state.operation);
    if (byId("search").value !== state.text) byId("search").value = state.text;
  };
  const more = (number) => {
    const fragment = document.createDocumentFragment();
    const until = Math.min(state.found.length, state.shown + number);
    for (; state.shown < until; state.shown++) fragment.append(row(state.found[state.shown]));
    byId("list").append(fragment);
    const left = state.found.length - state.shown;
    byId("more").hidden = left <= 0;
    byId("more").textContent = `Show ${Math.min(BATCH, left)} more of ${left.toLocaleString("en")}`;
  };
  const showAll = () => {
    Object.assign(state, { text: "", kind: -1, operation: -1, fault: -1 });
    state.verdicts.clear();
    select();
  };

  // ---- one case ----
  const row = (index) => {
    const one = run.cases[index], verdict = verdictOf(one);
    const kind = run.kinds[one[KIND]], operation = run.operations[one[OPERATION]];
    const rest = one[ID].split(`.${kind}.`).slice(1).join(`.${kind}.`) || one[ID];
    const name = make("span", { class: "name" });
    if (rest.startsWith(operation)) name.append(make("b", {}, ...breakable(operation)), ...atDots(rest.slice(operation.length)));
    else name.append(make("b", {}, rest), make("span", { class: "of" }, ` ${operation}`));
    if (one[ERRATA]) name.append(make("abbr", { class: "star", title: "The documents contradict themselves here" }, "*"));
    const button = make("button", { type: "button", class: "row", "aria-expanded": "false" },
      sign(verdict), name, make("span", { class: "kind" }, kind),
      one[PAGE] && one[PAGE] !== operation ? shortPage(one[PAGE]) : null,
      one[WHY] ? make("span", { class: "why" }, one[WHY]) : null);
    const item = make("li", { class: `case v-${verdict}` }, button);
    item.dataset.index = String(index);
    button.addEventListener("click", () => toggle(item));
    return item;
  };
  const shortPage = (page) => {
    const [, file, line] = /([^/]*?)(?:\.rst)?(:\d+)?$/.exec(page);
    return make("span", { class: "page", title: page }, make("span", { class: "file" }, file), line || "");
  };
  const toggle = (item, open = !item.classList.contains("open")) => {
    const button = item.querySelector(".row");
    item.classList.toggle("open", open);
    button.setAttribute("aria-expanded", String(open));
    if (open && item.children.length === 1) item.append(body(Number(item.dataset.index)));
    if (item.children.length > 1) item.children[1].hidden = !open;
  };
  const heading = (text, ...more) => make("h3", {}, text, ...more);
  const body = (index) => {
    const one = run.cases[index], told = details(index);
    const box = make("div", { class: "details" });
    box.append(make("p", { class: "id" }, make("code", {}, one[ID]), " ", link("link to this case", `#case=${encodeURIComponent(one[ID])}`, "anchor")));
    if (told.reason) box.append(make("p", { class: "reason" }, told.reason));
    if (told.pages.length) {
      const pages = new Map();
      for (const [text, address] of told.pages) {
        const [, name, line] = /^(.*?)(?::(\d+))?$/s.exec(text);
        if (!pages.has(name)) pages.set(name, { address, lines: [] });
        if (line) pages.get(name).lines.push(line);
      }
      box.append(heading("On the page"), make("ul", { class: "pages" }, ...[...pages].map(([name, { address, lines }]) =>
        make("li", {}, address ? link(name, address) : name, lines.length ? ` ${lines.length > 1 ? "lines" : "line"} ${lines.join(", ")}` : ""))));
    }
    for (const [reason, evidence] of told.errata || []) {
      box.append(make("p", { class: "erratum" }, make("b", {}, "Erratum. "), reason, evidence.length ? make("small", {}, ` ${evidence.map((each) => each.split("#")[0]).join(", ")}`) : null));
    }
    if (told.reading) box.append(make("p", { class: "reading" }, make("b", {}, "Judged by the reading: "), told.reading));
    box.append(...differences(told));
    if (told.path.length > 1) {
      const last = told.path.length - 1;
      box.append(heading("How it came about"), make("ol", { class: "path" },
        ...told.path.map((step, index) => make("li", {}, make("span", { class: index === last ? "own" : /^\d+ s\b/.test(step) ? "wait" : "" }, step)))));
    }
    for (const timeline of told.timelines || []) box.append(heading("Over time"), chart(timeline));
    if (told.exchanges) {
      box.append(heading("Sent and received"));
      const own = told.exchanges.map((each) => Boolean(each.own)).lastIndexOf(true);
      told.exchanges.forEach((each, at) => box.append(exchange(each, at === own)));
    }
    if (told.left) box.append(make("p", { class: "note" }, `${counted(told.left, "exchange")} left out to keep this file small; the stream of events has them.`));
    box.append(make("p", { class: "foot-note" }, `${told.basis} · ${(1000 * told.seconds).toFixed(1)} ms`));
    return box;
  };
  const link = (text, address, name = "") => make("a", { href: address, rel: "noreferrer noopener", class: name }, text);

  // ---- documented against found ----
  const differences = (told) => {
    const against = told.checks.filter((check) => check.outcome !== "pass");
    const held = told.checks.filter((check) => check.outcome === "pass").map((check) => check.id).concat(told.held);
    const out = [];
    if (against.length) {
      const table = make("table", { class: "diff" }, make("thead", {}, make("tr", {},
        make("th", { scope: "col" }, "check"), make("th", { scope: "col" }, "documented − and found +"))));
      const rows = make("tbody");
      for (const check of against) {
        const [left, right] = marked(check.here ?? check.documented, check.found);
        const cell = make("td", {}, make("div", { class: "del" }, side("−", "documented"), left));
        if (check.here !== undefined) cell.append(make("div", { class: "note" }, `on the page: ${check.documented}`));
        cell.append(check.outcome === "blocked"
          ? make("div", { class: "note" }, `not judged${check.reason ? `: ${check.reason}` : ""}`)
          : make("div", { class: "ins" }, side("+", "found"), right));
        if (check.reason && check.outcome !== "blocked") cell.append(make("div", { class: "note" }, check.reason));
        if (check.derived) cell.append(make("div", { class: "note" }, "derived from the protocol, and in no verdict"));
        rows.append(make("tr", { class: check.derived ? "is-derived" : "" }, make("th", { scope: "row" }, check.id), cell));
      }
      table.append(rows);
      out.push(heading("Documented and found"), make("div", { class: "scroll-x", tabIndex: 0, role: "group", "aria-label": "Documented and found" }, table));
    }
    if (held.length) {
      out.push(make("details", { class: "held" }, make("summary", {}, `${counted(held.length, "check")} as documented`),
        make("p", {}, ...held.flatMap((id) => [make("code", {}, id), " "]))));
    }
    return out;
  };
  const side = (mark, name) => make("span", { class: "mark" }, make("span", { "aria-hidden": "true" }, mark), make("span", { class: "quiet" }, name));
  // The parts of two texts that differ, between what they begin and end with alike.
  const marked = (one, other) => {
    const a = [...one], b = [...other];
    let from = 0;
    while (from < a.length && from < b.length && a[from] === b[from]) from++;
    let back = 0;
    while (back < a.length - from && back < b.length - from && a[a.length - 1 - back] === b[b.length - 1 - back]) back++;
    const piece = (text) => {
      const middle = text.slice(from, text.length - back).join("");
      const cell = make("span", { class: "text" }, text.slice(0, from).join(""));
      if (middle) cell.append(make("mark", {}, middle));
      cell.append(text.slice(text.length - back).join(""));
      return cell;
    };
    return from + back < 2 ? [make("span", { class: "text" }, one), make("span", { class: "text" }, other)] : [piece(a), piece(b)];
  };

  // ---- what was sent and received ----
  const exchange = (each, open) => {
    const answer = each.error ? each.error : String(each.status);
    const box = make("details", { class: "exchange", open },
      make("summary", {}, make("b", {}, each.operation), " ", make("code", {}, `${each.method} ${pathOf(each.url)}`), " → ", make("span", { class: each.status >= 400 || !each.status ? "bad" : "told" }, answer)));
    const columns = make("div", { class: "pair" }, message("sent", `${each.method} ${each.url}`, each.sent));
    if (each.received) columns.append(message("received", `HTTP ${each.status}`, each.received));
    box.append(columns);
    if (each.curl) {
      const copy = make("button", { type: "button", class: "copy" }, "Copy");
      const text = make("code", {}, each.curl);
      copy.addEventListener("click", () => clip(copy, text));
      box.append(make("div", { class: "curl" }, make("pre", { tabIndex: 0, role: "group", "aria-label": "curl line" }, text), copy));
    } else box.append(make("p", { class: "note" }, "No curl line: what was sent is not shown whole."));
    return box;
  };
  const pathOf = (url) => url.replace(/^[a-z]+:\/\/[^/]*/, "") || "/";
  const message = (title, first, told) => {
    const headers = Object.entries(told.headers || {}).map(([name, value]) => `${name}: ${value}`).join("\n");
    const box = make("section", {}, make("h4", {}, title), make("pre", { class: "headers", tabIndex: 0, role: "group", "aria-label": `${title}: headers` }, `${first}${headers ? `\n${headers}` : ""}`));
    if (told.body) box.append(make("pre", { class: "body", tabIndex: 0, role: "group", "aria-label": `${title}: body` }, told.base64 ? told.body : pretty(told)));
    const notes = [];
    if (told.base64) notes.push("in base64");
    if ((told.shown || 0) < (told.size || 0)) notes.push(`${told.shown || 0} of ${counted(told.size, "byte")} shown`);
    if (told.altered) notes.push("secrets hidden");
    if (notes.length) box.append(make("p", { class: "note" }, notes.join(", ")));
    return box;
  };
  const pretty = (told) => {
    if ((told.shown || 0) < (told.size || 0)) return told.body;
    try { return JSON.stringify(JSON.parse(told.body), null, 2); } catch { return told.body; }
  };
  const clip = (button, text) => {
    const said = (word) => { button.textContent = word; setTimeout(() => { button.textContent = "Copy"; }, 1500); };
    const byHand = () => { getSelection().selectAllChildren(text); said("Press Ctrl+C"); };
    if (navigator.clipboard) navigator.clipboard.writeText(text.textContent).then(() => said("Copied"), byHand);
    else byHand();
  };

  // ---- a deployment over time ----
  const chart = (timeline) => {
    const width = 480, height = 230, left = 48, right = 14, top = 12, bottom = 34;
    const all = timeline.lines.flatMap((line) => line.points);
    const last = Math.max(60, ...all.map((point) => point.seconds)) * 1.04;
    const x = (seconds) => left + (width - left - right) * seconds / last;
    const y = (percentage) => top + (height - top - bottom) * (1 - Math.max(0, Math.min(100, percentage)) / 100);
    const svg = drawn("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img", "aria-label": `${timeline.subject}: percentage over time; the table below has the numbers` });
    for (const level of [0, 25, 50, 75, 100]) {
      svg.append(drawn("line", { class: "rule", x1: left, x2: width - right, y1: y(level), y2: y(level) }),
        drawn("text", { class: "tick", x: left - 8, y: y(level) + 4.5, "text-anchor": "end" }, `${level} %`));
    }
    for (const minutes of ticks(last / 60)) {
      svg.append(drawn("line", { class: "notch", x1: x(60 * minutes), x2: x(60 * minutes), y1: y(0), y2: y(0) + 5 }),
        drawn("text", { class: "tick", x: x(60 * minutes), y: y(0) + 20, "text-anchor": "middle" }, `${minutes} min`));
    }
    const legend = make("ul", { class: "legend" });
    [...timeline.lines].sort((one, other) => one.observed - other.observed).forEach((line, at) => {
      const style = line.observed ? "observed" : `documented-${Math.min(at, 2)}`;
      let path = "";
      line.points.forEach((point, index) => { path += index ? `H${x(point.seconds)}V${y(point.percentage)}` : `M${x(point.seconds)} ${y(point.percentage)}`; });
      if (line.points.length) svg.append(drawn("path", { class: `line ${style}`, d: `${path}H${x(last)}` }));
      if (line.observed) for (const point of line.points) svg.append(drawn("circle", { class: "dot", cx: x(point.seconds), cy: y(point.percentage), r: 3.2 }));
      legend.append(make("li", {}, drawn("svg", { viewBox: "0 0 34 10", class: "key", "aria-hidden": "true" }, drawn("path", { class: `line ${style}`, d: "M1 5H33" })), ` ${line.observed ? "observed" : `documented, ${line.name}`}`));
    });
    const numbers = make("details", { class: "numbers-of" }, make("summary", {}, "as numbers"));
    numbers.addEventListener("toggle", () => {
      if (numbers.children.length > 1) return;
      const rows = timeline.lines.flatMap((line) => line.points.map((point) => make("tr", {}, make("td", {}, line.name), make("td", {}, `${(point.seconds / 60).toFixed(1)} min`), make("td", {}, `${point.percentage} %`))));
      numbers.append(make("table", {}, make("thead", {}, make("tr", {}, ...["line", "after", "reached"].map((text) => make("th", { scope: "col" }, text)))), make("tbody", {}, ...rows)));
    });
    return make("figure", {}, svg, make("figcaption", {}, timeline.subject, legend), numbers);
  };
  const ticks = (minutes) => {
    const step = [1, 2, 3, 5, 10, 15, 30, 60, 120, 360, 720, 1440].find((each) => minutes / each <= 6) || Math.ceil(minutes / 6);
    return Array.from({ length: Math.floor(minutes / step) + 1 }, (_, index) => index * step);
  };

  // ---- what is told of the whole run ----
  const grid = () => {
    const counts = new Map();
    for (const one of run.cases) {
      const key = `${one[OPERATION]}/${one[KIND]}`;
      if (!counts.has(key)) counts.set(key, new Array(run.verdicts.length).fill(0));
      counts.get(key)[one[VERDICT]]++;
    }
    const cell = (operation, kind) => {
      const verdicts = counts.get(`${operation}/${kind}`);
      if (!verdicts) return make("td", { class: "none" }, make("span", { "aria-hidden": "true" }, "·"), make("span", { class: "quiet" }, "none"));
      const told = run.verdicts.map((verdict, at) => [verdict, verdicts[at]]).filter(([, number]) => number);
      told.sort(([one], [other]) => (one === "pass") - (other === "pass"));
      const button = make("button", { type: "button", "aria-label": `${run.operations[operation]}, ${run.kinds[kind]}: ${told.map(([verdict, number]) => `${number} ${verdict}`).join(", ")}` },
        ...told.map(([verdict, number]) => make("span", { class: `tally v-${verdict}` }, SIGNS[verdict], number > 1 ? String(number) : "")));
      button.addEventListener("click", () => { Object.assign(state, { operation, kind, fault: -1, text: "" }); state.verdicts.clear(); select(); byId("cases").scrollIntoView({ block: "start" }); });
      return make("td", {}, button);
    };
    byId("grid").append(
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "operation"), ...run.kinds.map((kind) => make("th", { scope: "col" }, make("span", {}, kind))))),
      make("tbody", {}, ...run.operations.map((name, operation) => make("tr", {}, make("th", { scope: "row" }, ...breakable(name)), ...run.kinds.map((_, kind) => cell(operation, kind))))));
  };
  const faults = () => {
    byId("faults").hidden = !run.faults.length;
    run.faults.forEach((fault, index) => {
      const button = make("button", { type: "button", "aria-pressed": "false" },
        make("b", {}, counted(fault.cases, "case")), " ", make("code", {}, fault.check), ": documented ",
        make("span", { class: "old" }, fault.documented), ", found ", make("span", { class: "new" }, fault.found));
      button.addEventListener("click", () => { state.fault = state.fault === index ? -1 : index; select(); byId("cases").scrollIntoView({ block: "start" }); });
      byId("fault-list").append(make("li", {}, button));
    });
  };
  const charts = () => {
    byId("charts").hidden = !run.charts.length;
    const shown = run.charts.slice(0, 6);
    for (const indexes of shown) {
      for (const timeline of details(indexes[0]).timelines.slice(0, 1)) {
        const names = indexes.map((index) => run.cases[index][ID]);
        const text = names.length > 1 ? `${names[0]} and ${names.length - 1} more` : names[0];
        byId("chart-list").append(make("article", {}, chart(timeline), make("p", {}, link(text, `#case=${encodeURIComponent(names[0])}`))));
      }
    }
    if (run.charts.length > shown.length) byId("chart-list").append(make("p", { class: "note" }, `${run.charts.length - shown.length} more with their cases.`));
  };
  const options = (select, names, all) => {
    select.append(make("option", { value: "-1" }, all), ...names.map((name, index) => make("option", { value: String(index) }, name)));
  };

  // ---- theme, kept where the browser lets a file keep anything ----
  const kept = (key, value) => {
    try { return value === undefined ? localStorage.getItem(key) : localStorage.setItem(key, value); } catch { return null; }
  };
  const dark = () => document.documentElement.dataset.theme
    ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = (name) => {
    if (name) { document.documentElement.dataset.theme = name; kept("asdoc-theme", name); }
    byId("theme-name").textContent = dark() ? "dark" : "light";
  };
  const chosen = kept("asdoc-theme");
  theme(chosen === "dark" || chosen === "light" ? chosen : "");

  // ---- a case by its address ----
  const follow = () => {
    const found = /^#case=(.+)$/.exec(location.hash);
    if (!found) return;
    let id;
    try { id = decodeURIComponent(found[1]); } catch { return; }
    const index = run.cases.findIndex((one) => one[ID] === id);
    if (index < 0) return;
    if (!state.found.includes(index)) showAll();
    const at = state.found.indexOf(index);
    if (at >= state.shown) more(at - state.shown + 1);
    const item = byId("list").children[at];
    toggle(item, true);
    item.querySelector(".row").focus({ preventScroll: true });
    arrive(item, 12);
  };
  // Rows above are drawn, and so get their true heights, only as they come near: one jump would end beside the case.
  const arrive = (item, frames) => {
    item.scrollIntoView({ block: "start", behavior: "instant" });
    const hidden = document.querySelector(".toolbar").getBoundingClientRect().bottom - item.getBoundingClientRect().top;
    if (hidden > 0) scrollBy({ top: -hidden, behavior: "instant" });
    if (frames) requestAnimationFrame(() => arrive(item, frames - 1));
  };

  // ---- wiring ----
  byId("search").addEventListener("input", (event) => { state.text = event.target.value; select(); });
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").addEventListener("reset", (event) => { event.preventDefault(); showAll(); });
  byId("kind").addEventListener("change", (event) => { state.kind = Number(event.target.value); select(); });
  byId("operation").addEventListener("change", (event) => { state.operation = Number(event.target.value); select(); });
  byId("more").addEventListener("click", () => more(BATCH));
  const only = (verdict) => { if (!state.verdicts.delete(verdict)) state.verdicts.add(verdict); select(); };
  document.querySelectorAll(".chip").forEach((chip) => chip.addEventListener("click", () => only(Number(chip.dataset.verdict))));
  byId("theme").addEventListener("click", () => theme(dark() ? "light" : "dark"));
  byId("help-open").addEventListener("click", () => byId("help").showModal());
  byId("keys").checked = kept("asdoc-keys") !== "off";
  byId("keys").addEventListener("change", (event) => kept("asdoc-keys", event.target.checked ? "on" : "off"));
  const step = (by) => {
    const rows = [...document.querySelectorAll("#list .row")];
    const at = rows.indexOf(document.activeElement);
    if (at + by >= rows.length && !byId("more").hidden) { more(BATCH); rows.push(...[...document.querySelectorAll("#list .row")].slice(rows.length)); }
    const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))];
    if (next) { next.focus({ preventScroll: true }); next.scrollIntoView({ block: "nearest" }); }
  };
  const KEYS = {
    "/": () => byId("search").focus(),
    "j": () => step(1),
    "k": () => step(-1),
    "f": () => only(run.verdicts.indexOf("fail")),
    "d": () => theme(dark() ? "light" : "dark"),
    "?": () => byId("help").showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (byId("help").open || event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key === "Escape") { showAll(); if (typing) document.activeElement.blur(); return; }
    if (typing || !byId("keys").checked || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  addEventListener("hashchange", follow);
  // On paper nothing can be opened later: failures come whole, as many as a reader can use.
  addEventListener("beforeprint", () => {
    more(Math.max(0, PRINTED - state.shown));
    document.querySelectorAll("#list .case:not(.v-pass)").forEach((item) => toggle(item, true));
  });
  if ("IntersectionObserver" in window) {
    new IntersectionObserver((entries) => { if (entries.some((entry) => entry.isIntersecting) && state.shown >= BATCH) more(BATCH); }, { rootMargin: "600px" }).observe(byId("more"));
  }
  if (matchMedia("(max-width: 68rem)").matches) byId("overview").open = false;
  options(byId("kind"), run.kinds, "every kind");
  options(byId("operation"), run.operations, "every operation");
  grid();
  faults();
  select();
  charts();
  follow();
  document.documentElement.dataset.ready = "yes";
})();

/* The report: draws what its data (docs/report.md) says, one view at a time: the matrix, a
   scenario, or one cell with its stories.  What is shown stands in the address behind the #.
   Text from the data only ever becomes text nodes. */
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const main = document.getElementById("main");
const EACH = { holds: "\u2713", fails: "\u2717", undecided: "?" };

/* ---- making elements ---- */

/* An element; properties that begin with "on" are listeners, "text" is its text. */
function make(tag, properties, ...children) {
  const svg = ["svg", "path", "rect", "line"].includes(tag);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag)
                      : document.createElement(tag);
  for (const [name, value] of Object.entries(properties || {})) {
    if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

const hidden = (text) => make("span", { class: "hidden", text });
const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

function scroll(label, child, properties) {
  return make("div", { class: "scroll", role: "region", "aria-label": label, tabindex: 0,
    ...properties }, child);
}

/* ---- the data, made handy ---- */

const oracles = data.oracles.map(([name, text]) => ({ name, text }));
const names = new Set();

for (const scenario of data.scenarios) {
  const base = scenario.path.replace(/^.*\//, "").replace(/\.yaml$/, "");
  let name = base;

  for (let n = 2; names.has(name); n++) name = `${base}-${n}`;
  names.add(name);
  scenario.name = name;
  for (const cell of scenario.cells) {
    cell.scenario = scenario;
    cell.name = data.policies[cell.policy];
    cell.open = new Set(cell.open || []);
    cell.findings = (cell.findings || []).map(([oracle, lasting, verdict, text, line, known]) =>
      ({ oracle, lasting, verdict, text: data.texts[text], line, known }));
    cell.of = new Map((cell.violated || []).map(
      ([oracle, is, bad, lastingIs, lastingBad, story, lastingStory]) => [oracle, {
        oracle, is: data.texts[is], bad, story, lastingStory,
        lastingIs: lastingIs === null ? null : data.texts[lastingIs], lastingBad }]));
  }
}

const address = (...parts) => "#" + parts.map((part) => "/" + encodeURIComponent(part)).join("");
const cellAddress = (cell, oracle) => oracle === undefined
  ? address(cell.scenario.name, cell.name)
  : address(cell.scenario.name, cell.name, oracles[oracle].name);

/* "39 of 1415"; a word where nothing is counted. */
function shareText(cell, verdict) {
  return cell.runs !== null && verdict.bad !== null ? `${verdict.bad} of ${cell.runs}`
                                                    : verdict.is;
}

/* All that goes wrong in a cell, each with its name in the address, and its story if it has one. */
function talesOf(cell) {
  const lasts = (verdict) => verdict.lastingIs === null ? ""
    : verdict.lastingIs === "never" ? " It never lasts to the end of a run."
      : ` It lasts to the end in ${verdict.lastingBad === null ? "some run"
        : `${verdict.lastingBad} of them`}.`;
  const tales = [...cell.of.values()].flatMap((verdict) => {
    const { name, text } = oracles[verdict.oracle];
    const to = (share, more) => ({ text: `${text}.${more}`, share, head: name, address: name });

    return [{ ...to(shareText(cell, verdict), lasts(verdict)), story: verdict.story },
      ...(verdict.lastingStory === null ? [] : [{ ...to(shareText(cell, { bad: verdict.lastingBad,
        is: verdict.lastingIs }), " This is a run at whose end it is so."), head: `${name}, lasting`,
      address: `${name}-lasting`, story: verdict.lastingStory }])];
  });

  if (cell.starving) {
    const [command, loop, story] = cell.starving;

    tales.push({ head: "starvation", address: "starvation", share: "possible", story, loop,
      text: `the ${data.texts[command]} never ends if the last ${plural(loop, "step")} ` +
        "are taken again and again." });
  }
  return tales;
}

/* bad of runs in thousandths, rounded down. */
const thousandths = (bad, runs) => Number((BigInt(bad) * 1000n) / BigInt(runs));

/* "20.6 %": rounded down, but to 0 and 100 only if it is that.  Where runs are not counted, which is
   where there is one number, a word. */
function percent(bad, runs) {
  if (runs === undefined) return ["none", "some", "all"][bad];
  const share = thousandths(bad, runs);

  if (BigInt(bad) === 0n) return "none";
  if (BigInt(bad) === BigInt(runs)) return "all";
  return share === 0 ? "< 0.1 %" : `${(share / 10).toFixed(1)} %`;
}

/* The class by which a cell is coloured; without a verdict, by whether all is known. */
function colour(cell, verdict, isOpen) {
  if (!verdict) return isOpen ? "is-open" : "is-never";
  if (cell.runs === null || verdict.bad === null) return "is-often";
  const share = thousandths(verdict.bad, cell.runs);
  return share === 1000 ? "is-always" : share >= 100 ? "is-often" : "is-rare";
}

/* The verdict of what is claimed of a cell, the worst first; null if nothing is. */
function worst(findings) {
  return ["fails", "undecided", "holds"].find(
    (verdict) => findings.some((finding) => finding.verdict === verdict)) || null;
}

/* ---- the frame of a view ---- */

function show(title, path, ...children) {
  const heading = make("h1", { text: title, tabindex: -1 });
  const steps = [["Matrix", "#"], ...path];

  document.title = path.length ? `${title} \u2013 tapweave` : "tapweave report";
  main.replaceChildren(
    ...(path.length ? [make("nav", { "aria-label": "Where this is" }, make("ol", {},
      ...steps.map(([text, href], i) => make("li", {}, make("a", { text, href,
        "aria-current": i === steps.length - 1 ? "page" : null })))))] : []),
    heading, ...children);
  return heading;
}

function legend() {
  const entries = [["is-never", "never"], ["is-rare", "below a tenth of the runs"],
    ["is-often", "more"], ["is-always", "always"], ["is-open", "not known"]];

  return make("ul", { class: "legend", "aria-label": "Colours and marks" },
    ...entries.map(([name, text]) => make("li", {},
      make("span", { class: `swatch ${name}`, "aria-hidden": "true", text: "\u00a0" }), text)),
    make("li", { text: "\u2713 what is claimed holds" }),
    make("li", { text: "\u2717 it fails" }), make("li", { text: "? it is undecided" }));
}

const mark = (verdict) => verdict === null ? ""
  : make("span", { class: "claim", "aria-hidden": "true", text: EACH[verdict] });

/* ---- the matrix ---- */

/* What the filters say, kept while other views are shown. */
const filter = { text: "", oracle: "", only: "" };

/* More policies in choices than these share a column, in which they are counted. */
const MOST_OWN = 8;

function matrixCell(cell) {
  const chosen = filter.oracle === "" ? null : Number(filter.oracle);
  const verdicts = chosen === null ? [...cell.of.values()]
                                   : [cell.of.get(chosen)].filter(Boolean);
  const findings = cell.findings.filter((f) => chosen === null || f.oracle === chosen);
  const isOpen = chosen === null ? cell.open.size > 0 : cell.open.has(chosen);
  const most = verdicts.reduce((a, b) => (!a || colourRank(cell, b) > colourRank(cell, a) ? b : a),
    undefined);
  const text = verdicts.length === 0 ? (isOpen ? "?" : "\u00b7")
    : chosen === null ? String(verdicts.length)
      : cell.runs !== null ? percent(verdicts[0].bad, cell.runs) : "some";
  const said = verdicts.length === 0 ? (isOpen ? "not known" : "never") : verdicts.map(
    (v) => `${oracles[v.oracle].name}: ${shareText(cell, v)}`).join("; ");
  const claimed = findings.length ? `; claimed: ${findings.map((f) => f.verdict).join(", ")}` : "";

  return make("a", { class: colour(cell, most, isOpen), title: `${cell.name}: ${said}${claimed}`,
    href: cellAddress(cell, chosen !== null && verdicts.length ? chosen : undefined) },
  make("span", { "aria-hidden": "true", text }), hidden(said + claimed), mark(worst(findings)));
}

const colourRank = (cell, verdict) =>
  ["is-never", "is-open", "is-rare", "is-often", "is-always"].indexOf(colour(cell, verdict));

/* A cell is wanted by the filters, but for their text. */
function isWanted(cell) {
  const oracle = filter.oracle === "" ? null : Number(filter.oracle);

  if (filter.only === "violated") return oracle === null ? cell.of.size > 0 : cell.of.has(oracle);
  if (filter.only === "" ) return true;
  return cell.findings.some((finding) => (oracle === null || finding.oracle === oracle) &&
    (filter.only === "claimed" || finding.verdict !== "holds"));
}

function matches(scenario, words) {
  const text = [scenario.name, scenario.title, scenario.path, scenario.report].join(" ")
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

function matrixTable() {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const named = data.policies.slice(0, data.named);
  const byPolicy = named.filter((name) => words.some((word) => name === word));
  const wanted = words.filter((word) => !byPolicy.includes(word));
  const rows = data.scenarios.filter(
    (scenario) => matches(scenario, wanted) && scenario.cells.some(isWanted));
  const owns = [...new Set(rows.flatMap((s) => s.cells.map((cell) => cell.policy)))]
    .filter((policy) => policy >= data.named).sort((a, b) => a - b);
  const own = owns.length > MOST_OWN;
  const shown = (byPolicy.length ? byPolicy : named).map((name) => data.policies.indexOf(name))
    .concat(own || byPolicy.length ? [] : owns);

  document.getElementById("found").textContent =
    `${plural(rows.length, "scenario")} of ${data.scenarios.length}`;
  return make("table", { class: "matrix" },
    make("caption", {}, make("span", { text: filter.oracle === ""
      ? "How many oracles each policy violates in each scenario"
      : `The share of the interleavings that violate ${oracles[filter.oracle].name}` })),
    make("thead", {}, make("tr", {},
      make("th", { scope: "col" }, make("span", { text: "scenario" })),
      ...shown.map((policy) => make("th", { scope: "col" },
        make("span", { text: data.policies[policy] }))),
      own ? make("th", { scope: "col" }, make("span", { text: "other policies" })) : "")),
    make("tbody", {}, ...rows.map((scenario) => {
      const cells = new Map(scenario.cells.map((cell) => [cell.policy, cell]));
      const others = scenario.cells.filter((cell) => cell.policy >= data.named);

      return make("tr", {},
        make("th", { scope: "row" }, make("a", { href: address(scenario.name),
          title: scenario.title, text: scenario.name })),
        ...shown.map((policy) => make("td", {}, cells.has(policy) && isWanted(cells.get(policy))
          ? matrixCell(cells.get(policy)) : "")),
        own ? make("td", {}, others.length ? make("a", { href: address(scenario.name) },
          `+${others.length}`, hidden(" other policies"),
          mark(worst(others.flatMap((cell) => cell.findings)))) : "") : "");
    })));
}

function showMatrix() {
  const area = scroll("Matrix", "");
  const redraw = () => area.replaceChildren(matrixTable());
  const choice = (label, key, options) => make("label", {}, label, make("select", {
    onchange: (event) => { filter[key] = event.target.value; redraw(); } },
  ...options.map(([value, text]) => make("option", { value, text,
    selected: String(value) === String(filter[key]) }))));

  const heading = show("What goes wrong, in which scenario, under which policy", [],
    make("p", { text: "A row is a scenario, a column a policy: the fix under test. A cell says " +
      "what was found of all interleavings there. It leads to the shortest one that goes wrong, " +
      "step by step." }),
    make("div", { class: "controls", role: "search" },
      make("label", {}, "Scenario, report or policy", make("input", { type: "search",
        value: filter.text, autocomplete: "off",
        oninput: (event) => { filter.text = event.target.value; redraw(); } })),
      choice("Oracle", "oracle", [["", "any"], ...oracles.map(({ name }, i) => [i, name])]),
      choice("Show", "only", [["", "all"], ["violated", "what is violated"],
        ["claimed", "what is claimed"], ["failed", "what is claimed and does not hold"]])),
    legend(), make("p", { id: "found", role: "status", class: "soft" }), area);
  redraw();
  return heading;
}

/* ---- a scenario ---- */

function showScenario(scenario) {
  const columns = oracles.map((_, i) => i).filter((i) => scenario.cells.some((cell) =>
    cell.of.has(i) || cell.findings.some((finding) => finding.oracle === i)));
  const entry = (cell, oracle) => {
    const verdict = cell.of.get(oracle);
    const findings = cell.findings.filter((finding) => finding.oracle === oracle);
    const claimed = worst(findings);
    const said = claimed === null ? "" : hidden(`, claimed: ${claimed}`);
    const passing = verdict && verdict.lastingIs === "never";

    if (!verdict) {
      return make("td", {}, make("span", { class: colour(cell, verdict, cell.open.has(oracle)) },
        cell.open.has(oracle) ? "not known" : "never",
        mark(claimed), said));
    }
    return make("td", {}, make("a", { class: colour(cell, verdict),
      href: cellAddress(cell, oracle) }, shareText(cell, verdict),
    passing ? make("span", { text: " ~", title: "it never lasts to the end" }) : "",
    passing ? hidden(", it never lasts to the end") : "", mark(claimed), said));
  };

  return show(scenario.title, [[scenario.name, address(scenario.name)]],
    make("p", { class: "soft" }, make("code", { text: scenario.path }), `; ${scenario.report}`),
    columns.length === 0 ? make("p", { text: "Nothing is violated here, or claimed." }) : "",
    scroll("Policies and oracles", make("table", { class: "shares" },
      make("caption", { text: "How many of all interleavings violate an oracle (~: it never " +
        "lasts to the end)" }),
      make("thead", {}, make("tr", {}, make("th", { scope: "col", text: "policy" }),
        ...columns.map((i) => make("th", { scope: "col", text: oracles[i].name,
          title: oracles[i].text })))),
      make("tbody", {}, ...scenario.cells.map((cell) => make("tr", {},
        make("th", { scope: "row" }, make("a", { href: cellAddress(cell), text: cell.name })),
        ...columns.map((oracle) => entry(cell, oracle))))))),
    legend());
}

/* ---- one cell ---- */

/* Name and step are what the address says. */
function showCell(cell, name, step) {
  const tales = talesOf(cell);
  const chosen = tales.find((tale) => tale.address === name) || tales[0];
  const path = [[cell.scenario.name, address(cell.scenario.name)], [cell.name, cellAddress(cell)]];
  const parts = [make("p", {}, cell.scenario.title, " ",
    make("span", { class: "soft" }, "(", make("code", { text: cell.scenario.path }), ")"))];

  if (cell.findings.length) {
    const bad = cell.findings.filter((finding) => finding.verdict !== "holds").length;

    parts.push(make("details", { open: bad > 0 },
      make("summary", { class: bad ? "bad" : null, text: `${plural(cell.findings.length,
        "finding")}: ${bad || "none"} ${bad > 1 ? "fail" : "fails"}` }),
      make("ul", {}, ...cell.findings.map((finding) =>
        make("li", { class: finding.verdict === "holds" ? null : "bad" },
          `${EACH[finding.verdict]} `, hidden(`${finding.verdict}: `), finding.text,
          finding.known ? " (known before)" : "")))));
  }
  if (cell.end) parts.push(make("p", { class: "bad", text: `Not all is known: ${cell.end}.` }));
  if (cell.open.size) {
    parts.push(make("p", { text: "It is not known whether these are violated: " +
      `${[...cell.open].map((i) => oracles[i].name).join(", ")}.` }));
  }
  if (cell.scenario.more) {
    parts.push(make("p", { text: "It is about any number of guests more that are like these." }));
  }
  if (!chosen) {
    parts.push(make("p", { text: cell.open.size ? "Nothing that goes wrong was found so far."
      : cell.runs === null ? "No run violates any oracle."
        : `None of the ${cell.runs} interleavings violates any oracle.` }));
    return show(`${cell.name} in ${cell.scenario.name}`, path, ...parts);
  }
  parts.push(make("h2", { text: "What goes wrong" }),
    make("ul", { class: "oracles" }, ...tales.map((tale) => make("li", {},
      make("a", { href: address(cell.scenario.name, cell.name, tale.address),
        "aria-current": tale === chosen ? "true" : null },
      make("strong", { text: tale.head }), ` ${tale.share}`)))));
  const heading = show(`${cell.name} in ${cell.scenario.name}`, path, ...parts,
    ...storyParts(cell, chosen));
  if (main.toStep) main.toStep(Number(step) || 0);
  return heading;
}

function storyParts(cell, tale) {
  const parts = [make("p", {}, make("strong", { text: `${tale.head}: ` }), tale.text)];

  if (tale.story !== null) parts.push(...drawStory(cell, tale));
  return parts;
}

/* ---- routes ---- */

function route() {
  const parts = location.hash.replace(/^#\/?/, "").split("/").filter(Boolean)
    .map((part) => { try { return decodeURIComponent(part); } catch { return part; } });
  const scenario = data.scenarios.find((s) => s.name === parts[0]);
  const cell = scenario && scenario.cells.find((c) => c.name === parts[1]);

  main.toStep = null;
  if (cell) return showCell(cell, parts[2], parts[3]);
  return scenario ? showScenario(scenario) : showMatrix();
}

function tally() {
  const cells = data.scenarios.flatMap((scenario) => scenario.cells);
  const findings = cells.flatMap((cell) => cell.findings);
  const count = (verdict) => findings.filter((f) => f.verdict === verdict && !f.known).length;
  const open = cells.filter((cell) => cell.end).length;
  const bad = count("fails") + count("undecided");

  document.getElementById("tally").append(
    `${plural(data.scenarios.length, "scenario")}, ` +
    `${plural(new Set(cells.map((cell) => cell.policy)).size, "policy").replace("ys", "ies")}, ` +
    `${plural(cells.length, "cell")}, ${plural(findings.length, "finding")}: `,
    bad === 0 ? "every one of them holds" : make("span", { class: "bad",
      text: `${count("fails")} fail, ${count("undecided")} undecided` }),
    open ? `; ${plural(open, "cell")} not known to the end` : "");
}


/* ---- a story: lanes, the world, and the share that goes wrong ---- */

const TABLES = [
  ["Guests", ["guest", "QEMU", "its devices", "the daemon"]],
  ["Devices", ["device", "kind", "owner", "held by", "MAC", "Linux bridge", "is"]],
  ["Rows of the database (what is wanted)", ["row", "bridge", "owner", "with"]],
  ["Ports of the switch (what is)", ["port", "bridge", "device", "with"]],
  ["Bridges", ["bridge", "kind", "is"]],
  ["And", ["what", "is"]],
];

/* What is said of a number of runs that go wrong, or of none, some or all. */
const howMany = (bad, runs) => runs === undefined ? percent(bad) : `${bad} of ${runs}`;

/* A story with the states: states[n] is a Map of rows by table and name, after n steps. */
function readStory([walk, outlook, lost, opens, races, instead, out], counted) {
  const [begin, steps, victims] = data.walks[walk];
  const key = (thing) => `${thing[0]} ${thing[1]}`;
  let state = new Map(data.begins[begin].map((i) => [key(data.things[i]), data.things[i]]));
  const states = [state];
  const all = steps.map((index) => {
    const [actor, text, change, added, taken] = data.steps[index];

    state = new Map(state);
    for (const i of taken) state.delete(key(data.things[i]));
    for (const i of added) state.set(key(data.things[i]), data.things[i]);
    states.push(state);
    return { actor: data.texts[actor], text: data.texts[text], change: data.texts[change] };
  });

  return { steps: all, states, lost, opens, races, instead, actors: [...new Set(
    all.map((step) => step.actor))], victims: victims.map(([who, at]) => [data.texts[who], at]),
  out: out || [], counted, share: outlook && all.concat(null).map((_, i) =>
    (counted ? [outlook[2 * i], outlook[2 * i + 1]] : [outlook[i]])) };
}

const quoted = (word) => /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`;

function replayLine(cell, story) {
  const { path, datapath } = cell.scenario;
  const schedule = story.steps.map((step) => step.actor).join(" ");

  return `tapweave replay${datapath ? ` --datapath ${datapath}` : ""} -p ${quoted(cell.name)} ` +
    `-s '${schedule}' ${path.startsWith("-") ? "-- " : ""}${quoted(path)}`;
}

/* What is said of a step, from 0, beside what it does. */
function notes(story, step) {
  const said = [];

  if (story.opens === step && step > 0) said.push("the racy window opens");
  if (story.lost === step) {
    said.push(step === 0 ? "every run goes wrong" : "from here on every run goes wrong");
  }
  if (story.loop && step === story.steps.length - story.loop + 1) {
    said.push("from here to the end, again and again");
  }
  for (const [who, at] of story.victims) {
    if (at === step) said.push(`it goes wrong: ${who}`);
  }
  return said;
}

const inWindow = (story, step) => Boolean(story.opens) && step >= story.opens &&
  step <= (story.lost === null || story.lost === undefined ? story.steps.length : story.lost);

function laneTable(story, go) {
  const lane = (i) => `var(--lane${i % 6})`;
  const styled = (element, i) => { element.style.setProperty("--lane", lane(i)); return element; };
  const shareCell = (step) => {
    if (!story.share) return "";
    if (!story.counted) return make("td", { class: "share" }, percent(...story.share[step]));
    const bar = make("i", {});

    bar.style.width = `${thousandths(...story.share[step]) / 10}%`;
    return make("td", { class: "share" }, percent(...story.share[step]),
      make("span", { class: "bar", "aria-hidden": "true" }, bar));
  };
  const said = (step) => notes(story, step).map((text) => make("span", { class: "note", text }));
  const row = (step) => {
    const does = step > 0 ? story.steps[step - 1] : null;

    return make("tr", { class: inWindow(story, step) ? "window" : null, onclick: () => go(step) },
      make("th", { scope: "row" }, make("button", { type: "button", text: String(step),
        "aria-label": `Go to step ${step}` })),
      ...story.actors.map((actor, i) => styled(make("td", { class: "lane" },
        ...(does && does.actor === actor ? [make("span", { class: "box", text: does.text }),
          make("span", { class: "dot", "aria-hidden": "true" })] : [])), i)),
      make("td", { class: "does" }, does ? `${does.actor}: ${does.text}` : "the beginning",
        does && does.change ? make("small", { text: does.change }) : "", ...said(step)),
      make("td", { class: "change" }, does ? does.change || "-" : "the beginning", ...said(step)),
      shareCell(step));
  };

  return make("table", { class: "lanes" },
    make("caption", { text: `${story.loop ? "A run in which it never ends"
      : "The shortest interleaving that goes wrong"}: a lane for each actor` }),
    make("thead", {}, make("tr", {}, make("th", { scope: "col", text: "step" }),
      ...story.actors.map((actor, i) => styled(make("th", { scope: "col", class: "lane-head" },
        make("span", { class: "name", text: actor })), i)),
      make("th", { scope: "col", class: "does", text: "does" }),
      make("th", { scope: "col", class: "change", text: "what changed" }),
      story.share ? make("th", { scope: "col", class: "share", text: "goes wrong" }) : "")),
    make("tbody", {}, ...story.states.map((_, step) => row(step))));
}

/* The tables of a state.  Columns that are empty all along are left out. */
function stateTables(story, step) {
  const now = story.states[step], before = story.states[Math.max(step - 1, 0)];
  const used = TABLES.map(() => new Set([0]));

  for (const state of story.states) {
    for (const [table, ...columns] of state.values()) {
      columns.forEach((text, i) => { if (text !== "") used[table].add(i); });
    }
  }
  return TABLES.flatMap(([caption, heads], table) => {
    const columns = heads.map((_, i) => i).filter((i) => used[table].has(i));
    const keys = [...new Set([...before.keys(), ...now.keys()])]
      .filter((key) => key.startsWith(`${table} `)).sort();

    if (!keys.length) return [];
    return [make("table", {}, make("caption", { text: caption }),
      make("thead", {}, make("tr", {}, ...columns.map((i) =>
        make("th", { scope: "col", text: heads[i] })))),
      make("tbody", {}, ...keys.map((key) => {
        const gone = !now.has(key), fresh = !gone && now.get(key) !== before.get(key);
        const thing = gone ? before.get(key) : now.get(key);

        return make("tr", { class: gone ? "gone" : fresh ? "new" : null }, ...columns.map((i) =>
          make(i === 0 ? "th" : "td", i === 0 ? { scope: "row" } : {}, thing[i + 1],
            i === 0 && gone ? hidden(" (gone)") : i === 0 && fresh ? hidden(" (changed)") : "")));
      })))];
  });
}

/* The curve over the steps, 0 to 100 %, in a box of 1000 by 100. */
function drawCurve(story) {
  const last = story.steps.length;
  const x = (step) => (last === 0 ? 0 : (1000 * step) / last);
  const y = (step) => 100 - thousandths(...story.share[step]) / 10;
  const points = story.share.map((_, step) => `${x(step)} ${y(step)}`).join(" L ");
  const line = (at, name) => make("line", { class: name, x1: 0, x2: 1000, y1: at, y2: at });
  const end = story.lost === null ? last : story.lost;
  const now = make("line", { class: "curve-now", y1: 0, y2: 100 });
  const svg = make("svg", { viewBox: "0 0 1000 100", preserveAspectRatio: "none", role: "img",
    "aria-label": `Share of the runs that go wrong: ${percent(...story.share[0])} at the ` +
      `beginning, ${percent(...story.share[last])} after step ${last}. The table has each step.` },
  story.opens ? make("rect", { class: "curve-window", x: x(story.opens), y: 0, height: 100,
    width: x(end) - x(story.opens) }) : "",
  line(0, "curve-frame"), line(50, "curve-frame"), line(100, "curve-frame"),
  make("path", { class: "curve-area", d: `M 0 100 L ${points} L 1000 100 Z` }),
  make("path", { class: "curve-line", d: `M ${points}` }), now);

  return { svg, move: (step) => { now.setAttribute("x1", x(step)); now.setAttribute("x2", x(step)); } };
}

/* Why it goes wrong, in words (docs/explaining.md). */
function reasons(story) {
  const who = (step) => `${story.steps[step - 1].actor}: ${story.steps[step - 1].text}`;
  const parts = [];

  if (!story.share) return parts;
  if (!story.counted) {
    parts.push(make("p", { class: "soft", text: "These runs need not end, and are not counted: of " +
      "the fair ones that go on from a step, none, some or all go wrong." }));
  }
  if (story.opens) {
    parts.push(make("p", {}, make("strong", { text: "The racy window" }),
      ` opens with step ${story.opens} (${who(story.opens)}), ` + (story.lost === null
        ? "and stays open to the end." : `and ends with step ${story.lost} (${who(story.lost)}): ` +
          "from there on every run goes wrong.")));
  } else if (story.lost === 0) {
    parts.push(make("p", { text: "Every run goes wrong: nobody could have avoided it." }));
  } else if (story.lost !== null) {
    parts.push(make("p", { text: `From step ${story.lost} on (${who(story.lost)}), every run ` +
      "goes wrong." }));
  }
  if (story.races.length) {
    parts.push(make("h3", { text: "The order of these steps matters" }), make("ul", {},
      ...story.races.map(([first, second, ...rest]) => make("li", { text:
        `${who(first)} (step ${first}) before ${who(second)} (step ${second}): the other way ` +
        `round ${howMany(...rest)} go wrong` }))));
  }
  if (story.instead.length) {
    parts.push(make("h3", { text: `In place of step ${story.lost} it could still have been ` +
      "avoided" }), make("ul", {}, ...story.instead.map(([actor, text, ...rest]) =>
      make("li", { text: `${data.texts[actor]}: ${data.texts[text]}: ${howMany(...rest)} go wrong` }
      ))));
  }
  if (story.out.length) {
    const steps = new Map();

    for (const [actor, text, step] of story.out) {
      const does = `${data.texts[actor]}: ${data.texts[text]}`;

      steps.set(does, [...(steps.get(does) || []), step]);
    }
    parts.push(make("h3", { text: "After these, it could not go wrong any more" }), make("ul", {},
      ...[...steps].map(([does, all]) => make("li", { text: `${does}, in place of step ` +
        all.join(", ") }))));
  }
  return parts;
}

/* Scrolls to a row, if its table is being looked at. */
function showRow(table, row) {
  const { top, bottom } = table.getBoundingClientRect();

  if (bottom > 100 && top < innerHeight - 100) row.scrollIntoView({ block: "nearest" });
}

function drawStory(cell, tale) {
  const story = { ...readStory(tale.story, cell.runs !== null), loop: tale.loop };
  const last = story.steps.length;
  const state = make("div", { class: "state", role: "region", tabindex: 0 });
  const table = laneTable(story, (step) => go(step));
  const rows = [...table.tBodies[0].rows];
  const curve = story.share && story.counted ? drawCurve(story) : null;
  const now = make("p", { class: "now" });
  const slider = make("input", { type: "range", min: 0, max: last, step: 1, id: "slider",
    "aria-label": "Step", oninput: (event) => go(Number(event.target.value)) });
  const button = (text, label, by) => make("button", { type: "button", text, "aria-label": label,
    onclick: () => go(Number(slider.value) + by) });
  const back = button("\u25C0", "One step back", -1), on = button("\u25B6", "One step on", 1);
  const sentence = (step) => {
    const does = step > 0 ? story.steps[step - 1] : null;
    const share = story.share ? `; ${percent(...story.share[step])} of the runs ` +
      `${percent(...story.share[step]) === "none" ? "goes" : "go"} wrong` : "";

    return `Step ${step} of ${last}: ${does ? `${does.actor}: ${does.text}` : "the beginning"}` +
      share;
  };

  function go(to) {
    const step = Math.min(Math.max(to, 0), last);

    slider.value = step;
    slider.setAttribute("aria-valuetext", sentence(step));
    now.textContent = sentence(step);
    back.disabled = step === 0;
    on.disabled = step === last;
    rows.forEach((row, i) => {
      if (i === step) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
    });
    state.setAttribute("aria-label", `The world after step ${step}`);
    state.replaceChildren(make("h3", { text: step === 0 ? "The world at the beginning"
      : `The world after step ${step}` }), ...stateTables(story, step));
    if (curve) curve.move(step);
    showRow(table, rows[step]);
  }

  main.toStep = (by) => go(Number(slider.value) + by);
  go(0);
  return [
    ...(cell.unexplained === undefined ? [] : [make("p", { class: "soft", text:
      `There are no shares here: ${data.texts[cell.unexplained]}.` })]),
    make("div", { class: "story" },
      scroll("The steps", table), state,
      make("div", { class: "player", role: "group", "aria-label": "Go through the steps" },
        now, make("div", { class: "row" }, back, make("div", { class: "track" },
          curve ? make("figure", {}, curve.svg) : "", slider), on),
        curve ? make("p", { class: "soft hidden", text: "The curve: share that goes wrong" }) : ""),
      make("div", {}, ...reasons(story)),
      make("div", {}, make("h3", { text: "Replay it" }),
        make("pre", { text: replayLine(cell, story) }),
        make("p", { class: "soft", text: "With --on netns it is forced on this machine's kernel. " +
          "The arrow keys go through the steps." }))),
  ];
}

document.addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];

  if (by && main.toStep && !event.ctrlKey && !event.altKey && !event.metaKey &&
      !event.target.closest("input, select, .scroll")) {
    event.preventDefault();
    main.toStep(by);
  }
});

window.addEventListener("hashchange", () => {
  if (location.hash === "#main") return;
  route().focus({ preventScroll: true });
  window.scrollTo(0, 0);
});
tally();
if (!location.hash && data.scenarios.length === 1 && data.scenarios[0].cells.length === 1) {
  history.replaceState(null, "", cellAddress(data.scenarios[0].cells[0])); // all that there is
}
route();

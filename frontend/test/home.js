// A home without Home Assistant: what a page needs to show card and panel with made-up data, for tests and measurements.
// window.home(options) makes it; its `hass` is given to an element, its `tell` sends what a subscription would.
const ROOMS = ["Hall", "Kitchen", "Living room", "Bathroom", "Bedroom", "Study", "Garden"];
const DOMAINS = ["light", "switch", "binary_sensor", "cover", "lock", "media_player"];
const ACTORS = ["person", "automation", "device", ""];
const SCHEMA = 1;

function random(seed) {
  let state = seed;
  return () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32);
}

function flatten(texts, before = "component.smartguard.config_panel") {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === "string" ? [[`${before}.${key}`, value]] : flatten(value, `${before}.${key}`),
  );
}

function things(count) {
  return Array.from({ length: count }, (_, i) => ({
    entity: `key${i}`,
    entity_id: `${DOMAINS[i % DOMAINS.length]}.thing_${i}`,
    name: `Thing ${i}`,
    device: `Device ${i}`,
    area: ROOMS[i % ROOMS.length],
  }));
}

function behaviors(all, count, begin, end, chance) {
  const times = Array.from({ length: count }, () => begin + chance() * (end - begin)).sort((a, b) => b - a);
  return times.map((time) => {
    const thing = all[Math.floor(chance() * all.length)];
    const loss = 4 * chance() ** 3;
    const control = chance() < 0.5 ? "turn_on" : "turn_off";
    return {
      ...thing, time, control, text: `${thing.name} was switched ${control.slice(5)}`, loss,
      actor: ACTORS[Math.floor(chance() * ACTORS.length)], strange: loss > 3.9,
    };
  });
}

function explanation(rows, alarm) {
  const last = rows.slice(0, 10).reverse();
  const expected = [0.6, 0.2, 0.1].map((probability, i) => ({ entity_id: null, text: `Something else ${i}`, probability }));
  return {
    schema: SCHEMA, version: "0001", score: -1.2, threshold: 0, alarm,
    reasons: alarm ? [{ kind: alarm.kind, score: alarm.score, summary: alarm.summary }] : [],
    rows: last.map((row) => ({ ...row, share: 0.1, expected })),
    attention: last.map((_, i) => last.map((_, j) => (i === j ? 0.05 : 0.95 / (last.length - 1)))),
  };
}

function alarms(all, count, now) {
  return Array.from({ length: count }, (_, i) => ({
    page: count - i, episode_id: `${now - i * 40_000}`, start: now - i * 40_000 - 600, end: now - i * 40_000,
    score: 1.5, threshold: 0, kind: ["moment", "duration", "meeting"][i % 3],
    summary: `${all[i % all.length].name} was switched on at 03:12; of 80 times before, none was within an hour of this time.`,
    things: [all[i % all.length]], normal: i === 3,
  }));
}

function habits(all, chance) {
  return all.flatMap((thing) =>
    ["turn_on", "turn_off"].map((control) => {
      const hours = Array.from({ length: 24 }, (_, hour) => Math.floor(chance() * 20 * (hour > 6 ? 1 : 0.1)));
      return {
        ...thing, control, text: `${thing.name}: ${control}`, uses: hours.reduce((a, b) => a + b, 0), hours,
        usual: 600, longest: 4000, weight: chance() < 0.1 ? 0 : 0.4, loss: chance() < 0.2 ? null : 4 * chance(), judged: 12,
        last: Date.now() / 1000 - 4000,
      };
    }),
  );
}

function page(rows, { limit = 100, before, start = -Infinity, end = Infinity }) {
  const from = before ? rows.findIndex((row) => row.time < before[0]) : 0;
  const part = (from < 0 ? [] : rows.slice(from)).filter((row) => row.time >= start && row.time < end).slice(0, limit);
  return { schema: SCHEMA, rows: part, next: part.length === limit ? [part.at(-1).time, 0] : null };
}

// SmartGuard's own entities, which every user may see: given as key → [state, attributes], null to leave one out.
function ownEntities(given, now) {
  const known = {
    "binary_sensor.smartguard_anomaly": ["off", {}],
    "event.smartguard_alert": [new Date((now - 4000) * 1000).toISOString(), { summary: "Thing 0 was switched on at 03:12.", episode_id: "7", kind: "moment" }],
    "sensor.smartguard_behaviors_learned": ["5000", {}],
    "sensor.smartguard_last_trained": [new Date((now - 9e4) * 1000).toISOString(), {}],
    "sensor.smartguard_score": ["-1.2", {}],
    "sensor.smartguard_status": ["guarding", { reason: null, snoozed_until: null }],
    "sensor.smartguard_threshold": ["0", {}],
    "sensor.smartguard_training_progress": ["100", {}],
  };
  return Object.entries({ ...known, ...given })
    .filter(([, told]) => told)
    .map(([id, [state, attributes]]) => [id, { entity_id: id, state, attributes: attributes ?? {} }]);
}

window.home = async (options = {}) => {
  const { devices = 8, count = 60, texts = true, admin = true, status = {}, answers = {} } = options;
  const chance = random(7);
  const now = Date.now() / 1000;
  const midnight = now - (now % 86_400);
  const all = things(devices);
  if (options.name) Object.assign(all[0], { name: options.name, device: options.name, area: options.name });
  const rows = behaviors(all, count, midnight, now, chance);
  const told = alarms(all, 20, now);
  const listeners = [];
  const calls = [];
  const known = texts ? Object.fromEntries(flatten((await (await fetch("/en.json")).json()).config_panel)) : {};
  const replies = {
    "smartguard/timeline": (message) => page(rows, message),
    "smartguard/alarms": ({ limit = 100 }) => ({ schema: SCHEMA, rows: told.slice(0, limit), next: null }),
    "smartguard/explain": ({ episode_id }) => explanation(rows, told.find((alarm) => alarm.episode_id === episode_id) ?? null),
    "smartguard/habits": () => ({ schema: SCHEMA, rows: habits(all, chance) }),
    "smartguard/habit": () => ({
      schema: SCHEMA, week: Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => Math.floor(chance() * 9))),
      on_times: Array.from({ length: 90 }, () => 60 + 4000 * chance() ** 2), followers: [{ text: "Then that", seen: 12, possible: 2.3 }],
    }),
    "smartguard/model": () => ({
      schema: SCHEMA, versions: [{ name: "0002", trained: now - 9e4, behaviors: 5000, in_use: true }, { name: "0001", trained: now - 2e5, behaviors: 4100, in_use: false }],
      about: { days: 30, controls: 120 }, parameters: 210_000, behaviors: 5000, oldest: now - 3e6, newest: now, budget: 1,
      weeks: [0, 1, 0, 2, 0, 1, 0, 1], expected_at_least: 0.42, expected_at_most: 1.98, false_alarms: 2, judged: 8,
      losses: all.map((thing, i) => ({ device: thing.device, mean: 1 + i / 10, most: 4, judged: 40 })),
    }),
    "smartguard/backtest": ({ days }) => ({
      schema: SCHEMA, days, budget: 1, rows: [0.1, 0.25, 0.5, 1, 2, 4, 7].map((budget, count) => ({ budget, alarms: told.slice(0, count) })),
    }),
    "smartguard/devices": () => ({
      schema: SCHEMA, rows: all.map((thing) => ({ device: thing.device, area: thing.area, loss_entity: `sensor.${thing.entity}`, statistic_id: `smartguard:loss_${thing.entity}` })),
    }),
    "history/history_during_period": ({ entity_ids }) => ({
      [entity_ids[0]]: Array.from({ length: 200 }, (_, i) => ({ s: String(-3 + 2.5 * chance() ** 2), lu: now - (200 - i) * 400 })),
    }),
    ...answers,
  };
  const current = {
    schema: SCHEMA, loaded: true, status: "guarding", score: -1.2, threshold: 0, budget: 1, progress: null, behaviors: 5000,
    last_trained: now - 9e4, reason: null, snoozed: null, alarm: null, score_entity: "sensor.smartguard_score", ...status,
  };
  const actions = ["mark_normal", "unmark", "list_feedback", "confirm", "snooze", "roll_back"];
  const own = ownEntities(options.resident ?? {}, now);
  const hass = {
    states: Object.fromEntries(all.map((thing) => [thing.entity_id, { entity_id: thing.entity_id, state: "on", attributes: { friendly_name: thing.name } }]).concat(own)),
    services: { smartguard: Object.fromEntries(actions.map((name) => [name, {}])) },
    entities: Object.fromEntries(own.map(([id]) => [id, { platform: "smartguard", translation_key: id.split(".smartguard_")[1] }])), user: { is_admin: admin }, language: "en", locale: { language: "en", time_format: "24" },
    config: { time_zone: "UTC" }, connected: true,
    localize: (key, values = {}) => (known[key] ?? "").replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? "")),
    loadBackendTranslation: async () => undefined,
    connection: {
      subscribeMessage: async (callback) => {
        if (options.refuse) throw options.refuse;
        listeners.push(callback);
        callback({ kind: "status", data: current });
        return () => listeners.splice(listeners.indexOf(callback), 1);
      },
    },
    callWS: async (message) => {
      calls.push(message);
      const reply = replies[message.type];
      if (!reply) throw { code: "unknown_command", message: message.type };
      return reply(message);
    },
    callService: async (domain, service, data) => {
      calls.push({ type: `${domain}.${service}`, ...data });
      const reply = options.services?.[service];
      return { response: reply ? reply(data) : {} };
    },
  };
  return { hass, calls, rows, told, all, listeners, tell: (kind, data) => listeners.forEach((listener) => listener({ kind, data })), status: current };
};

// Adds an element with its properties to the page and waits until it has settled.
window.show = async (name, properties, config) => {
  const element = document.createElement(name);
  if (config) element.setConfig(config);
  Object.assign(element, properties);
  document.body.replaceChildren(element);
  await window.settled();
  return element;
};

// What the elements mean to do later: the page has settled when none of it is left, however slow the machine is.
const pending = new Set();
const [later, never] = [window.setTimeout.bind(window), window.clearTimeout.bind(window)];
window.setTimeout = (work, ms) => {
  const timer = later(() => (pending.delete(timer), work()), ms);
  pending.add(timer);
  return timer;
};
window.clearTimeout = (timer) => (pending.delete(timer), never(timer));

const pause = (ms) => new Promise((resolve) => later(resolve, ms));

// Waits until a page stands still, or for so many milliseconds.
window.settled = async (ms) => {
  await new Promise(requestAnimationFrame);
  await pause(ms ?? 0);
  while (ms === undefined && pending.size) await pause(10);
  await pause(0);
};

// Every text below an element, shadow roots included.
window.textOf = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (["STYLE", "SCRIPT"].includes(node.nodeName)) return "";
  const inner = [...(node.shadowRoot ? [node.shadowRoot] : []), ...node.childNodes].map(window.textOf).join(" ");
  return inner.replace(/\s+/g, " ");
};

window.deep = (node, selector) => [
  ...node.querySelectorAll(selector),
  ...[...node.querySelectorAll("*")].flatMap((child) => (child.shadowRoot ? window.deep(child.shadowRoot, selector) : [])),
];

"use strict";
// One emulated Communication Services resource, as a test sees it.
const { existsSync, mkdirSync, readFileSync, writeFileSync } = require("node:fs");
const { dirname, join, resolve } = require("node:path");
const { EmulatorError, refusal } = require("./control.js");
const { day, refuseDay, refuseRulesForConnections, ringOf } = require("./days.js");
const { anotherEmulator, anotherResource } = require("./elsewhere.js");
const { OF_CALL, OF_DELIVERY, options: known } = require("./names.js");
const { text } = require("./story.js");

// The members of `where` that choose requests; the others choose calls.
const OF_REQUESTS = ["after", "status", "stage", "rule", "requestId", "clientRequestId", "target"];
const MICROSECONDS = { us: 1, ms: 1e3, s: 1e6, m: 6e7, h: 3.6e9 };

/** What the emulator saw is not what the test expects: a line for each check that does not hold. */
class VerificationError extends Error {
  name = "VerificationError";
}

class Resource {
  #path;
  #asserted = new Set();
  #day;
  #ring = {};
  #before;
  #isChanged = false;
  #keep;
  #dayOfDrill;
  #since;
  #waiting = 0;
  #after = 0;
  #earlier = new Set();

  /**
   * `Emulator.resource` makes one: `since` is the number of the newest request that `default` then had. `Emulator.existing` finds one:
   * `before` is the scenario that it then had. With `dayOfDrill` its rules, and what it saw on the whole day, are the drill's.
   */
  constructor(emulator, made, { keep, before, dayOfDrill, since } = {}) {
    this.emulator = emulator;
    this.#keep = keep;
    this.#before = before;
    this.#dayOfDrill = dayOfDrill;
    this.#since = since;
    for (const name of ["name", "accessKey", "token", "connectionString", "httpConnectionString"]) this[name] = made[name];
    this.caFile = emulator.caFile;
    this.ca = emulator.ca;
    this.endpoint = endpoint(this.httpConnectionString);
    this.httpsEndpoint = endpoint(this.connectionString);
    this.#path = `/resources/${this.name}`;
    this.control = emulator.control.url + this.#path;
  }

  /** The variables that `redirect-emulator exec` sets, for this resource: for an app that the test starts as a process. */
  get environment() {
    const ofDefault = this.emulator.environment.COMMUNICATION_SERVICES_CONNECTION_STRING;
    const all = Object.entries(this.emulator.environment);
    return {
      ...Object.fromEntries(all.map(([name, value]) => [name, value === ofDefault ? this.connectionString : value])),
      REDIRECT_EMULATOR_ENDPOINT: this.endpoint,
      REDIRECT_EMULATOR_HTTPS_ENDPOINT: this.httpsEndpoint,
      REDIRECT_EMULATOR_CONTROL: this.control,
      REDIRECT_EMULATOR_ACCESS_KEY: this.accessKey,
      REDIRECT_EMULATOR_TOKEN: this.token,
    };
  }

  /** A client of the SDK's class, which trusts the emulator's CA. */
  client(CallAutomationClient, options = {}) {
    if (typeof CallAutomationClient !== "function") {
      throw new EmulatorError("the first argument of client() is the SDK's class, as in client(CallAutomationClient)");
    }
    return new CallAutomationClient(this.connectionString, { tlsOptions: { ca: this.ca }, ...options });
  }

  async scenario(scenario) {
    this.#refuseInDrill("scenario() would replace the rules");
    const isText = typeof scenario === "string";
    if (!isText && (typeof scenario !== "object" || scenario === null)) {
      throw new EmulatorError(`the argument of scenario() is YAML as a text, the path of a file, or a value; it is ${scenario}`);
    }
    refuseDay(scenario);
    const isFile = isText && !scenario.includes("\n") && /\.(ya?ml|json)$/.test(scenario);
    if (isFile && !existsSync(scenario)) {
      throw new EmulatorError(`there is no scenario file ${scenario}; it was looked for in ${process.cwd()}`);
    }
    const body = isFile ? readFileSync(scenario, "utf8") : scenario;
    const type = isText ? "application/yaml" : "application/json";
    const { status, json } = await this.emulator.control.send("PUT", `${this.#path}/scenario`, body, type);
    if (status >= 400) throw new EmulatorError(refusal(json, isFile ? scenario : undefined));
    this.#day = undefined;
    this.#ring = {};
    this.#isChanged = true;
    if (this.name !== "default") refuseRulesForConnections(json);
    return json;
  }

  async badDay(name) {
    this.#refuseInDrill("badDay() would replace the rules");
    const text = day(name);
    const loaded = await this.scenario(text);
    this.#day = name;
    this.#ring = ringOf(text);
    return loaded;
  }

  /** In a drill the rules and the clock of a resource that existed before are the day's, for all tests. */
  #refuseInDrill(what) {
    if (!this.#dayOfDrill) return;
    throw new EmulatorError(
      `${what} of the drill's day '${this.#dayOfDrill}' in the resource '${this.name}', for all tests that follow. ` +
        "Use resource() in this test, which makes a resource of its own; or leave the test out of the drill.",
    );
  }

  async verify(expect, options = {}) {
    known("verify()", options, ["where", "within"]);
    const { within } = options;
    const where = this.#after ? { after: this.#after, ...options.where } : options.where;
    const query = within ? `&within=${encodeURIComponent(within)}` : "";
    const question = { expect, ...(where && { where }) };
    const report = await this.#whileWaiting(this.#ask("POST", `/verify?status=200${query}`, question));
    for (const seq of await this.#chosen(where ?? {})) this.#asserted.add(seq);
    if (report.passed) return;
    const lines = [report.message && this.#howToWait(report.message, within), ...report.checks.filter((check) => !check.passed).map((check) => this.#words(check))];
    if (within === undefined && lines.some((line) => line?.endsWith(" was found"))) {
      lines.push('If your app redirects in the background, wait for it: verify({ … }, { within: "10s" }). Or await is missing before the redirect.');
    }
    throw new VerificationError([...lines, ...(await this.#seenSoFar(lines.join("\n")))].filter(Boolean).join("\n"));
  }

  /** The control API's words for `within`, which is in the second argument here. */
  #howToWait(message, within) {
    const here = "wait for it: verify({ … }, { within: \"30s\" })";
    return within === undefined ? message.replace("ask with 'within' to wait for it", here) : message;
  }

  async #whileWaiting(response) {
    this.#waiting += 1;
    try {
      return await response;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** What a failed test shows, in lines; what the text `said` has already is not repeated. */
  async #seenSoFar(said = "") {
    const story = text(await this.#calls(), said);
    const seen = story ? ["what became of the calls:", story.replace(/^/gm, "  ")] : ["no request reached this resource"];
    return [...seen, await this.#elsewhere(), await this.#kept()];
  }

  /** Where the app's requests may be, if none came here. */
  async #elsewhere() {
    if ((await this.#ask("GET", `/requests?limit=1&fields=summary&after=${this.#after}`)).requests.length) return "";
    return this.#before ? anotherEmulator(this.emulator) : anotherResource(this.emulator.control, this.#since);
  }

  async story() {
    return text(await this.#calls());
  }

  async report(path) {
    const file = resolve(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await this.emulator.control.document(`${this.#path}/report.html`));
    return file;
  }

  async ring(to, options = {}) {
    if (to !== undefined && typeof to !== "string") {
      throw new EmulatorError("the first argument of ring() is the URL of a webhook, or undefined; the options come after it");
    }
    known("ring()", options, [...OF_CALL, ...OF_DELIVERY]);
    // On a bad day a call rings as the day says, but for what the test says itself.
    const ofDay = Object.entries(this.#ring).filter(([name]) => to !== undefined || OF_CALL.includes(name));
    options = { ...Object.fromEntries(ofDay), ...options };
    const call = Object.fromEntries(Object.entries(options).filter(([name]) => OF_CALL.includes(name)));
    const deliver = Object.fromEntries(Object.entries(options).filter(([name]) => OF_DELIVERY.includes(name)));
    if (to !== undefined) call.deliver = { url: to, ...deliver };
    else if (Object.keys(deliver).length) {
      const names = Object.keys(deliver).join(", ");
      throw new EmulatorError(`${names}: only with the URL of a webhook, as in ring("http://127.0.0.1:8080/api/incomingCall")`);
    }
    const { status, json } = await this.emulator.control.send("POST", `${this.#path}/calls`, call);
    if (status < 400) return json;
    // The members of `deliver` are options here, and its URL is the first argument.
    const message = refusal(json).replaceAll("'deliver.url'", "the URL of the webhook").replaceAll(/\bdeliver\./g, "");
    const hint = this.#before && message.includes("--ring-allow") ? anotherEmulator(this.emulator) : "";
    throw new EmulatorError([message, hint].filter(Boolean).join("\n"));
  }

  async requests() {
    const entries = [];
    for (let after = this.#after; after !== null; ) {
      const page = await this.#ask("GET", `/requests?limit=10000&after=${after}`);
      entries.push(...page.requests);
      after = page.next;
    }
    for (const entry of entries) this.#asserted.add(entry.seq);
    return entries;
  }

  async operations() {
    return this.#seen((await this.#ask("GET", `/operations?after=${this.#after}`)).operations);
  }

  async calls() {
    return this.#seen(await this.#calls());
  }

  async rules() {
    const scenario = await this.#ask("GET", "/scenario");
    return ["rules", "connections", "events"].flatMap((part) => scenario[part] ?? []);
  }

  async advance(duration) {
    this.#refuseInDrill("advance() would move the clock");
    const offset = microseconds((await this.#ask("GET", "/clock")).offset);
    return (await this.#ask("PUT", "/clock", { offset: `${offset + microseconds(duration)}us` })).now;
  }

  async reset() {
    if (this.#dayOfDrill) {
      await this.#begin();
    } else {
      await this.#ask("POST", "/reset?scenario=clear");
      this.#day = undefined;
      this.#ring = {};
      this.#isChanged = true;
    }
    this.#asserted.clear();
  }

  /** From now on all questions are about what comes later. Nothing is removed. */
  async #begin() {
    this.#earlier = new Set((await this.#calls()).map((call) => call.id));
    this.#after = Math.max(this.#after, ...(await this.requests()).map((entry) => entry.seq));
  }

  async close(options = {}) {
    known("close()", options, ["strict"]);
    const { strict = false } = options;
    if (this.#waiting) await this.#interrupted();
    const lines = [];
    if (strict) {
      const rules = await this.rules();
      const silent = rules.filter((rule) => !rule.fired);
      // A day has rules for calls that ring and for others.
      if (this.#day === undefined) lines.push(...silent.map((rule) => `strict: the rule '${rule.name}' never fired`));
      else if (rules.length && silent.length === rules.length) lines.push(`strict: no rule of the bad day '${this.#day}' fired`);
      for (const entry of (await this.#ask("GET", `/requests?limit=10000&after=${this.#after}`)).requests) {
        if (this.#asserted.has(entry.seq)) continue;
        lines.push(`strict: nothing asserted request ${entry.seq}: ${entry.method} ${entry.path}, ${entry.status ?? "no status"}`);
      }
    }
    if (lines.length) lines.push(await this.#elsewhere(), await this.#kept());
    await this.#end();
    if (lines.length) throw new VerificationError(lines.filter(Boolean).join("\n"));
  }

  /** A test's time ended while its `verify` waited: nobody sees then what `verify` says. */
  async #interrupted() {
    const lines = [
      "The test ended before its verify did: await is missing before verify, or the test needs more time, in Vitest and Jest as the third argument: test(name, fn, 60_000)",
      ...(await this.#seenSoFar()),
    ];
    process.stderr.write(`${lines.filter(Boolean).join("\n")}\n`);
  }

  /** Removes it. One that existed before gets its scenario back. */
  async #end() {
    if (this.#dayOfDrill) return;
    if (this.#before) {
      // A scenario that is loaded again has no rule that fired, so it is given back only where a test took it away.
      if (this.#isChanged) await this.#ask("PUT", "/scenario", this.#before);
      await this.#ask("PUT", "/clock", { offset: "0s" });
      return;
    }
    const { status, json } = await this.emulator.control.send("DELETE", this.#path);
    if (status !== 200 && status !== 404) throw new EmulatorError(refusal(json));
  }

  /** Whether the live page shows it when the tests have ended. */
  get #isKept() {
    return this.#before !== undefined && this.emulator.isKept;
  }

  /** What the emulator says of a check that does not hold, with the page's address only where the page will be there. */
  #words({ message, link }) {
    if (!link || this.#isKept || !message.endsWith(link)) return message;
    return message.slice(0, -link.length).replace(/( See|; see) $/, "");
  }

  /** Where what the emulator saw is, when it has gone; or how to keep it. */
  async #kept() {
    if (this.#isKept) return "";
    if (!this.#keep) return 'to look at it in a browser, keep it as a file: resource({ keep: "reports" })';
    try {
      return `kept, to be opened in a browser: ${await this.report(join(this.#keep, `${this.name}.html`))}`;
    } catch (error) {
      return `it could not be kept in ${this.#keep}: ${error.message}`;
    }
  }

  #ask(method, path, body) {
    return this.emulator.control.ask(method, this.#path + path, body);
  }

  #seen(attempted) {
    for (const seq of numbers(attempted)) this.#asserted.add(seq);
    return attempted;
  }

  async #calls() {
    const calls = [];
    for (let before = ""; ; ) {
      const page = await this.#ask("GET", `/calls?limit=1000${before}`);
      calls.push(...page.calls.filter((call) => this.#isLater(call)));
      if (page.next === null || !page.calls.length) return calls.reverse();
      before = `&before=${page.next}`;
    }
  }

  /** Whether a call is of the time since the last `reset` in a drill. */
  #isLater(call) {
    return !this.#earlier.has(call.id) || numbers([call]).some((seq) => seq > this.#after);
  }

  /** The numbers of the requests that a question with this `where` is about. */
  async #chosen(where) {
    const ofRequests = Object.entries(where).filter(([name]) => OF_REQUESTS.includes(name));
    const ofCalls = Object.entries(where).filter(([name]) => !OF_REQUESTS.includes(name));
    const query = ofRequests.length ? `?${new URLSearchParams(ofRequests)}` : "";
    const chosen = numbers((await this.#ask("GET", `/operations${query}`)).operations);
    if (!ofCalls.length) return chosen;
    const members = { call: "id", context: "incomingCallContext" };
    // A number may be written as such, or as a raw id.
    const fits = (call) => ofCalls.every(([name, value]) => [value, `4:${value}`].includes(call[members[name] ?? name]));
    const inCalls = new Set(numbers((await this.#calls()).filter(fits)));
    return chosen.filter((seq) => inCalls.has(seq));
  }
}

function numbers(attempted) {
  return attempted.flatMap((one) => one.attempts.map((attempt) => attempt.seq));
}

/** Without a slash at its end, since SDKs sign it. */
function endpoint(connectionString) {
  return /endpoint=([^;]*?)\/*(;|$)/.exec(connectionString)[1];
}

function microseconds(duration) {
  const found = /^(-?[0-9]+(?:\.[0-9]+)?)(us|ms|s|m|h)$/.exec(duration);
  if (!found) throw new EmulatorError(`'${duration}' is not a duration; expected a number with its unit: 250ms, 1.5s, 6m or 1h`);
  return Math.round(Number(found[1]) * MICROSECONDS[found[2]]);
}

module.exports = { Resource, VerificationError };

"use strict";
// What tests import: an emulator, and a resource of their own in it.
const { randomBytes } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { Control, EmulatorError } = require("./control.js");
const { refuseDay, refuseRulesForConnections } = require("./days.js");
const { newest } = require("./elsewhere.js");
const { SETTINGS, didYouMean, options } = require("./names.js");
const { Program, binary, variables } = require("./process.js");
const { Resource, VerificationError } = require("./resource.js");

// Settings of the program, not addresses: the tests then have an emulator of their own.
const SWITCHES = ["", "on", "off"];

class Emulator {
  /** `start` makes one. */
  constructor(control, environment, { program, isKept = false } = {}) {
    Object.assign(this, { control, environment, program, isKept, caFile: environment.REDIRECT_EMULATOR_CA_FILE });
    this.ca = readFileSync(this.caFile, "utf8");
  }

  async resource(settings = {}) {
    options("resource()", settings, ["name", "keep", ...SETTINGS]);
    const { name = "test", keep, ...others } = settings;
    const label = name.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 50).replace(/^-+|-+$/g, "") || "test";
    const asked = { name: `${label}-${randomBytes(4).toString("hex")}`, expiresAfter: "1h", ...others };
    refuseDay(others.scenario, { takesFiles: false });
    refuseRulesForConnections(others.scenario);
    const since = await newest(this.control);
    return new Resource(this, await this.control.ask("POST", "/resources", asked), { keep, since });
  }

  async existing(settings = {}) {
    options("existing()", settings, ["name", "accessKey", "keep"]);
    const { accessKey, keep, name = accessKey === undefined ? "default" : undefined } = settings;
    const { resources } = await this.control.ask("GET", "/resources");
    const named = resources.filter((one) => name === undefined || one.name === name.toLowerCase());
    if (!named.length) {
      const names = resources.map((one) => one.name);
      const listed = names.slice(0, 20).map((one) => `'${one}'`).join(", ") + (names.length > 20 ? ` and ${names.length - 20} more` : "");
      throw new EmulatorError(`there is no resource '${name}'.${didYouMean(name, names)} There are ${listed}`);
    }
    const found = named.find((one) => accessKey === undefined || one.accessKey === accessKey);
    if (!found) {
      throw new EmulatorError(
        name === undefined
          ? "no resource has this access key; the emulator prints the key of 'default' when it starts"
          : `the resource '${name}' has another access key: an app with that one is not seen there`,
      );
    }
    const before = await this.control.ask("GET", `/resources/${found.name}/scenario`);
    return new Resource(this, found, { keep, before, dayOfDrill: this.environment.REDIRECT_EMULATOR_DAY });
  }

  async stop() {
    await this.program?.stop();
  }
}

/** The emulator that REDIRECT_EMULATOR_CONTROL names, as `redirect-emulator exec` sets it; else one that is started on free ports. */
async function start(settings = {}) {
  options("start()", settings, ["args", "control"]);
  const { args = [], control = process.env.REDIRECT_EMULATOR_CONTROL ?? "" } = settings;
  if (!SWITCHES.includes(control)) {
    const joined = new Control(control, process.env.REDIRECT_EMULATOR_CONTROL_KEY);
    // What an outer `exec` set is right of its own emulator.
    const set = control === process.env.REDIRECT_EMULATOR_CONTROL ? process.env.REDIRECT_EMULATOR_SET : "";
    const names = (set ?? "").split(",").filter((name) => process.env[name] !== undefined);
    if (settings.control === undefined) await isThere(joined);
    const environment = names.length
      ? Object.fromEntries(names.map((name) => [name, process.env[name]]))
      : await variables("--control", joined.url);
    // The emulator of an outer `exec` ends with it.
    return new Emulator(joined, environment, { isKept: !names.length });
  }
  const program = new Program(args);
  try {
    const { controlEndpoint } = await program.ready;
    const environment = await variables("--ready-file", program.readyFile);
    return new Emulator(new Control(controlEndpoint, environment.REDIRECT_EMULATOR_CONTROL_KEY ?? key(args)), environment, { program });
  } catch (error) {
    await program.stop();
    throw error;
  }
}

/** Throws where nothing listens at the address of REDIRECT_EMULATOR_CONTROL: it may be left over from an emulator that ended. */
async function isThere(control) {
  try {
    await control.send("GET", "/resources");
  } catch (error) {
    throw new EmulatorError(
      `REDIRECT_EMULATOR_CONTROL names an emulator that does not run; unset it, or start that emulator. ${error.message}`,
    );
  }
}

function key(args) {
  const at = args.lastIndexOf("--control-key");
  const joined = args.findLast?.((argument) => argument.startsWith("--control-key="));
  return joined?.slice("--control-key=".length) ?? (at >= 0 ? args[at + 1] : process.env.REDIRECT_EMULATOR_CONTROL_KEY);
}

let shared;

/** A resource in an emulator that all tests of this process share, and that ends with it. */
async function resource(settings) {
  shared ??= start();
  return (await shared).resource(settings);
}

/** A resource that exists in that emulator: for an app that runs already and knows one connection string. */
async function existing(settings) {
  shared ??= start();
  return (await shared).existing(settings);
}

module.exports = { Emulator, EmulatorError, Resource, VerificationError, binary, existing, resource, start };

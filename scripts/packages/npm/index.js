"use strict";
// What tests import: an emulator, and a resource of their own in it.
const { randomBytes } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { Control, EmulatorError } = require("./control.js");
const { Program, binary, variables } = require("./process.js");
const { Resource, VerificationError } = require("./resource.js");

class Emulator {
  /** `start` makes one. */
  constructor(control, environment, program) {
    Object.assign(this, { control, environment, program, caFile: environment.REDIRECT_EMULATOR_CA_FILE });
    this.ca = readFileSync(this.caFile, "utf8");
  }

  async resource({ name = "test", ...settings } = {}) {
    const label = name.toLowerCase().replace(/[^a-z0-9]+/g, "-").slice(0, 50).replace(/^-+|-+$/g, "") || "test";
    const asked = { name: `${label}-${randomBytes(4).toString("hex")}`, expiresAfter: "1h", ...settings };
    return new Resource(this, await this.control.ask("POST", "/resources", asked));
  }

  async stop() {
    await this.program?.stop();
  }
}

/** The emulator that REDIRECT_EMULATOR_CONTROL names, as `redirect-emulator exec` sets it; else one that is started on free ports. */
async function start({ args = [], control = process.env.REDIRECT_EMULATOR_CONTROL } = {}) {
  // `on` and `off` are for the program, not an address.
  if (control?.includes("://")) {
    const joined = new Control(control, process.env.REDIRECT_EMULATOR_CONTROL_KEY);
    // What an outer `exec` set is right of its own emulator.
    const set = control === process.env.REDIRECT_EMULATOR_CONTROL ? process.env.REDIRECT_EMULATOR_SET : "";
    const names = (set ?? "").split(",").filter((name) => process.env[name] !== undefined);
    const environment = names.length
      ? Object.fromEntries(names.map((name) => [name, process.env[name]]))
      : await variables("--control", joined.url);
    return new Emulator(joined, environment);
  }
  const program = new Program(args);
  try {
    const { controlEndpoint } = await program.ready;
    const environment = await variables("--ready-file", program.readyFile);
    return new Emulator(new Control(controlEndpoint, environment.REDIRECT_EMULATOR_CONTROL_KEY ?? key(args)), environment, program);
  } catch (error) {
    await program.stop();
    throw error;
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

module.exports = { Emulator, EmulatorError, Resource, VerificationError, binary, resource, start };

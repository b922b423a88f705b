"use strict";
// The bad days that come with the program, as scenario files: what `redirect-emulator drill` puts an app through.
const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { EmulatorError } = require("./control.js");
const { didYouMean } = require("./names.js");

function all() {
  const files = readdirSync(join(__dirname, "days")).sort();
  return files.map((file) => {
    const text = readFileSync(join(__dirname, "days", file), "utf8");
    const stem = file.replace(/\.yaml$/, "");
    return { text, stem, name: /^day:\n(?:  .*\n)*?  name: (.*)$/m.exec(text)?.[1].replace(/^["']|["']$/g, "") ?? stem };
  });
}

/** The day with this name, or whose file has it. */
function find(days, name) {
  const plain = (text) => text.replaceAll("-", " ").toLowerCase();
  return days.find((one) => [plain(one.name), plain(one.stem)].includes(plain(name)));
}

/** A day's scenario, by its name or its file's. */
function day(name) {
  const days = all();
  const names = days.map((one) => one.name);
  const listed = names.map((one) => `'${one}'`).join(", ");
  if (typeof name !== "string") {
    throw new EmulatorError(`the first argument of badDay() is the name of a bad day. There are ${listed}`);
  }
  const found = find(days, name);
  if (!found) {
    throw new EmulatorError(`there is no bad day '${name}'.${didYouMean(name, names)} There are ${listed}`);
  }
  return found.text;
}

/** Throws for the name of a day where a scenario is expected, and for a file where `resource()` takes a value or a text. */
function refuseDay(scenario, { takesFiles = true } = {}) {
  if (typeof scenario !== "string" || scenario.includes("\n")) return;
  if (!takesFiles && /\.(ya?ml|json)$/.test(scenario)) {
    throw new EmulatorError(`the option scenario of resource() is a value or YAML; a file is loaded with scenario('${scenario}')`);
  }
  const found = find(all(), scenario);
  if (found) throw new EmulatorError(`'${scenario}' is not a scenario; a bad day is loaded with badDay('${found.name}')`);
}

/** Throws for a scenario that a resource of a test's own cannot have: until a request comes, a connection belongs to `default`. */
function refuseRulesForConnections(scenario) {
  const [rule] = scenario?.connections ?? [];
  if (!rule) return;
  const which = rule.name === undefined ? "a rule" : `the rule '${rule.name}'`;
  throw new EmulatorError(
    `${which} is for connections, and such rules act only in the resource 'default': a connection to an address belongs to no other. ` +
      "Use existing() in this test instead of resource().",
  );
}

/** How calls ring on a day, as options of ring(): the section `ring` of its file, without how many they are. */
function ringOf(text) {
  const members = /^  ring: \{ (.*) \}$/m.exec(text)?.[1].split(", ") ?? [];
  const pairs = members.map((member) => /^(\w+): (.*)$/.exec(member).slice(1));
  const values = pairs.map(([name, value]) => [name, value === "true" ? true : value.replace(/^"|"$/g, "")]);
  return Object.fromEntries(values.filter(([name]) => name !== "count" && name !== "atATime"));
}

module.exports = { day, refuseDay, refuseRulesForConnections, ringOf };

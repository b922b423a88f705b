"use strict";
// The bad days that come with the program, as scenario files: what `redirect-emulator drill` puts an app through.
const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { EmulatorError } = require("./control.js");
const { didYouMean } = require("./names.js");

/** A day's scenario, by its name or its file's. */
function day(name) {
  const plain = (text) => text.replaceAll("-", " ").toLowerCase();
  const files = readdirSync(join(__dirname, "days")).sort();
  const days = files.map((file) => {
    const text = readFileSync(join(__dirname, "days", file), "utf8");
    const stem = file.replace(/\.yaml$/, "");
    return { text, stem, name: /^day:\n(?:  .*\n)*?  name: (.*)$/m.exec(text)?.[1].replace(/^["']|["']$/g, "") ?? stem };
  });
  const names = days.map((one) => one.name);
  const listed = names.map((one) => `'${one}'`).join(", ");
  if (typeof name !== "string") {
    throw new EmulatorError(`the first argument of badDay() is the name of a bad day. There are ${listed}`);
  }
  const found = days.find((one) => [plain(one.name), plain(one.stem)].includes(plain(name)));
  if (!found) {
    throw new EmulatorError(`there is no bad day '${name}'.${didYouMean(name, names)} There are ${listed}`);
  }
  return found.text;
}

module.exports = { day };

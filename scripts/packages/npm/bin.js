#!/usr/bin/env node
"use strict";
// The program, as npm and npx start it: its arguments, its streams, its status, and the signals that are sent to this process.
const { spawn } = require("node:child_process");
const { constants } = require("node:os");
const { binary } = require("./process.js");

let child;
try {
  child = spawn(binary(), process.argv.slice(2), { stdio: "inherit" });
} catch (error) {
  console.error(`error: ${error.message}`);
  process.exit(71);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2"]) {
  process.on(signal, () => child.kill(signal));
}
child.on("error", (error) => {
  console.error(`error: ${error.message}`);
  process.exit(71);
});
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));

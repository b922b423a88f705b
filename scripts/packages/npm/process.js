"use strict";
// The program: where it is, and one that runs for as long as the tests do.
const { execFile, spawn } = require("node:child_process");
const { closeSync, mkdtempSync, openSync, readFileSync, rmSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { promisify } = require("node:util");
const { EmulatorError } = require("./control.js");
const { optionalDependencies, version } = require("./package.json");

// `linux-x64`: what there is a package of.
const PLATFORMS = Object.keys(optionalDependencies).map((name) => name.split("/")[1]);

/** The program: REDIRECT_EMULATOR_BINARY, else the one in this platform's package. */
function binary() {
  if (process.env.REDIRECT_EMULATOR_BINARY) return process.env.REDIRECT_EMULATOR_BINARY;
  const name = `@redirect-emulator/${process.platform}-${process.arch}`;
  try {
    return require.resolve(`${name}/bin/redirect-emulator`);
  } catch {
    const why = PLATFORMS.includes(`${process.platform}-${process.arch}`)
      ? `the package ${name} is not installed. The program is in a second file: install both, ` +
        `npm install --save-dev ./redirect-emulator-${version}.tgz ./${name.slice(1).replace("/", "-")}-${version}.tgz, without --omit=optional.`
      : `there is no package ${name}: the program exists for ${PLATFORMS.join(", ")} only.`;
    throw new EmulatorError(`${why} REDIRECT_EMULATOR_BINARY may name a program instead.`);
  }
}

/** The variables that `exec` would set, by `redirect-emulator env`. */
async function variables(...args) {
  try {
    const { stdout } = await promisify(execFile)(binary(), ["env", "--all", ...args], { maxBuffer: 1 << 24 });
    const quoted = stdout.matchAll(/^export (\w+)='((?:[^']|'\\'')*)'$/gm);
    return Object.fromEntries([...quoted].map(([, name, value]) => [name, value.replaceAll("'\\''", "'")]));
  } catch (error) {
    throw new EmulatorError(`redirect-emulator env ${args.join(" ")}: ${(error.stderr || error.message).trim()}`);
  }
}

/** A program that serves on free ports until it is stopped, or until this process ends, however it ends. */
class Program {
  constructor(args) {
    this.folder = mkdtempSync(join(tmpdir(), "redirect-emulator-"));
    this.readyFile = join(this.folder, "ready.json");
    this.logFile = join(this.folder, "log");
    const log = openSync(this.logFile, "w");
    const options = ["--control", "on", "--port", "0", "--control-port", "0", "--exit-with-stdin"];
    this.child = spawn(binary(), ["serve", ...options, "--ready-file", this.readyFile, "--ready-fd", "3", ...args], {
      stdio: ["pipe", log, log, "pipe"],
    });
    closeSync(log);
    this.ended = new Promise((resolve) => this.child.once("close", resolve).once("error", resolve));
    this.removeFolder = () => rmSync(this.folder, { recursive: true, force: true });
    process.once("exit", this.removeFolder);
    this.ready = this.#document();
    // Whoever waits for it reports a failure.
    this.ready.catch(() => {});
    // The tests' process may end while it runs.
    this.child.unref();
    this.child.stdin.on("error", () => {}).unref();
  }

  async #document() {
    const failed = new Promise((resolve, reject) => this.child.once("error", reject));
    let text = "";
    const read = async () => {
      for await (const part of this.child.stdio[3].setEncoding("utf8")) text += part;
    };
    await Promise.race([read(), failed]);
    if (text) return JSON.parse(text);
    await this.#end();
    throw new EmulatorError(`redirect-emulator did not start; it said: ${readFileSync(this.logFile, "utf8").trim()}`);
  }

  async stop() {
    process.off("exit", this.removeFolder);
    this.child.kill();
    await this.#end();
    this.removeFolder();
  }

  /** Waits for its end: Node would end before, where nothing else keeps it. */
  async #end() {
    this.child.ref();
    this.child.stdin.ref();
    await this.ended;
  }
}

module.exports = { Program, binary, variables };

"use strict";
// Calls of an emulator's control API, as the guide ControlAPI describes it.
const http = require("node:http");

class EmulatorError extends Error {
  name = "EmulatorError";
}

/** The emulator's words about what it refused; what is wrong in a scenario with line and column. */
function refusal(answer, file = "scenario") {
  const error = answer?.error ?? {};
  const places = (error.details ?? []).map((detail) =>
    detail.line ? `${file}:${detail.line}:${detail.column}: ${detail.message}` : detail.message,
  );
  return places.join("\n") || error.message || "";
}

/** The control API at an address such as http://127.0.0.1:4010/_emulator. */
class Control {
  #key;

  constructor(url, key) {
    if (!/^http:\/\/[^/?#]+\/+[^/?#]/.test(url)) {
      throw new EmulatorError(`'${url}' is not an address of a control API; expected http://HOST:PORT/_emulator`);
    }
    // What a test's own resource is reached by: an inner test run needs a resource of its own beside it.
    this.url = url.split("/resources/")[0].replace(/\/+$/, "");
    this.#key = key;
  }

  /** The status and the JSON of a response. */
  async send(method, path, body, type) {
    const { status, text } = await this.#exchange(method, path, body, type);
    try {
      return { status, json: text ? JSON.parse(text) : null };
    } catch (error) {
      throw this.#silent(method, path, error);
    }
  }

  /** The text of a document that is no JSON. */
  async document(path) {
    const { status, text } = await this.#exchange("GET", path);
    if (status !== 200) throw new EmulatorError(`GET ${this.url}${path}: status ${status}`);
    return text;
  }

  #silent(method, path, error) {
    return new EmulatorError(`${method} ${this.url}${path}: no response of an emulator: ${error.message}`);
  }

  /** The status and the text of a response. It never uses a proxy. */
  #exchange(method, path, body, type = "application/json") {
    const content = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
    const headers = {
      ...(content === undefined ? {} : { "content-type": type, "content-length": Buffer.byteLength(content) }),
      ...(this.#key ? { "x-emulator-key": this.#key } : {}),
    };
    return new Promise((resolve, reject) => {
      const refuse = (error) => reject(this.#silent(method, path, error));
      const request = http.request(this.url + path, { method, headers, agent: false }, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part) => (text += part)).on("error", refuse);
        response.on("end", () => resolve({ status: response.statusCode, text }));
      });
      request.on("error", refuse).end(content);
    });
  }

  /** The JSON of a response. Rejects with the emulator's words where it refuses. */
  async ask(method, path, body, type) {
    const { status, json } = await this.send(method, path, body, type);
    if (status >= 400) throw new EmulatorError(refusal(json) || `${method} ${this.url}${path}: status ${status}`);
    return json;
  }
}

module.exports = { Control, EmulatorError, refusal };

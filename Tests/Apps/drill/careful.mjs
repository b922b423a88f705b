// A careful app: it tries while the call rings, waits as long as it is asked to, and answers the webhook what is true.
import { createServer } from "node:http";
import { setTimeout } from "node:timers/promises";
import { CallAutomationClient } from "@azure/communication-call-automation";

const PATIENCE = 8000; // milliseconds for one delivery: the next one, after a 500, has to come while the call rings
const UNTRUSTED = /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/;
const client = new CallAutomationClient(process.env.COMMUNICATION_SERVICES_CONNECTION_STRING, { retryOptions: { maxRetries: 0 } });

/** The milliseconds that a response asks to wait; null where it asks for none. */
function waitOf(headers) {
  const milliseconds = headers?.get("retry-after-ms");
  if (milliseconds) return Number(milliseconds);
  const value = headers?.get("retry-after");
  if (!value) return null;
  return /^\d+$/.test(value) ? 1000 * Number(value) : Date.parse(value) - Date.now();
}

/** Returns the status for Event Grid: 200 when another delivery cannot help, 500 when it may. */
async function redirect(context) {
  const ends = Date.now() + PATIENCE;
  for (let pause = 300; Date.now() < ends; pause = Math.min(2 * pause, 4000)) {
    let asked = null;
    try {
      const target = { targetParticipant: { phoneNumber: "+14255550123" } };
      await client.redirectCall(context, target, { abortSignal: AbortSignal.timeout(1000) });
      return 200;
    } catch (error) {
      const { statusCode: status, code, response } = error;
      if (code === "8528") return 200; // redirected already: by a try whose response was lost, or by somebody else
      if (UNTRUSTED.test(code)) return 500;
      if (status >= 400 && status < 500 && status !== 408 && status !== 429 && code !== "8519") {
        console.log(`not redirected: ${error.message}`); // the same request again would be refused again
        return 200;
      }
      asked = waitOf(response?.headers);
    }
    await setTimeout(Math.max(0, asked === null ? pause : asked + 50));
  }
  return 500;
}

const statuses = new Map(); // of each event, what its redirect comes to

/** The same for an event that may be delivered twice, also at the same moment: its copy waits, and redirects only after a 500. */
async function redirectOnce({ id, data }) {
  if (!statuses.has(id)) statuses.set(id, redirect(data.incomingCallContext));
  const status = await statuses.get(id);
  if (status !== 200) statuses.delete(id);
  return status;
}

createServer(async (request, response) => {
  let text = "";
  for await (const part of request) text += part;
  let status = 200;
  let body = "";
  for (const event of JSON.parse(text)) {
    if (event.eventType === "Microsoft.EventGrid.SubscriptionValidationEvent") {
      body = JSON.stringify({ validationResponse: event.data.validationCode });
    } else {
      status = Math.max(status, await redirectOnce(event));
    }
  }
  response.writeHead(status, { "Content-Type": "application/json" }).end(body);
}).listen(process.env.PORT ?? 8080, "127.0.0.1");

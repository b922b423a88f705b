// Redirects calls with the JavaScript SDK: a JSON object a line is read, a JSON object a line is written. See sdks/drivers.py.
import { createInterface } from "node:readline";
import { CallAutomationClient } from "@azure/communication-call-automation";
import { AzureKeyCredential } from "@azure/core-auth";
import { DefaultAzureCredential } from "@azure/identity";

const kept = new Map();

function identifier({ kind, ...target }) {
  switch (kind) {
    case "communicationUser":
      return { communicationUserId: target.id };
    case "phoneNumber":
      return { phoneNumber: target.value, rawId: target.rawId };
    case "microsoftTeamsUser":
      return { microsoftTeamsUserId: target.userId, isAnonymous: target.isAnonymous, cloud: target.cloud };
    case "microsoftTeamsApp":
      return { teamsAppId: target.appId, cloud: target.cloud };
    case "teamsExtensionUser":
      return { userId: target.userId, tenantId: target.tenantId, resourceId: target.resourceId, cloud: target.cloud };
    default:
      return { id: target.rawId };
  }
}

/** The client that the call asks for, with its count of tries: the one kept under its name, or a new one. */
function client(call) {
  if (kept.has(call.keep)) return kept.get(call.keep);
  const count = { tries: 0 };
  const policy = {
    name: "count",
    sendRequest(request, next) {
      count.tries += 1;
      return next(request);
    },
  };
  const options = { additionalPolicies: [{ policy, position: "perRetry" }] };
  if (call.apiVersion) options.apiVersion = call.apiVersion;
  if (call.allowInsecure) options.allowInsecureConnection = true;
  if ("retries" in call) options.retryOptions = { maxRetries: call.retries };
  const token = { getToken: async () => ({ token: call.token, expiresOnTimestamp: Date.now() + 3600_000 }) };
  const text = call.connectionString ?? process.env.COMMUNICATION_SERVICES_CONNECTION_STRING;
  const made = {
    count,
    client:
      call.credential === "token"
        ? new CallAutomationClient(call.endpoint, token, options)
        : call.credential === "identity"
          ? new CallAutomationClient(call.endpoint, new DefaultAzureCredential(), options)
          : call.credential === "key"
            ? new CallAutomationClient(call.endpoint, new AzureKeyCredential(call.accessKey), options)
            : new CallAutomationClient(text, options),
  };
  if (call.keep) kept.set(call.keep, made);
  return made;
}

async function outcome(call) {
  let made;
  let before = 0;
  const options = {};
  if (call.timeoutMs) options.requestOptions = { timeout: call.timeoutMs };
  if (call.abortMs) options.abortSignal = AbortSignal.timeout(call.abortMs);
  try {
    made = client(call);
    before = made.count.tries;
    await made.client.redirectCall(call.context, { targetParticipant: identifier(call.target) }, options);
    return { ok: true, status: 204, tries: made.count.tries - before };
  } catch (error) {
    return {
      ok: false,
      status: error.statusCode ?? null,
      code: error.code ?? null,
      message: error.message,
      type: error.name,
      inner: error.details?.error?.innerError?.message,
      tries: made ? made.count.tries - before : 0,
    };
  }
}

const running = [];
for await (const line of createInterface({ input: process.stdin })) {
  const call = JSON.parse(line);
  running.push(outcome(call).then((answer) => console.log(JSON.stringify({ id: call.id, ...answer }))));
}
await Promise.all(running);

// A careless app: it redirects as its SDK does by default, and always says that all is well.
import { createServer } from "node:http";
import { CallAutomationClient } from "@azure/communication-call-automation";

const client = new CallAutomationClient(process.env.COMMUNICATION_SERVICES_CONNECTION_STRING);

createServer(async (request, response) => {
  let text = "";
  for await (const part of request) text += part;
  for (const { data } of JSON.parse(text)) {
    const caller = data.from.phoneNumber.value;
    try {
      await client.redirectCall(data.incomingCallContext, { targetParticipant: { phoneNumber: "+14255550123" } });
    } catch (error) {
      console.log(`${caller} was not redirected: ${error.message}`);
    }
  }
  response.writeHead(200).end();
}).listen(process.env.PORT, "127.0.0.1");

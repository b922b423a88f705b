"use strict";
// Why no request comes to a resource: the app's connection string is that of another emulator, or of another resource.

/** The number of the newest request that the resource `default` got, which also gets those whose key no resource has. */
async function newest(control) {
  const { requests } = await control.ask("GET", "/resources/default/requests?order=newest&limit=1&fields=summary");
  return requests[0]?.seq ?? 0;
}

/** Nothing where the emulator is one that ran before the tests. */
function anotherEmulator({ program, environment }) {
  if (!program) return "";
  const control = process.env.REDIRECT_EMULATOR_CONTROL;
  const what = control ? `'${control}', which is no address` : "not set";
  return (
    `REDIRECT_EMULATOR_CONTROL is ${what}, so these tests have an emulator of their own ` +
    `at ${environment.REDIRECT_EMULATOR_ENDPOINT}. An app that runs already uses another one: ` +
    'run eval "$(npx redirect-emulator env)" first, in the shell of the tests.'
  );
}

/** Nothing where the resource `default` got no request after the one with the number `since`. */
async function anotherResource(control, since) {
  const count = (await newest(control)) - since;
  if (count <= 0) return "";
  return (
    `The resource 'default' got ${count} ${count === 1 ? "request" : "requests"} since this test made its resource. ` +
    "If they are your app's, it made its client before that, with another key. Make one resource for the whole file, before the app makes its client; " +
    "or run the tests with npx redirect-emulator exec, and use existing() in place of resource()."
  );
}

module.exports = { anotherEmulator, anotherResource, newest };

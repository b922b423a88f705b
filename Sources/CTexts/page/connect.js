// How an app finds the emulator: as this browser found it.
const connect = {language: 'Environment', from: 'here'};

// The resource's strings, and the service's port. Asked for once for each resource.
async function connection() {
  if (REPORT) return null;
  if (connection.of === store.name) return connection.known;
  const {status, body} = await api.get(`/_emulator/resources/${encodeURIComponent(store.name)}`).catch(() => ({status: 0}));
  if (status !== 200) return null;
  connection.of = store.name;
  const address = (body.httpConnectionString.match(/endpoint=http:\/\/([^/;]+)/) || [])[1] || location.host;
  return connection.known = {host: address.replace(/:\d+$/, ''), port: (address.match(/:(\d+)$/) || [])[1] || '80', accessKey: body.accessKey, token: body.token};
}

const PLACES = {here: 'this machine', compose: 'docker compose', docker: 'host.docker.internal'};
const hostOf = known => ({here: known.host, compose: 'redirect-emulator', docker: 'host.docker.internal'}[connect.from]);

// How each language gets the address. Python's client speaks https whatever it is given, so https is what all get.
const LANGUAGES = {
  Environment: (s, ca) => `export COMMUNICATION_SERVICES_CONNECTION_STRING='${s}'\ncurl -s ${ca} -o redirect-emulator-ca.pem\nexport REQUESTS_CA_BUNDLE="$PWD/redirect-emulator-ca.pem" SSL_CERT_FILE="$PWD/redirect-emulator-ca.pem"\nexport NODE_EXTRA_CA_CERTS="$PWD/redirect-emulator-ca.pem"`,
  Python: (s, ca) => `# curl -s ${ca} -o redirect-emulator-ca.pem\nfrom azure.communication.callautomation import CallAutomationClient\n\nclient = CallAutomationClient.from_connection_string(\n    "${s}",\n    connection_verify="redirect-emulator-ca.pem")`,
  JavaScript: (s, ca) => `// curl -s ${ca} -o redirect-emulator-ca.pem\n// NODE_EXTRA_CA_CERTS=redirect-emulator-ca.pem node app.mjs\nimport { CallAutomationClient } from "@azure/communication-call-automation";\n\nconst client = new CallAutomationClient("${s}");`,
  '.NET': (s, ca) => `// curl -s ${ca} -o redirect-emulator-ca.pem; export SSL_CERT_FILE=$PWD/redirect-emulator-ca.pem\nusing Azure.Communication.CallAutomation;\n\nvar client = new CallAutomationClient("${s}");`,
  Java: (s, ca) => `// curl -s ${ca.replace('ca.pem', 'truststore.jks')} -o redirect-emulator.jks\n// java -Djavax.net.ssl.trustStore=redirect-emulator.jks …\nCallAutomationClient client = new CallAutomationClientBuilder()\n    .connectionString("${s}")\n    .buildClient();`,
  curl: (s, ca, known, host) => sampleCurl(`http://${host}:${known.port}`, known.token),
};
const SAMPLE_BODY = '{"incomingCallContext":"a context","target":{"kind":"phoneNumber","phoneNumber":{"value":"+14255550123"}}}';
const SAMPLE_PATH = '/calling/callConnections:redirect?api-version=2026-03-12';
const sampleCurl = (origin, tokenText) => `curl -i '${origin}${SAMPLE_PATH}' \\\n  -H 'Authorization: Bearer ${tokenText}' \\\n  -H 'Content-Type: application/json' \\\n  -d '${SAMPLE_BODY}'`;

// Sends one valid redirect. The page's own origin serves it, unless the control API has a port of its own.
async function sendSample() {
  const known = await connection();
  if (!known) return;
  try {
    const response = await fetch(SAMPLE_PATH, {method: 'POST', headers: {authorization: 'Bearer ' + known.token, 'content-type': 'application/json'}, body: SAMPLE_BODY});
    say(`Sent: ${response.status}`);
  } catch {
    say('No response came: a rule may have broken it');
  }
  refresh();
}
const canSend = known => known && (location.port || (location.protocol === 'https:' ? '443' : '80')) === known.port;

function connectView() {
  const box = h('main', {cls: 'view', id: 'main', tabindex: -1}, h('div', {cls: 'narrow'}, h('h2', {}, 'Connect'), h('p', {cls: 'lead'}, 'Loading…')));
  connection().then(known => {
    if (!known || !box.isConnected) return;
    const host = hostOf(known), string = `endpoint=https://${host}:${known.port}/;accesskey=${known.accessKey}`;
    const ca = location.origin + '/_emulator/ca.pem';
    const tabs = h('div', {cls: 'tabs', role: 'tablist', 'aria-label': 'Language'});
    const names = Object.keys(LANGUAGES);
    const choose = i => { connect.language = names[i]; frame.paint(new Set(['view'])); connection().then(() => setTimeout(() => $('#lang-' + i)?.focus())); };
    names.forEach((name, i) => tabs.append(h('button', {type: 'button', role: 'tab', id: 'lang-' + i, 'aria-controls': 'lang', 'aria-selected': String(name === connect.language), tabindex: name === connect.language ? 0 : -1, on: {click: () => choose(i), keydown: e => arrows(e, names.length, i, choose)}}, name)));
    box.replaceChildren(h('div', {cls: 'narrow'}, h('h2', {}, 'Connect'),
      h('p', {cls: 'lead'}, 'For the resource ', h('b', {}, store.name), '. The keys are development keys: they protect nothing.'),
      h('div', {cls: 'row wrap', role: 'group', 'aria-label': 'Seen from'}, h('span', {cls: 'sm mute'}, 'Seen from'), Object.entries(PLACES).map(([place, words]) => h('button', {cls: 'chip', type: 'button', id: 'from-' + place, 'aria-pressed': String(connect.from === place), on: {click: () => { connect.from = place; frame.paint(new Set(['view'])); }}}, words))),
      h('div', {cls: 'sub'}, tabs),
      h('div', {cls: 'gap12', id: 'lang', role: 'tabpanel', 'aria-labelledby': 'lang-' + names.indexOf(connect.language), tabindex: 0}, snippet(LANGUAGES[connect.language](string, ca, known, host), connect.language)),
      h('div', {cls: 'row wrap gap12'}, h('a', {cls: 'btn', href: '/_emulator/ca.pem', download: 'redirect-emulator-ca.pem'}, icon('down'), 'CA certificate'), copyButton('Connection string', string), copyButton('Access key', known.accessKey), copyButton('Token, valid for 1 h', freshToken)),
      failureCard()));
  });
  return box;
}

// TLS handshakes that failed, since they leave no request.
function failureCard() {
  if (!failures.length) return null;
  const [first] = failures;
  return h('div', {cls: 'card warn gap16'}, h('b', {}, `${many(failures.length, 'connection')} failed before there was a request`), h('p', {cls: 'sm'}, `${clockTime(first.time)}, from ${short(first.peer || 'a client that left', 60)}: ${short(first.message, 500)}`));
}
async function loadFailures() {
  if (REPORT) return;
  const {status, body} = await api.get(store.root + '/connections?failed=true&limit=100').catch(() => ({status: 0}));
  if (status === 200) { failures.splice(0, failures.length, ...body.connections.filter(c => !c.rule).reverse()); changed('connect'); }
}

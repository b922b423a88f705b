// What can be taken elsewhere: each form works as it is pasted.
const quote = text => "'" + String(text).replace(/'/g, "'\\''") + "'";
const OWN_HEADERS = new Set(['host', 'content-length', 'authorization', 'connection', 'accept-encoding', 'transfer-encoding', 'expect', 'x-ms-content-sha256', 'x-ms-date', 'date', 'x-ms-host', 'repeatability-request-id', 'repeatability-first-sent', 'x-emulator-key', 'content-type']);

async function freshToken() {
  const made = await api.want('POST', store.root + '/tokens', {json: {}});
  return made?.token || '';
}

// A request of the journal to be sent once more, with a token of its own: the credential that came is not kept.
async function requestOf(attempt, asNew) {
  const entry = await store.entry(attempt.seq).catch(() => null);
  if (!entry) return null;
  const fields = [], add = (name, value) => fields.push([name, value]);
  // Of what was refused for its credential the same credential is wrong once more.
  const token = await freshToken();
  if (token) add('Authorization', 'Bearer ' + token);
  add('Content-Type', header(entry, 'content-type') || 'application/json');
  for (const [name, value] of Object.entries(entry.headers || {})) {
    if (OWN_HEADERS.has(name.toLowerCase()) || (asNew && name.toLowerCase() === 'x-ms-client-request-id')) continue;
    for (const one of [value].flat()) if (!/[\u0000-\u001f]/.test(one)) add(name, one);
  }
  const id = entry.repeatability?.requestId;
  if (id) {
    const first = header(entry, 'repeatability-first-sent');
    add('Repeatability-Request-ID', asNew ? crypto.randomUUID?.() || newID() : id);
    add('Repeatability-First-Sent', asNew ? new Date(Date.now() + clock.aheadMs).toUTCString() : first);
  }
  return {method: entry.method || 'POST', path: (entry.path || '/') + (entry.query ? '?' + entry.query : ''), fields, body: entry.body};
}

async function curlOf(attempt, asNew) {
  const request = await requestOf(attempt, asNew);
  if (!request) return '';
  const lines = [`curl -i -X ${quote(request.method)} ${quote(location.origin.replace(/:\d+$/, '') + ':' + await servicePort() + request.path)}`, ...request.fields.map(([name, value]) => '-H ' + quote(`${name}: ${value}`))];
  if (request.body) lines.push('--data-binary ' + quote(request.body));
  return lines.join(' \\\n  ');
}

// The page sends it itself, where the service is at its own origin.
async function sendAgain(attempt, asNew) {
  const request = await requestOf(attempt, asNew);
  if (!request) return;
  try {
    const {status} = await fetch(request.path, {method: request.method, headers: request.fields, body: request.body || undefined, signal: AbortSignal.timeout(30000)});
    say(`Sent: ${status}`);
  } catch {
    say('No response came: a rule may have broken it');
  }
}
function newID() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = bytes[6] & 15 | 64;
  bytes[8] = bytes[8] & 63 | 128;
  const text = [...bytes].map(b => b.toString(16).padStart(2, '0')).join('');
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

// The service may have a port of its own beside the one that the page came from.
async function servicePort() {
  const found = await connection();
  return found?.port || location.port || (location.protocol === 'https:' ? '443' : '80');
}

// What was seen, as an assertion that holds.
function verifyOf(call) {
  const tries = call.attempts.filter(a => (a.operation || 'redirect') === 'redirect');
  const expect = {caller: call.verdict, redirects: tries.filter(a => a.executed).length};
  const isFinal = !['ringing', 'waiting'].includes(call.verdict);
  if (!isFinal) delete expect.caller;
  const rules = [...new Set(tries.map(a => a.rule).filter(Boolean))];
  if (rules.length) expect.rules = rules;
  const ids = new Set(tries.map(a => a.requestId ?? detail.entry(a)?.repeatability?.requestId));
  // Statuses are of one operation each: of a call that changed its request id they would be of several.
  if (ids.size === 1 && !call.skippedAttempts && tries.length === call.attempts.length && tries.every(a => a.end !== null)) expect.statuses = tries.map(a => a.status);
  return {where: {call: call.id}, expect};
}

// The rules that did to this call what was done, for its target alone.
function scenarioOf(call) {
  const target = targetOf(call);
  const rules = call.attempts.map((attempt, i) => {
    const kind = kindOf(attempt);
    if (!attempt.rule || !['ruled', 'lost', 'dropped'].includes(kind)) return null;
    const lines = [`  - name: ${JSON.stringify(`${attempt.rule}, try ${i + 1}`)}`];
    if (target) lines.push(`    match: { target: { id: ${JSON.stringify(target.replace(/[*?]/g, '?'))} } }`);
    lines.push(`    attempts: ${i + 1}`);
    if (kind === 'ruled') lines.push(`    respond: { status: ${attempt.status}${attempt.retryAfterMs != null ? `, retryAfter: ${attempt.retryAfterMs % 1000 ? attempt.retryAfterMs + 'ms' : attempt.retryAfterMs / 1000 + 's'}` : ''} }`);
    else {
      if (kind === 'lost') lines.push('    after: execution');
      const sent = attempt.bytesSent;
      lines.push('    fault: ' + (attempt.end === 'closed' ? sent > 0 ? `{ truncate: { atBytes: ${sent} } }` : 'empty' : attempt.end === 'clientLeft' ? 'hang' : sent > 0 ? `{ reset: { afterBytes: ${sent} } }` : 'reset'));
    }
    return lines.join('\n');
  }).filter(Boolean);
  return rules.length ? 'rules:\n' + rules.join('\n') + '\n' : '';
}

const pytestOf = call => {
  const {expect} = verifyOf(call);
  const python = value => value === null ? 'None' : value === true ? 'True' : value === false ? 'False' : Array.isArray(value) ? '[' + value.map(python).join(', ') + ']' : JSON.stringify(value);
  const rules = scenarioOf(call);
  const name = call.verdict.replace(/[A-Z]/g, c => '_' + c.toLowerCase());
  return [
    `def test_${name}(acs):`, rules ? `    acs.scenario(${JSON.stringify(rules)})` : null, '    redirect_a_call(acs.client())  # your app',
    `    acs.verify(${Object.entries(expect).filter(([k]) => k !== 'rules').map(([k, v]) => k.replace(/[A-Z]/g, c => '_' + c.toLowerCase()) + '=' + python(v)).join(', ')})`, '',
  ].filter(line => line !== null).join('\n');
};

const COPIES = [
  ['curl', 'C', 'curl, this try again', (call, attempt) => curlOf(attempt, false), call => call.attempts.length],
  ['curlnew', null, 'curl, as a new call', (call, attempt) => curlOf(attempt, true), call => call.attempts.length],
  ['verify', 'V', 'verify assertion', call => JSON.stringify(verifyOf(call), null, 2)],
  ['scenario', 'S', 'scenario rules', call => scenarioOf(call), call => scenarioOf(call)],
  ['pytest', 'T', 'pytest', call => pytestOf(call)],
  ['json', 'J', 'JSON', (call, attempt) => JSON.stringify(detail.entry(attempt) || call, null, 2)],
  ['link', 'L', 'link', () => linkOf()],
];

async function copyAs(name) {
  const {call} = detail, found = COPIES.find(c => c[0] === name);
  if (!call || !found) return;
  const attempt = call.attempts[detail.tryNumber(call) - 1];
  if (found[4] && !found[4](call, attempt)) { say(`There is nothing to copy as ${found[2]}`); return; }
  const text = await found[3](call, attempt);
  if (text) await copyText(text);
}

function copyMenu(call, attempt) {
  const sends = attempt && !REPORT && connection.of === store.name && canSend(connection.known) ? [['sendagain', 'send this try again', false], ['sendnew', 'send it as a new call', true]] : [];
  const item = (id, words, act, key) => h('li', {role: 'none'}, h('button', {type: 'button', role: 'menuitem', tabindex: -1, id, on: {click: () => { open(false); act(); }}}, words, key ? h('kbd', {'aria-hidden': 'true'}, key) : null));
  const list = h('ul', {hidden: !copyMenu.isOpen, role: 'menu', id: 'copies', 'aria-label': 'Copy as'}, COPIES.filter(c => (!REPORT || !c[0].startsWith('curl')) && (!c[4] || c[4](call, attempt))).map(([name, key, words]) => item('copy-' + name, words, () => copyAs(name), key)), sends.map(([name, words, asNew]) => item(name, words, () => sendAgain(attempt, asNew))));
  const items = () => [...list.querySelectorAll('button')];
  const toggle = h('button', {cls: 'btn', type: 'button', id: 'copyas', 'aria-haspopup': 'menu', 'aria-expanded': String(!!copyMenu.isOpen), 'aria-controls': 'copies', on: {click: () => open(!copyMenu.isOpen)}}, icon('copy'), 'Copy as', icon('more'));
  const open = isOpen => {
    copyMenu.isOpen = isOpen;
    list.hidden = !isOpen;
    toggle.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) items()[0]?.focus(); else if (list.contains(D.activeElement)) toggle.focus();
  };
  return h('div', {cls: 'menu', on: {
    keydown: event => {
      if (event.key === 'Escape' && copyMenu.isOpen) { event.stopPropagation(); open(false); toggle.focus(); } else if (list.contains(event.target)) arrows(event, items().length, items().indexOf(event.target), i => items()[i].focus());
    },
    focusout: event => { if (copyMenu.isOpen && event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) open(false); },
  }}, toggle, list);
}

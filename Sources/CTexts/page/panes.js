// What is shown of the chosen try.
const CHECKS = ['http', 'route', 'apiVersion', 'authorization', 'body', 'repeatability', 'call'];
const CHECK_WORDS = {http: 'HTTP', route: 'route', apiVersion: 'api-version', authorization: 'authorization', body: 'body', repeatability: 'repeatability', call: 'call'};

const panes = {
  why: whyPane, request: requestPane, answer: responsePane, changes: changesPane,
  json: (call, number, attempt, entry) => [pre('The entry of the journal', JSON.stringify(entry, null, 2)), h('div', {cls: 'row gap8'}, copyButton('Copy', JSON.stringify(entry, null, 2)))],
};

// Step by step: the checks, the execution, the rule, the end.
function whyPane(call, number, attempt, entry) {
  const steps = h('ol', {cls: 'steps'}), kind = kindOf(attempt);
  const step = (name, color, title, ...rest) => steps.append(h('li', {}, icon(name, 'k-' + color), h('div', {}, h('p', {}, h('span', {cls: 'b'}, title), ' ', ...rest))));
  const names = list => list.map(check => check === 'apiVersion' && entry.apiVersion ? 'api-version ' + short(entry.apiVersion, 40) : check === 'authorization' && entry.auth?.scheme ? `authorization (${{accessKey: 'access key', userToken: 'user token', entra: 'Entra'}[entry.auth.scheme] || entry.auth.scheme})` : CHECK_WORDS[check]).join(', ');
  if (entry.failed) {
    const at_ = CHECKS.indexOf(entry.failed.stage);
    if (at_ > 0) step('ok', 'ok', 'Passed:', names(CHECKS.slice(0, at_)));
    step('bad', 'bad', `Refused by the check of ${CHECK_WORDS[entry.failed.stage] || entry.failed.stage} (${entry.failed.code}).`, entry.failed.details?.length ? many(entry.failed.details.length, 'fault') + ':' : visible(entry.failed.message || ''));
    const details = entry.failed.details || [];
    if (details.length) steps.lastChild.lastChild.append(h('table', {}, h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, 'Where'), h('th', {scope: 'col', cls: 'nw'}, 'Line'), h('th', {scope: 'col'}, 'What is wrong'))), h('tbody', {}, details.map(d => h('tr', {}, h('td', {cls: 'm'}, short(d.target || '', 120)), h('td', {}, d.line ? `${d.line}:${d.column ?? 1}` : ''), h('td', {}, short(d.message, 400)))))));
    if (entry.failed.section) step('dash', 'idle', 'In the guide Contract:', entry.failed.section);
    if (at_ >= 0 && at_ < CHECKS.length - 1) step('dash', 'idle', 'Not checked:', names(CHECKS.slice(at_ + 1)) + '.', entry.rules?.length || entry.rule ? '' : ' Rules do not apply to refused requests unless they say valid: false.');
  } else step('ok', 'ok', 'All checks passed:', names(CHECKS.filter(c => c !== 'repeatability' || entry.repeatability)) + (entry.repeatability?.result ? ` (${entry.repeatability.result})` : ''));
  if (entry.executed) step('phone', 'ok', 'Executed:', entry.operation && entry.operation !== 'redirect' ? `the ${entry.operation} was executed.` : `the call was redirected to ${short(entry.target?.id || 'the target', 120)}.`);
  const rule = entry.rules?.find(r => r.fired) || (entry.rule ? {name: entry.rule} : null);
  const did = attempt.did || entry.did;
  if (rule) {
    const place = rule.source?.file ? `${short(rule.source.file, 80)}:${rule.source.line}` : null;
    const title = did === 'nothing' ? `Rule “${short(rule.name)}” decided, and did nothing.` : `Rule “${short(rule.name)}” fired${did === 'responded' ? '.' : ':'}`;
    step('bolt', 'warn', title, place ? h('span', {cls: 'mute m'}, place + ' ') : '', rule.step || attempt.step ? `step ${rule.step || attempt.step} ` : '', did !== 'responded' && planWords(entry).length ? h('code', {}, short(planWords(entry).join('; '), 300)) : '');
  } else if (!entry.failed) step('dash', 'idle', 'No rule fired.');
  const sent = attempt.bytesSent ?? entry.bytesSent, whole = attempt.answerBytes;
  const ended = {reset: 'the connection was reset', closed: 'the connection was closed', clientLeft: 'the client left'}[attempt.end];
  if (kind === 'lost') step('bad', 'bad', 'The response was lost:', (sent > 0 ? `${sent}${whole != null ? ' of ' + whole : ''} bytes were sent, then ${ended || 'it ended'}.` : `${ended || 'it ended'} before a byte was sent.`) + ' For the client, a lost request looks the same.');
  else if (kind === 'dropped') step('bad', 'bad', 'Not executed, and no whole response:', sent > 0 ? `${sent} bytes were sent, then ${ended || 'it ended'}.` : `${ended || 'it ended'} before a byte was sent.`);
  else if (kind === 'inflight') step('clock', 'acc', 'No response yet:', `open for ${span(openFor(attempt))}.`);
  else if (kind === 'repeated') step('eq', 'dup', 'Not executed again:', 'this request id was executed by an earlier try; its response was sent once more.');
  else if (kind === 'ruled') step('block', 'warn', 'Not executed:', `${attempt.status} was sent instead of the redirect` + (attempt.retryAfterMs != null ? `, asking for ${round(attempt.retryAfterMs)}.` : '.'));
  else if (kind !== 'refused') step('ok', 'ok', 'Responded:', `${attempt.status}, ${many(sent ?? 0, 'byte')} in ${span(attempt.durationMs)}.`);
  const made = [steps];
  if (entry.rules?.length) {
    made.push(h('h3', {cls: 'gap12'}, 'Rules, in the order in which they were checked'), h('ul', {cls: 'ask-list'}, entry.rules.map(r => h('li', {}, icon(r.fired ? 'bolt' : 'dash', r.fired ? 'k-warn' : 'k-idle'), h('b', {cls: 'brk'}, short(r.name)), h('span', {cls: r.fired ? '' : 'mute'}, ruleWords(r))))));
  }
  return made;
}

function ruleWords(rule) {
  if (rule.fired) return (rule.step ? `step ${rule.step}: ` : '') + 'fired';
  const because = rule.because;
  if (because?.condition === 'order') return 'not checked: ' + because.seen;
  if (because) return `no: ${because.condition}${because.expected != null ? ' ' + (typeof because.expected === 'object' ? JSON.stringify(because.expected) : because.expected) : ''}${because.seen != null ? ', this was ' + (typeof because.seen === 'object' ? JSON.stringify(because.seen) : because.seen) : ''}`;
  return rule.matched ? 'matched, not fired' : 'not checked: a rule above decided';
}

const KEPT = ['repeatability-request-id', 'repeatability-first-sent'];
const NEW = ['x-ms-date', 'authorization', 'date', 'x-ms-content-sha256', 'traceparent', 'x-ms-client-request-id-try', 'x-ms-return-client-request-id'];

// A try against the one before it.
function changesPane(call, number, attempt, entry) {
  const one = number > 1 ? number - 1 : 1, two = number > 1 ? number : 2;
  const [a, b] = [one, two].map(n => detail.entry(call.attempts[n - 1]));
  if (!a || !b) return [h('p', {cls: 'mute'}, 'The other try is not in the journal any more.')];
  const names = new Map();
  for (const e of [a, b]) for (const name in e.headers || {}) names.set(name.toLowerCase(), name);
  const rows = [];
  let equal = 0;
  for (const [name, written] of names) {
    const [x, y] = [header(a, name), header(b, name)];
    if (x === y && !KEPT.includes(name)) { equal += 1; continue; }
    const isSame = x === y;
    const verdict = KEPT.includes(name) ? isSame ? 'kept, as it must be' : 'must stay the same in a retry' : NEW.includes(name) ? 'expected: each try is signed again' : '';
    rows.push(h('tr', {cls: KEPT.includes(name) && !isSame ? 'bad' : null}, h('th', {scope: 'row'}, short(written, 60)), h('td', {cls: 'm'}, short(x ?? '—', 200)), h('td', {cls: 'm'}, isSame ? 'equal' : short(y ?? '—', 200)), h('td', {cls: KEPT.includes(name) && !isSame ? '' : 'mute'}, verdict)));
  }
  if (equal) rows.push(h('tr', {cls: 'same'}, h('th', {scope: 'row'}, many(equal, 'other header')), h('td', {}, 'equal'), h('td', {}, 'equal'), h('td', {})));
  for (const [path, x, y] of bodyChanges(a, b)) rows.push(h('tr', {}, h('th', {scope: 'row'}, path), h('td', {cls: 'm'}, short(x, 200)), h('td', {cls: 'm'}, short(y, 200)), h('td', {cls: 'mute'}, path === 'Body' && y === 'equal' ? '' : 'another request: it needs a request id of its own')));
  return [h('table', {}, h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, 'Header'), h('th', {scope: 'col'}, 'Try ' + one), h('th', {scope: 'col'}, 'Try ' + two), h('th', {scope: 'col'}, 'Verdict'))), h('tbody', {}, rows))];
}

// [path, before, after] of what differs in the content.
function bodyChanges(a, b) {
  const [x, y] = [a.body ?? a.bodyBase64 ?? '', b.body ?? b.bodyBase64 ?? ''];
  const size = text => many(new TextEncoder().encode(text).length, 'byte');
  if (x === y) return [['Body', size(x), 'equal']];
  const found = [];
  const walk = (p, q, path) => {
    if (found.length > 20) return;
    if (p && q && typeof p === 'object' && typeof q === 'object') for (const key of new Set([...Object.keys(p), ...Object.keys(q)])) walk(p[key], q[key], path ? path + '.' + key : key);
    else if (p !== q) found.push([short(path, 60) || 'Body', JSON.stringify(p) ?? '—', JSON.stringify(q) ?? '—']);
  };
  try { walk(JSON.parse(x), JSON.parse(y), ''); } catch { return [['Body', size(x), size(y)]]; }
  return found.length ? found : [['Body', size(x), 'other white space']];
}

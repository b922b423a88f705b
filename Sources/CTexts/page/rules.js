// The scenario: a card for each rule, and an editor.
const scenario = {
  nearest: new Map(), explainedAt: 0, soon: 0, body: null, text: null, isDirty: false, errors: [], warnings: [], isChecked: false, next: null,

  async load() {
    const asked = store;
    const {status, body} = await api.get(asked.root + '/scenario').catch(() => ({status: 0}));
    if (asked !== store || status !== 200) return;
    this.body = body;
    if (!this.isDirty) this.text = textOf(body);
    changed('rules');
    if (at.view === 'rules') { this.plan(); this.explain(); }
  },
  // A call came, and with it the counters may have changed: asked for once a second at most.
  later() {
    if (!this.body?.rules?.length && !this.body?.connections?.length) return;
    this.soon ||= setTimeout(() => { this.soon = 0; this.load(); }, 1000);
  },
  changed() { this.nearest.clear(); this.explainedAt = 0; return this.load(); },
  reset() { this.nearest.clear(); Object.assign(this, {explainedAt: 0, body: null, text: null, isDirty: false, errors: [], warnings: [], isChecked: false, next: null}); },

  // What the next calls will get. Emulators that cannot tell have no such table.
  async plan() {
    if (REPORT) return;
    const {status, body} = await api.ask('POST', store.root + '/plan', {json: {requests: 3, tries: 5, from: 'now'}}).catch(() => ({status: 0}));
    this.next = status === 200 ? body.calls : null;
    changed('rules');
  },

  // Why rules have not fired: which request came nearest, and what does not hold of it. It reads the whole journal, so that
  // it is asked seldom.
  async explain() {
    const idle = this.body.rules?.filter(r => !r.fired && r.enabled !== false).slice(0, 5) || [], asked = store;
    if (REPORT || !idle.length || !asked.order.length || Date.now() - this.explainedAt < 5000) return;
    this.explainedAt = Date.now();
    for (const {name} of idle) {
      const {status, body} = await api.ask('POST', asked.root + '/verify?status=200', {json: {expect: {rules: [name]}}}).catch(() => ({status: 0}));
      const near = status === 200 ? body.checks?.[0]?.nearly : null;
      if (near?.rule === name) this.nearest.set(name, near); else this.nearest.delete(name);
    }
    if (asked === store) changed('rules');
  },

  // 300 ms after the last key.
  edit(text) {
    this.text = text;
    this.isDirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.check(), 300);
  },
  async check() {
    const text = this.text;
    const {status, body} = await api.ask('POST', store.root + '/scenario/check', {text, type: typeOf(text)}).catch(() => ({status: 0}));
    if (text !== this.text) return;
    this.isChecked = status === 200;
    this.errors = status === 200 ? body.errors || [] : [];
    this.warnings = status === 200 ? body.warnings || [] : [];
    showErrors();
  },
  async put() {
    clearTimeout(this.timer);
    const text = this.text ?? '';
    const {status, body} = await api.ask('PUT', store.root + '/scenario', {text, type: typeOf(text)}).catch(() => ({status: 0, body: null}));
    if (status === 200) {
      Object.assign(this, {isDirty: false, errors: [], warnings: [], body});
      say('Loaded');
      changed('rules', 'view');
      this.plan();
    } else {
      this.errors = body?.error?.details || [{message: status ? errorText(body, status) : 'The emulator does not respond'}];
      showErrors();
    }
  },
  async remove() {
    if (!await ask('Remove all rules?', 'Remove')) return;
    if (await api.want('DELETE', store.root + '/scenario')) { this.isDirty = false; await this.load(); changed('view'); }
  },
  // Counters start from zero when the same rules are put once more.
  async zero() {
    if (await api.want('PUT', store.root + '/scenario', {json: this.body})) { await this.load(); changed('view'); }
  },
  async turn(kind, index, isOn) {
    const path = `${store.root}/scenario/${kind === 'connections' ? 'connections' : 'rules'}/${index}`;
    if (await api.want('PATCH', path, {json: {enabled: isOn}})) await this.load();
  },
  get unfired() { return (this.body?.rules || []).filter(r => !r.fired && r.enabled !== false).length; },
};

const typeOf = text => /^\s*[{[]/.test(text) ? 'application/json' : 'application/yaml';

// What a rule says, without what the API adds.
const OWN = ['matched', 'fired', 'enabled', 'source', 'changedAt', 'index', 'name', 'because', 'next'];
const ruleOnly = rule => Object.fromEntries(Object.entries(rule).filter(([k]) => !OWN.includes(k) || k === 'name'));

// YAML for people, of what JSON says. Strings are JSON strings where they could be taken for something else.
function yaml(value) {
  if (Array.isArray(value)) return '[' + value.map(yaml).join(', ') + ']';
  if (value && typeof value === 'object') return '{ ' + Object.entries(value).map(([k, v]) => `${k}: ${yaml(v)}`).join(', ') + ' }';
  if (typeof value === 'string') return /^[A-Za-z][\w .%-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(value) && value.trim() === value || /^\d+(\.\d+)?(ms|s|m|h|%)$/.test(value) || /^\d*\.\.\d*$/.test(value) ? value : JSON.stringify(value);
  return String(value);
}
function textOf(body) {
  const lines = [];
  if (body.seed) lines.push('seed: ' + body.seed);
  for (const [key, value] of Object.entries(body)) {
    if (['seed', 'state', 'enabled', 'changedAt', 'revision', 'source'].includes(key) || Array.isArray(value) && !value.length || value == null) continue;
    if (!Array.isArray(value)) { lines.push(`${key}: ${yaml(value)}`); continue; }
    lines.push(key + ':');
    for (const rule of value) {
      Object.entries(ruleOnly(rule)).forEach(([name, part], i) => {
        const lead = i ? '    ' : '  - ';
        if (Array.isArray(part) && part.some(p => typeof p === 'object')) lines.push(`${lead}${name}:`, ...part.map(p => '      - ' + yaml(p)));
        else lines.push(`${lead}${name}: ${yaml(part)}`);
      });
    }
  }
  return lines.join('\n') + (lines.length ? '\n' : '');
}

// One line of conditions and what is done.
const DOES = ['respond', 'fault', 'delay', 'pace', 'sequence', 'after', 'before', 'pass', 'setState', 'times'];
function ruleText(rule) {
  const parts = ruleOnly(rule), conditions = [], actions = [];
  for (const [key, value] of Object.entries(parts)) if (key !== 'name') (DOES.includes(key) ? actions : conditions).push(`${key}: ${yaml(value)}`);
  return [conditions.join(', ') || 'each request', actions.join(', ') || 'pass'].join(' → ');
}

function ruleCard(rule, index, kind) {
  const isOff = rule.enabled === false, never = !rule.fired && !isOff;
  const near = kind === 'rules' && never ? scenario.nearest.get(rule.name) : null;
  return h('li', {cls: 'card rl' + (isOff ? ' off' : never ? ' warn' : '')},
    h('div', {cls: 'row wrap'}, h('b', {cls: 'brk'}, short(rule.name, 120)), rule.source?.file ? h('span', {cls: 'sm mute m'}, `${short(rule.source.file, 80)}:${rule.source.line}`) : null, never ? h('span', {cls: 'n warn'}, 'never fired') : null),
    h('div', {cls: 'row'},
      kind === 'rules' ? h('a', {cls: 'sm', href: fragment('calls') + '?' + new URLSearchParams({f: `rule:"${rule.name.replace(/"/g, '?')}"`})}, `fired ${rule.fired}×`) : h('span', {cls: 'sm'}, `fired ${rule.fired}×`),
      h('span', {cls: 'sm mute'}, `of ${rule.matched} matched`),
      rule.enabled == null || REPORT ? null : h('input', {type: 'checkbox', cls: 'sw', role: 'switch', id: `sw-${kind}-${index}`, 'aria-label': `Rule ${short(rule.name, 60)} on`, checked: !isOff, on: {change: event => scenario.turn(kind, index, event.target.checked)}})),
    h('code', {cls: 'what brk'}, short(ruleText(rule), 600)),
    near ? h('p', {cls: 'sm nx k-warn'}, nearWords(near), h('a', {href: fragment('calls', 'r' + near.request)}, 'Its call')) : null,
    isOff && rule.changedAt ? h('p', {cls: 'sm nx k-warn'}, `Switched off at ${clockTime(rule.changedAt)}.`) : null);
}

function nearWords({request, conditions}) {
  const own = conditions.filter(c => c !== 'the rules');
  return `Request #${request} came nearest` + (own.length ? `, but this does not hold: ${short(own.join(', '), 300)}. ` : ', but another rule decided, or the rules are newer. ');
}

function ruleCards() {
  const body = scenario.body;
  if (!body) return [h('p', {cls: 'mute'}, 'Loading…')];
  const made = [h('p', {cls: 'lead'}, body.rules?.length ? `${many(body.rules.length, 'rule')}${body.seed ? `, seed ${body.seed}` : ''}, state “${short(body.state || 'start', 60)}”. The first rule that fires decides; requests that fail a check meet no rule.` : 'There is no rule. Each valid request is redirected and gets 204.')];
  made.push(h('ul', {}, (body.rules || []).map((r, i) => ruleCard(r, i, 'rules'))));
  if (body.connections?.length) made.push(h('h3', {cls: 'h3 gap16'}, 'Rules for connections'), h('p', {cls: 'sm mute'}, canCount() ? '' : 'This page opens connections too, and they count.'), h('ul', {}, body.connections.map((r, i) => ruleCard(r, i, 'connections'))));
  if (body.events?.length) made.push(h('h3', {cls: 'h3 gap16'}, 'Rules for the delivery of events'), h('ul', {}, body.events.map((r, i) => ruleCard({matched: 0, fired: 0, ...r}, i, 'events'))));
  return made;
}
// Whether the page came from the control API's own port, which no rule sees.
const canCount = () => connection.of === store.name && connection.known && !canSend(connection.known);

function planTable() {
  if (!scenario.next?.length) return [];
  const start = store.order.length;
  return [h('h3', {cls: 'h3 gap16'}, 'What the next calls will get'), h('p', {cls: 'sm mute'}, 'For a valid call, tried again until it passes.'),
    h('table', {}, h('thead', {}, h('tr', {}, ['Call', 'Tries', 'Redirected'].map(t => h('th', {scope: 'col'}, t)))), h('tbody', {}, scenario.next.map((call, i) => h('tr', {}, h('td', {}, String(start + i + 1)), h('td', {}, h('span', {cls: 'row gap4 wrap'}, call.attempts.map(a => h('span', {cls: 't ' + (a.executed ? a.fault ? 'lost' : 'executed' : a.status == null ? 'dropped' : a.status < 300 ? 'repeated' : 'ruled'), title: short(a.rule || 'no rule', 80)}, a.status ?? (a.fault === 'reset' ? 'RST' : short(a.fault || '—', 20)))))), h('td', {}, call.executed === 0 ? 'never' : call.executed === 1 ? 'once' : `${call.executed} times`)))))];
}

// Bad days to begin with: short forms of the files in fixtures/scenarios.
const EXAMPLES = {
  'Throttled twice': ['429 with Retry-After 1 s for the first two tries. Does your app wait?', 'rules:\n  - name: throttled twice\n    attempts: 1..2\n    respond: { status: 429, retryAfter: 1s }\n'],
  'Lost response': ['The call is redirected, the response is reset. Does it redirect again?', 'rules:\n  - name: lost response\n    attempts: 1\n    after: execution\n    fault: reset\n'],
  'Response cut short': ['Half a response, then the end. Does your app call that success?', 'rules:\n  - name: cut short\n    attempts: 1\n    after: execution\n    fault: truncate\n'],
  'Down for 10 seconds': ['503 until the clock has moved on. Does it give up too early?', 'rules:\n  - name: down for 10 s\n    during: 0s..10s\n    respond: { status: 503, retryAfter: 1s }\n'],
  'Token expires': ['401 for the first try of each call. Does it fetch another token?', 'rules:\n  - name: token expired\n    attempts: 1\n    respond: { status: 401 }\n'],
  'A slow network': ['Each response comes late. Is your time-out long enough?', 'rules:\n  - name: a slow network\n    delay: 2s\n'],
};
async function giveBadDay(name) {
  scenario.text = EXAMPLES[name][1];
  await scenario.put();
  if (!scenario.errors.length) say(`Loaded: ${name}`);
}

function editor() {
  const numbers = h('div', {cls: 'ln', 'aria-hidden': 'true'});
  const area = h('textarea', {id: 'scenario', 'aria-label': 'Scenario, YAML or JSON', 'aria-describedby': 'errs', spellcheck: 'false', wrap: 'off', rows: 14, readonly: !!REPORT, on: {
    input: () => { scenario.edit(area.value); number(); $('#load').disabled = false; },
    scroll: () => { numbers.scrollTop = area.scrollTop; },
    keydown: event => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); scenario.put(); } },
  }});
  area.value = scenario.text ?? '';
  const number = () => {
    const lines = area.value.split('\n').length, wrong = new Set(scenario.errors.map(e => e.line));
    numbers.replaceChildren(...Array.from({length: lines}, (_, i) => h('div', {cls: wrong.has(i + 1) ? 'e' : ''}, i + 1)));
    numbers.scrollTop = area.scrollTop;
    area.rows = Math.max(14, Math.min(40, lines + 1));
    area.setAttribute('aria-invalid', String(scenario.errors.length > 0));
  };
  number();
  editor.number = number;
  const example = h('select', {cls: 'btn', id: 'example', 'aria-label': 'Put in an example', on: {change: () => { if (!example.value) return; area.value = EXAMPLES[example.value][1]; scenario.edit(area.value); number(); $('#load').disabled = false; example.value = ''; area.focus(); }}}, h('option', {value: ''}, 'Example…'), Object.keys(EXAMPLES).map(name => h('option', {}, name)));
  return h('section', {'aria-label': 'Scenario editor'},
    h('div', {cls: 'row wrap gapb'}, h('h2', {}, 'Scenario'), h('span', {cls: 'grow'}), REPORT ? null : example, button('Save', () => saveFile(store.name + '.yaml', area.value, 'application/yaml'), {icon: 'down'}), REPORT ? null : button('Load', () => scenario.put(), {cls: 'pri', id: 'load', disabled: !scenario.isDirty, title: 'Ctrl+Enter'})),
    h('div', {cls: 'ed'}, numbers, area), h('div', {id: 'errs', role: 'status'}), h('div', {id: 'plan'}));
}

function showErrors() {
  const box = $('#errs'), area = $('#scenario');
  if (!box || !area) return;
  const {errors, warnings} = scenario;
  editor.number();
  const load = $('#load');
  if (load) load.disabled = errors.length > 0 && scenario.isChecked || !scenario.isDirty;
  const jump = (line, column) => {
    const lines = area.value.split('\n');
    const place = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0) + Math.max(0, (column || 1) - 1);
    area.focus();
    area.setSelectionRange(place, place);
    area.scrollTop = Math.max(0, (line - 6) * 20);
  };
  const row = e => h('li', {}, e.line ? h('button', {type: 'button', 'aria-label': `Go to line ${e.line}, column ${e.column || 1}`, on: {click: () => jump(e.line, e.column)}}, `${e.line}:${e.column || 1}`) : null, h('span', {cls: 'brk'}, short(e.message, 500)));
  box.replaceChildren(...[
    errors.length ? h('div', {cls: 'errs'}, h('b', {}, `${many(errors.length, 'error')}. Nothing was loaded, the old rules stay.`), h('ul', {}, errors.map(row))) : null,
    warnings.length ? h('div', {cls: 'errs mild'}, h('b', {}, many(warnings.length, 'warning')), h('ul', {}, warnings.map(row))) : null,
    scenario.isDirty && scenario.isChecked && !errors.length ? h('p', {cls: 'sm k-ok'}, 'No error. Ctrl+Enter loads it.') : null,
  ].filter(Boolean));
}

function rulesView() {
  const main = h('main', {cls: 'view', id: 'main', tabindex: -1}, h('div', {cls: 'cols'},
    h('section', {'aria-label': 'Rules'}, h('div', {cls: 'row wrap'}, h('h2', {}, 'Rules'), h('span', {cls: 'grow'}), REPORT ? null : [button('Reset counters', () => scenario.zero()), button('Remove all', () => scenario.remove(), {cls: 'danger', icon: 'bin'})]), h('div', {id: 'cards'})),
    editor()));
  return main;
}
// Only what came from the emulator is put in anew: what somebody writes stays.
function paintRules() {
  const cards = $('#cards');
  if (!cards) return;
  keepFocus(cards, () => cards.replaceChildren(...ruleCards()));
  $('#plan').replaceChildren(...planTable());
  const area = $('#scenario');
  if (!scenario.isDirty && area.value !== (scenario.text ?? '')) { area.value = scenario.text ?? ''; scenario.errors = []; }
  showErrors();
}

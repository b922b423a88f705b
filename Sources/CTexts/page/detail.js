// One call: what became of it, its tries on a scale of time, what the checks say, and the chosen try.
const detail = {
  call: null, checks: null, checksFor: '',

  tryNumber(call) {
    const last = call.attempts.length;
    if (at.attempt >= 1 && at.attempt <= last) return at.attempt;
    // The one that explains the verdict.
    const find = test => call.attempts.findIndex(test) + 1;
    return (call.verdict === 'redirectedTwice' ? find(a => kindOf(a) === 'lost') : 0) || last;
  },
  choose(number, isFocused) {
    at.attempt = number;
    keepAddress();
    frame.paint(new Set(['detail']));
    if (isFocused || D.activeElement === D.body) $('#try-' + number)?.focus({preventScroll: true});
  },
  open(pane, isFocused) {
    at.pane = pane;
    if (this.call) at.attempt = this.tryNumber(this.call);
    keepAddress();
    frame.paint(new Set(['detail']));
    if (isFocused) $('#tab-' + pane)?.focus({preventScroll: true});
  },

  // The chosen call; the newest one where none is.
  async find() {
    const from = shownStore();
    const id = at.call || list.rows[0];
    if (!id) return null;
    let call = from.calls.get(id);
    if (!call && from.isLoaded) {
      if (this.missing !== id) {
        this.missing = id;
        call = await from.find(id).catch(() => null);
        this.found = call;
      } else call = this.found;
    }
    // A link can name any request of a call, as the log's lines do.
    if (call && at.call && call.id !== at.call) {
      at.attempt ||= call.attempts.findIndex(a => 'r' + a.seq === at.call) + 1;
      at.call = call.id;
      keepAddress();
      changed('list');
    }
    return call;
  },

  build() { return h('main', {cls: 'det', id: 'main', tabindex: -1, 'aria-label': 'The call'}); },

  async paint() {
    const box = $('.det');
    if (!box) return;
    const from = shownStore();
    const call = await this.find();
    if (box !== $('.det')) return;
    if (!call) {
      this.call = null;
      if (from.isLoaded) box.replaceChildren(...(at.call ? this.gone() : [h('p', {cls: 'mute'}, list.isFiltered ? 'No call fits the filter.' : 'No call yet.'), list.isFiltered ? button('Remove the filter', () => { at.filter = ''; at.verdicts.clear(); const find = $('#find'); if (find) find.value = ''; list.refilter(); }) : null].filter(Boolean)));
      return;
    }
    const isOther = this.call?.id !== call.id;
    this.call = call;
    const number = this.tryNumber(call), attempt = call.attempts[number - 1];
    const scroll = isOther ? 0 : box.scrollTop;
    const focus = box.contains(D.activeElement) ? D.activeElement.id : '';
    const inPane = $('#pane pre')?.scrollTop;
    box.replaceChildren(...this.parts(call, number, attempt));
    placeNotes();
    box.scrollTop = scroll;
    if (!isOther && inPane && $('#pane pre')) $('#pane pre').scrollTop = inPane;
    if (focus) D.getElementById(focus)?.focus({preventScroll: true});
    this.load(from, call, attempt);
  },

  // What has to be asked for: the requests of the tries, and the checks.
  async load(from, call, attempt) {
    const wanted = new Set([attempt?.seq, call.attempts[0]?.seq, call.attempts[call.attempts.length - 1]?.seq, call.attempts[this.tryNumber(call) - 2]?.seq, at.pane === 'changes' ? call.attempts[this.tryNumber(call)]?.seq : undefined].filter(s => s !== undefined));
    let isNews = false;
    try {
      for (const seq of wanted) {
        if (from.entries.has(seq) || from.absent.has(seq) || from.running.has(seq)) continue;
        const entry = await from.entry(seq);
        if (!entry) from.absent.add(seq);
        else if (entry.end === null) from.running.set(seq, entry);
        isNews = true;
      }
      const state = `${from.name} ${call.id} ${call.verdict} ${call.attempts.length}`;
      if (this.checksFor !== state && !REPORT && from === store) {
        this.checksFor = state;
        this.checks = null;
        const {status, body} = await api.ask('POST', from.root + '/verify?status=200', {json: {where: {call: call.id}, expect: {redirects: 1, honoursRetryAfter: true, stableRepeatability: true, backsOff: true}}});
        this.checks = status === 200 ? body.checks : null;
        isNews = true;
      }
    } catch { /* no connection: what is known is shown */ }
    if (isNews && this.call === call) changed('detail');
  },
  entry(attempt) {
    const from = shownStore();
    return attempt ? from.entries.get(attempt.seq) || from.running.get(attempt.seq) || null : null;
  },

  gone() {
    const from = shownStore();
    return [h('h2', {cls: 'k-idle'}, icon('clock'), `Call ${short(at.call, 24)} is not in the journal`),
      h('p', {cls: 'say'}, `The link names a call that the resource ${short(from.name, 64)} does not keep: its journal was emptied since, the call was dropped at a limit (--journal-limit, --journal-bytes), or it was of an earlier run.`,
        from.order.length ? ` The oldest call that is kept is from ${clockTime(startOf(from.calls.get(from.order[from.order.length - 1])))}.` : ''),
      h('div', {cls: 'row gap12'}, button('Show the newest call', () => { at.call = null; at.attempt = 0; keepAddress(); changed('list', 'detail'); }))];
  },

  parts(call, number, attempt) {
    const verdict = verdictOf(call), made = [];
    made.push(h('div', {cls: 'row wrap'}, h('h2', {cls: 'k-' + verdict.color}, icon(verdict.icon), verdict.words), h('span', {cls: 'mute m brk'}, short(targetWords(call), 160)), h('span', {cls: 'grow'}),
      copyButton('Link', () => linkOf()), copyMenu(call, attempt)));
    made.push(h('p', {cls: 'say'}, call.story || ''));
    if (call.advice) made.push(h('p', {cls: 'say advice'}, h('b', {}, 'What to do: '), call.advice));
    made.push(this.facts(call));
    if (call.deliveries?.length) made.push(deliveryList(call));
    if (call.attempts.length) made.push(timeScale(call));
    made.push(this.checkList(call));
    if (attempt) made.push(...this.tabs(call, number, attempt));
    return made;
  },

  facts(call) {
    const first = this.entry(call.attempts[0]), facts = [];
    const add = (name, value) => { if (value) facts.push(h('div', {}, h('dt', {}, name), h('dd', {}, short(value, 200)))); };
    const entries = call.attempts.map(a => this.entry(a));
    const ids = [...new Set(call.attempts.map((a, i) => a.requestId || entries[i]?.repeatability?.requestId).filter(Boolean))];
    add('Client', header(first, 'user-agent') || call.userAgent);
    add('From', call.from);
    add('To', call.to);
    add(ids.length > 1 ? 'Request ids' : 'Request id', ids.map(id => id.slice(0, 8)).join(', then '));
    add('Client request id', first?.clientRequestId || call.clientRequestId);
    const context = call.context;
    add('Context', context && (context.length ? `${count(context.length)} characters, …${context.tail}` : 'empty'));
    const begins = starts(call.attempts), last = call.attempts[call.attempts.length - 1];
    if (last) add(last.end === null ? 'So far' : 'Took', span(begins[begins.length - 1] + openFor(last)));
    if (call.rangAt) add('Rang', `${clockTime(call.rangAt)} to ${clockTime(call.ringsUntil)}`);
    add('Started', startOf(call).slice(11, 23));
    return h('dl', {cls: 'facts'}, ...facts);
  },

  checkList(call) {
    const box = h('ul', {cls: 'checks', 'aria-label': 'Checks'});
    const add = (kind, text, title) => box.append(h('li', {cls: 'ck ' + kind, title}, icon({ok: 'ok', bad: 'bad', na: 'dash'}[kind]), text));
    const executed = call.attempts.filter(a => a.executed).length;
    if (call.verdict !== 'ringing' && call.verdict !== 'waiting') add(executed === 1 ? 'ok' : 'bad', executed === 1 ? 'executed once' : executed ? `executed ${executed}×` : 'never executed');
    if (call.verdict === 'redirectedUnknown') add('bad', 'the client has no response');
    const words = {
      honoursRetryAfter: ['Retry-After honoured', 'Retry-After not honoured', 'no wait to judge'],
      stableRepeatability: ['request id kept', 'request id not kept', 'no request id to judge'],
      backsOff: ['backs off', 'does not back off', 'backing off: nothing to judge'],
    };
    const isOne = call.attempts.length < 2;
    for (const check of call.attempts.length ? this.checks || [] : []) {
      const known = words[check.name];
      if (!known) continue;
      // One try alone shows nothing of how a client tries again.
      const nothing = check.seen === null || (isOne && check.name !== 'stableRepeatability');
      if (check.passed && !nothing) add('ok', known[0], check.message);
      else if (nothing) { if (!isOne) add('na', known[2], check.message); } else add('bad', known[1], check.message);
    }
    return box;
  },

  tabs(call, number, attempt) {
    const names = Object.keys(PANES).filter(pane => pane !== 'changes' || call.attempts.length > 1);
    const pane = names.includes(at.pane) ? at.pane : 'why';
    const tabs = h('div', {cls: 'tabs', role: 'tablist', 'aria-label': 'Try ' + number});
    names.forEach((name, i) => tabs.append(h('button', {
      type: 'button', role: 'tab', id: 'tab-' + name, 'aria-selected': String(name === pane), 'aria-controls': 'pane', tabindex: name === pane ? 0 : -1,
      on: {click: () => this.open(name, true), keydown: event => arrows(event, names.length, i, n => this.open(names[n], true))},
    }, name === 'changes' ? number > 1 ? `Changes from try ${number - 1}` : 'Changes in try 2' : PANES[name])));
    const entry = this.entry(attempt);
    const content = entry ? panes[pane](call, number, attempt, entry) : [h('p', {cls: 'mute'}, shownStore().absent.has(attempt.seq) ? `Request #${attempt.seq} is not in the journal any more.` : 'Loading…')];
    return [h('div', {cls: 'sub'}, h('span', {cls: 'h3'}, 'Try ' + number), tabs, h('span', {cls: 'grow'}), h('span', {cls: 'sm mute'}, '#' + attempt.seq)),
      h('div', {cls: 'pane', id: 'pane', role: 'tabpanel', 'aria-labelledby': 'tab-' + pane, tabindex: 0}, ...content)];
  },
};

// The value of a request's header, whatever the case of its name.
function header(entry, name) {
  for (const key in entry?.headers || {}) if (key.toLowerCase() === name) return Array.isArray(entry.headers[key]) ? entry.headers[key].join(', ') : entry.headers[key];
  return null;
}

// The deliveries of a call's event, oldest first.
function deliveryList(call) {
  return h('ol', {cls: 'steps', 'aria-label': 'Deliveries of the event'}, call.deliveries.map(d => {
    const isGood = d.status >= 200 && d.status < 300;
    return h('li', {}, icon(isGood ? 'ok' : d.status || d.error ? 'bad' : 'clock', isGood ? 'k-ok' : d.status || d.error ? 'k-bad' : 'k-acc'),
      h('p', {}, h('b', {}, `Delivery ${d.n}: `), d.status ? `${d.status} after ${span(d.durationMs)}` : d.error ? short(d.error, 300) : 'open', d.bodyStart ? ` “${short(d.bodyStart, 200)}”` : '', h('span', {cls: 'mute'}, d.next ? ` Next: ${clockTime(d.next)}` : '')));
  }));
}

// The calls, newest first. Only those that are seen have elements: a hundred thousand rows scroll like ten.
const ROW = 58, SPARE = 6;
// Browsers end at some 16 million pixels; above that a pixel of the scroll bar is more than one of the list.
const TALLEST = 14000000;
const list = {
  front: new Fronted(), waiting: 0, element: null,
  get rows() { return this.front.all; },
  set rows(rows) { this.front.all = rows; },

  reset() { this.rows = []; this.waiting = 0; this.filter = null; },

  // The rows that the filter leaves, again. While somebody looks further down, calls that came since stay out.
  take() {
    const from = shownStore();
    this.isOld = false;
    const accepts = filterOf(at.filter, at.verdicts);
    this.isFiltered = !!at.filter.trim() || at.verdicts.size > 0;
    if (this.isHeld()) {
      const known = this.rows[0];
      const index = known === undefined ? -1 : from.order.indexOf(known);
      if (index >= 0) {
        const kept = from.order.slice(index);
        this.rows = this.isFiltered ? kept.filter(id => accepts(from.calls.get(id))) : kept;
        this.waiting = from.order.slice(0, index).filter(id => !this.isFiltered || accepts(from.calls.get(id))).length;
        return;
      }
    }
    this.rows = this.isFiltered ? from.order.filter(id => accepts(from.calls.get(id))) : from.order.slice();
    this.waiting = 0;
  },
  // A call that is new. It is put in at the top where somebody looks there; else it is counted.
  fresh(id) {
    if (showsBefore || (this.isFiltered && !filterOf(at.filter, at.verdicts)(store.calls.get(id)))) return;
    if (this.isHeld()) this.waiting += 1;
    else this.front.put(id);
  },
  isHeld() {
    const {element} = this;
    if (!element?.isConnected) return false;
    if (element.scrollTop > 4) return true;
    const selection = getSelection();
    return !!selection && !selection.isCollapsed && element.contains(selection.anchorNode);
  },

  get scale() { return Math.max(1, this.rows.length * ROW / TALLEST); },
  get top() { return this.element.scrollTop * this.scale; },

  build() {
    const spacer = h('div', {cls: 'vs', role: 'presentation'});
    this.element = h('div', {
      cls: 'vp', id: 'calls', role: 'listbox', tabindex: 0, 'aria-label': 'Calls, newest first',
      on: {
        scroll: () => { if (!this.isAsked) { this.isAsked = true; requestAnimationFrame(() => { this.isAsked = false; this.scrolled(); }); } },
        click: event => {
          const row = event.target.closest('.call');
          if (row && getSelection()?.isCollapsed !== false) this.pick(this.rows.indexOf(row.id.slice(2)));
        },
        keydown: event => this.key(event),
      },
    }, spacer);
    this.range = null;
    const search = h('input', {
      id: 'find', type: 'search', placeholder: 'target:+1425* rule:"lost response" status:429', autocomplete: 'off', spellcheck: 'false', value: at.filter,
      on: {input: event => { at.filter = event.target.value; this.refilter(); }, keydown: event => { if (event.key === 'Escape') { event.stopPropagation(); this.element.focus(); } }},
    });
    return h('section', {cls: 'list', 'aria-label': 'Calls'},
      h('div', {cls: 'find'},
        h('label', {cls: 'box'}, icon('find'), h('span', {cls: 'sr'}, 'Filter calls'), search, h('kbd', {'aria-hidden': 'true'}, '/')),
        REPORT ? null : button('Clear', () => clearJournal(), {icon: 'bin'})),
      h('div', {cls: 'chips', role: 'group', 'aria-label': 'Show only'}), this.element, h('div', {cls: 'foot'}), h('div', {cls: 'pill'}));
  },
  refilter() {
    if (this.element) this.element.scrollTop = 0;
    keepAddress();
    this.take();
    changed('list');
  },

  // Paints what has changed: rows, chips, the foot.
  paint() {
    if (!this.element?.isConnected) return;
    if (this.isOld || this.element.scrollTop <= 4 && this.waiting) this.take();
    this.rowsPaint(true);
    this.chips();
    this.foot();
  },
  rowsPaint(isForced) {
    const {element, rows} = this, spacer = element.firstChild;
    const height = element.clientHeight, top = this.top;
    const first = Math.max(0, Math.min(rows.length - 1, Math.floor(top / ROW)) - SPARE);
    const last = Math.min(rows.length, Math.ceil((top + height) / ROW) + SPARE);
    const range = `${first} ${last} ${at.call} ${rows.length}`;
    if (!isForced && this.range === range) return;
    this.range = range;
    const from = shownStore(), shift = element.scrollTop - top;
    const made = [];
    for (let i = first; i < last; i++) {
      const call = from.calls.get(rows[i]);
      if (call) made.push(callRow(call, i, rows.length, i * ROW + (this.scale > 1 ? shift : 0)));
    }
    // Nothing is put where it is already: a selection in the list stays.
    if (made.length !== spacer.childElementCount || made.some((row, i) => !row.isEqualNode(spacer.children[i]))) {
      if (made.length === spacer.childElementCount) made.forEach((row, i) => { if (!row.isEqualNode(spacer.children[i])) spacer.children[i].replaceWith(row); });
      else spacer.replaceChildren(...made);
    }
    const tall = Math.min(rows.length * ROW, TALLEST) + 'px';
    if (spacer.style.height !== tall) spacer.style.height = tall;
    const chosen = at.call ? rows.indexOf(at.call, first) : -1;
    if (chosen >= first && chosen < last) element.setAttribute('aria-activedescendant', 'c-' + at.call);
    else element.removeAttribute('aria-activedescendant');
  },
  async scrolled() {
    if (!this.element?.isConnected) return;
    if (this.element.scrollTop <= 4 && this.waiting) { this.take(); changed('list'); return; }
    this.rowsPaint();
    const from = shownStore();
    if (!from.isWhole && this.top + this.element.clientHeight * 4 > this.rows.length * ROW) await this.more();
  },
  async more() {
    const from = shownStore();
    await from.more();
    if (from === shownStore()) { this.take(); changed('list'); }
  },
  // The rest, page by page, so that a filter sees all of it.
  async all() {
    const from = shownStore();
    while (!from.isWhole && from === shownStore()) {
      const known = from.order.length;
      await this.more();
      if (from.order.length === known) break;
    }
  },

  get counts() { return shownStore().counts; },
  get problems() { return Object.entries(this.counts).reduce((sum, [name, n]) => sum + (VERDICTS[name]?.problem ? n : 0), 0); },
  chips() {
    const box = $('.chips'), {counts} = this;
    const made = [];
    for (const [name, verdict] of Object.entries(VERDICTS)) {
      if (!counts[name] && !at.verdicts.has(name)) continue;
      made.push(h('button', {cls: 'chip', type: 'button', id: 'chip-' + name, 'aria-pressed': String(at.verdicts.has(name)), on: {click: () => {
        if (!at.verdicts.delete(name)) at.verdicts.add(name);
        this.refilter();
      }}}, icon(verdict.icon, 'k-' + verdict.color), verdict.chip, h('b', {}, count(counts[name] || 0))));
    }
    keepFocus(box, () => box.replaceChildren(...made));
  },
  foot() {
    const from = shownStore(), foot = $('.foot');
    const known = many(from.order.length, 'call'), some = from.isWhole ? '' : ' loaded';
    const parts = [h('span', {role: 'status'}, this.isFiltered ? `${count(this.rows.length)} of ${known}${some}` : known + some)];
    if (this.isFiltered && !from.isWhole) parts.push(button('search all', () => this.all(), {cls: 'quiet'}));
    const gone = (from.dropped || 0) + from.forgot;
    parts.push(h('span', {cls: 'grow'}));
    const lost = resources.find(r => r.name === from.name)?.dropped;
    if (lost) parts.push(h('span', {cls: 'k-warn'}, `${many(lost, 'older request')} not kept (--journal-limit, --journal-bytes)`));
    else if (gone) parts.push(h('span', {cls: 'k-warn'}, `${many(gone, 'older call')} not kept`));
    else parts.push(h('span', {cls: 'keys'}, '↑↓ move · Enter open · N next problem · ? keys'));
    keepFocus(foot, () => foot.replaceChildren(...parts));
    const pill = $('.pill');
    pill.replaceChildren(...(this.waiting ? [button(many(this.waiting, 'new call'), () => { this.element.scrollTop = 0; this.take(); changed('list'); this.element.focus({preventScroll: true}); }, {cls: 'pri', icon: 'up'})] : []));
  },

  pick(index, isOpened) {
    const id = this.rows[index];
    if (id === undefined) return;
    if (at.call !== id) { at.call = id; at.attempt = 0; }
    this.show(index);
    keepAddress();
    this.rowsPaint();
    changed('detail', 'title');
    if (isOpened) { frame.paint(new Set(['detail'])); $('.det')?.focus(); }
  },
  show(index) {
    const {element} = this, y = index * ROW;
    if (y < this.top) element.scrollTop = y / this.scale;
    else if (y + ROW > this.top + element.clientHeight) element.scrollTop = (y + ROW - element.clientHeight) / this.scale;
  },
  get index() { return at.call ? this.rows.indexOf(at.call) : -1; },
  problem() {
    const from = shownStore(), start = this.index;
    const found = this.rows.findIndex((id, i) => i > start && VERDICTS[from.calls.get(id)?.verdict]?.problem);
    if (found >= 0) this.pick(found); else say('No further problem');
  },
  key(event) {
    const step = Math.max(1, Math.floor(this.element.clientHeight / ROW) - 1);
    const move = {ArrowDown: 1, ArrowUp: -1, PageDown: step, PageUp: -step}[event.key]
      ?? (keys.areOn && !event.ctrlKey && !event.metaKey && !event.altKey ? {j: 1, k: -1}[event.key] : undefined);
    const last = this.rows.length - 1;
    const target = move !== undefined ? Math.max(0, Math.min(last, Math.max(0, this.index) + move)) : {Home: 0, End: last}[event.key];
    if (target !== undefined) { event.preventDefault(); this.pick(target); } else if (event.key === 'Enter') { event.preventDefault(); this.pick(Math.max(0, this.index), true); }
  },
};

function callRow(call, index, length, top) {
  const verdict = verdictOf(call), tries = call.attempts.length + (call.skippedAttempts || 0);
  // Where none is chosen the newest one is shown.
  const chosen = call.id === (at.call || list.rows[0]);
  return h('div', {cls: 'call', role: 'option', id: 'c-' + call.id, 'aria-selected': String(chosen), 'aria-posinset': index + 1, 'aria-setsize': length, vars: {top: top + 'px'}},
    h('div', {cls: 'ic k-' + verdict.color}, icon(verdict.icon)),
    h('div', {cls: 'in2'},
      h('div', {cls: 'row'}, h('span', {cls: 'v k-' + verdict.color}, verdict.words, tries > 1 ? h('span', {cls: 'after'}, ` after ${tries} tries`) : null),
        h('span', {cls: 'tgt el m'}, short(targetWords(call) || '— no target', 120)), h('span', {cls: 'when', title: localTime(startOf(call))}, clockTime(startOf(call)))),
      strip(call)));
}
const startOf = call => call.attempts[0]?.time || call.rangAt || '';

// The tries of a call in a line, with the waits between them. Of many the first three and the last two.
function strip(call) {
  const {attempts} = call, line = h('div', {cls: 'strip'});
  const cut = attempts.length > 6;
  attempts.forEach((attempt, i) => {
    if (cut && i >= 3 && i < attempts.length - 2) {
      if (i === 3) line.append(h('span', {cls: 'mute'}, '+' + (attempts.length - 5 + (call.skippedAttempts || 0))));
      return;
    }
    if (i > 0) {
      const asked = brokenWait(attempts, i);
      line.append(h('span', {cls: asked != null ? 'gap early' : 'gap'}, span(pauseBefore(attempts, i)) + (asked != null ? ' of ' + round(asked) : '')));
    }
    line.append(token(attempt));
  });
  const reason = reasonOf(call);
  if (reason?.[0]) line.append(h('span', {cls: 'el' + (reason[1] ? ' k-bad' : '')}, short(reason[0])));
  const marks = marksOf(call);
  if (marks.length) line.append(h('span', {cls: 'marks'}, marks.map(([name, words]) => h('span', {cls: 'mk' + (name === 'bolt' ? ' mute' : '')}, icon(name), h('span', {cls: 'el'}, words)))));
  return line;
}

// What else bears on a call: rules that hit it, the clock when it was moved meanwhile, and what was changed just before it.
function marksOf(call) {
  const {attempts} = call, marks = [], rules = [...new Set(attempts.map(ruleOf).filter(rule => rule != null))];
  if (rules.length) marks.push(['bolt', short(rules[0], 40) + (rules.length > 1 ? ` and ${rules.length - 1} more` : '')]);
  for (let i = 1; i < attempts.length; i++) { const jump = clockJump(attempts, i); if (jump) marks.push(['clock', jumpWords(jump)]); }
  // A clock that was moved within the call shows in its times.
  const changes = (shownStore().marks.get(call.id) || []).filter(([name]) => name !== 'clock' || !marks.some(mark => mark[0] === name));
  return [...marks, ...changes].slice(0, 4);
}

// What a filter's words ask for: name:value, name:"a value", and free words, which are looked for everywhere.
function filterOf(text, verdicts) {
  const parts = [...text.matchAll(/(?:(target|rule|status|stage|requestId|client|end|verdict):)?(?:"([^"]*)"?|(\S+))/gi)].map(m => [m[1]?.toLowerCase(), (m[2] ?? m[3]).toLowerCase()]);
  const glob = value => new RegExp('^' + value.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.') + '$', 'i');
  const status = value => a => value === 'none' ? a.status == null : /^\dxx$/.test(value) ? String(a.status)[0] === value[0] : String(a.status) === value;
  const tests = parts.map(([name, value]) => {
    const some = test => call => call.attempts.some(test);
    switch (name) {
    case 'target': { const g = glob(value); return call => g.test(targetOf(call)) || g.test(call.target?.kind || ''); }
    case 'rule': { const g = glob(value); return some(a => a.rule != null && g.test(a.rule)); }
    case 'status': return some(status(value));
    case 'stage': return some(a => stageOf(a).toLowerCase() === value);
    case 'requestid': return some(a => (a.requestId || '').toLowerCase().startsWith(value));
    case 'client': return call => JSON.stringify([call.userAgent, call.clientRequestId, ...call.attempts.map(a => [a.userAgent, a.clientRequestId])]).toLowerCase().includes(value);
    case 'end': return some(a => String(a.end ?? 'open').toLowerCase() === value || tokenText(a).toString().toLowerCase() === value);
    case 'verdict': return call => call.verdict.toLowerCase() === value;
    default: return call => JSON.stringify(call).toLowerCase().includes(value);
    }
  });
  return call => !!call && (!verdicts.size || verdicts.has(call.verdict)) && tests.every(test => test(call));
}

async function clearJournal() {
  const number = store.order.length;
  if (number > 100 && !await ask(`Remove ${many(number, 'call')} from the journal?`, 'Remove')) return;
  if (!await api.want('DELETE', store.root + '/requests')) return;
  store.clear();
  at.call = null;
  list.take();
  keepAddress();
  refresh();
}

// A part is put in again, and what had the focus in it has it again.
function keepFocus(box, replace) {
  const id = box.contains(D.activeElement) ? D.activeElement.id : '';
  replace();
  if (id) D.getElementById(id)?.focus({preventScroll: true});
}

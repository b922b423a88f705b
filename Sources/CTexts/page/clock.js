// The resource's own clock.
const clock = {
  // How far it was moved, and how far it is from this browser's.
  offsetMs: 0, aheadMs: 0,
  take(body) {
    if (!body?.now) return;
    this.aheadMs = Date.parse(body.now) - Date.now();
    // What was read late is a little off; the offset is not.
    this.offsetMs = (body.offset?.startsWith('-') ? -1 : 1) * [...(body.offset || '').matchAll(/([\d.]+)(ms|s|m|h)/g)].reduce((sum, [, n, unit]) => sum + n * {ms: 1, s: 1000, m: 60000, h: 3600000}[unit], 0);
  },
  async load() {
    const {status, body} = await api.get(store.root + '/clock').catch(() => ({status: 0}));
    if (status === 200) { this.take(body); changed('clock'); }
  },
  async set(json) {
    const body = await api.want('PUT', store.root + '/clock', {json});
    if (body) { this.take(body); changed('clock', 'view', 'list'); refresh(); }
  },
  move(ms) { return this.set({offset: Math.round(this.offsetMs + ms) + 'ms'}); },
  get now() { return new Date(Date.now() + this.aheadMs).toISOString(); },
  get words() { return this.offsetMs ? (this.offsetMs > 0 ? '+' : '−') + span(Math.abs(this.offsetMs)).replace(/ 59 s$|\.\d+/, m => m === ' 59 s' ? m : '') : ''; },
};

function clockView() {
  const skew = Math.abs(clock.offsetMs) > 300000;
  const note = (kind, title, text, ...more) => h('li', {cls: 'card row'}, icon(kind, 'k-' + (kind === 'dash' ? 'idle' : kind)), h('div', {}, h('b', {}, title), h('div', {cls: 'sm mute'}, text)), h('span', {cls: 'grow'}), ...more);
  const rules = (scenario.body?.rules || []).filter(r => r.during != null);
  const input = h('input', {cls: 'in m', id: 'setto', value: clock.now.slice(0, 19) + 'Z', 'aria-label': 'Set to, UTC'});
  return h('main', {cls: 'view', id: 'main', tabindex: -1}, h('div', {cls: 'narrow'}, h('h2', {}, 'Clock'),
    h('p', {cls: 'lead'}, 'This resource’s own clock. It decides expiry of tokens, skew of signatures, the repeatability window, how long calls ring and rules with during. Pauses between tries do not depend on it.'),
    h('div', {cls: 'card'}, h('div', {cls: 'row wrap'}, h('span', {cls: 'big', id: 'now'}, clockTime(clock.now)), h('span', {cls: 'mute'}, clock.now.slice(0, 10) + ', UTC'), clock.offsetMs ? h('span', {cls: 'n warn'}, span(Math.abs(clock.offsetMs)) + (clock.offsetMs > 0 ? ' ahead' : ' behind')) : h('span', {cls: 'n'}, 'real time'), h('span', {cls: 'grow'}), REPORT ? null : button('Back to real time', () => clock.set({offset: '0s'}), {disabled: !clock.offsetMs})),
      REPORT ? null : h('div', {cls: 'row wrap gap12'}, [['+10 s', 10000], ['+1 min', 60000], ['+5 min', 300000], ['+1 h', 3600000]].map(([words, ms]) => button(words, () => clock.move(ms))), h('label', {cls: 'sm mute', for: 'setto'}, 'or to'), input, button('Set', () => clock.set({now: input.value.trim()})))),
    h('h3', {cls: 'h3 gap16'}, 'What this means now'),
    h('ul', {},
      skew ? note('warn', 'Clients that sign with the real time are refused', `401: the clock is ${span(Math.abs(clock.offsetMs))} from theirs, and 5 min are allowed.`) : note('ok', 'Signatures made with the real time are accepted', 'Up to 5 min of skew are allowed.', REPORT ? null : button('Past it', () => clock.move(301000))),
      note('dash', `Request ids first sent before ${clockTime(new Date(Date.parse(clock.now) - 300000).toISOString())} are too old`, 'A retry of one is refused with 412: the repeatability window is 5 min.', REPORT ? null : button('Past the window', () => clock.move(301000))),
      note('dash', 'Tokens made here are valid for 1 h', 'A client with an older one gets 401, and has to fetch another.', REPORT ? null : button('Past their end', () => clock.move(3601000))),
      rules.map(r => note('dash', `Rule “${short(r.name)}” holds during ${typeof r.during === 'object' ? JSON.stringify(r.during) : r.during}`, 'Counted from when the scenario was loaded.')))));
}

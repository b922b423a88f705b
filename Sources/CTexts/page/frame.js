// The header, the resources, the banners, and which view is shown.
function goTo(view) {
  at.view = view;
  keepAddress(true);
  changed('all');
  frame.wantsFocus = true;
}

const frame = {
  shown: null,

  build() {
    D.body.replaceChildren(h('a', {cls: 'skip', href: '#main', on: {click: event => { event.preventDefault(); $('#main')?.focus(); }}}, 'Skip to the content'),
      h('header', {cls: 'top'}), h('div', {cls: 'below'}, h('div', {cls: 'banners'}), h('div', {cls: 'frame'})), h('div', {cls: 'toast', role: 'status'}));
  },

  get isOne() { return resources.length < 2 || at.view === 'drill'; },
  // What fills the frame; another one is built again.
  get kind() {
    if (live.state === 'locked') return 'key';
    if (at.view !== 'calls') return at.view;
    return !REPORT && store.isLoaded && !store.order.length && !before && !at.call && !store.isGone ? 'empty' : 'calls';
  },

  paint(parts) {
    const all = parts.has('all');
    const {kind} = this, shape = `${kind} ${this.isOne} ${store.name}`;
    const isOther = shape !== this.shown;
    if (isOther) { this.shown = shape; this.body(kind); }
    const has = (...names) => all || isOther || names.some(n => parts.has(n));
    if (has('live', 'list', 'rail', 'rules', 'clock', 'title', 'view')) this.header();
    if (has('live', 'banner', 'list')) this.banners();
    if (has('rail', 'list')) this.rail();
    if (kind === 'calls' && has('list', 'rail')) list.paint();
    if (kind === 'calls' && has('list', 'detail')) detail.paint();
    if (kind === 'rules' && has('rules', 'view')) paintRules();
    if (kind === 'ring' && has('ring', 'list', 'tick')) paintRing();
    if ((kind === 'clock' && has('clock', 'view', 'rules') || kind === 'connect' && has('connect', 'view')) && !isOther) this.view(kind);
    if (kind === 'clock' && parts.has('tick')) { const now = $('#now'); if (now) now.textContent = clockTime(clock.now); }
    if (this.wantsFocus) { this.wantsFocus = false; $('#main')?.focus(); }
  },

  body(kind) {
    const box = $('.frame'), isWide = kind !== 'calls';
    box.className = 'frame' + (this.isOne || kind === 'key' ? ' one' : '') + (isWide ? ' wide' : '');
    list.element = null;
    box.replaceChildren(...[this.isOne || kind === 'key' ? null : h('nav', {cls: 'rail', 'aria-label': 'Resources'}), ...(kind === 'calls' ? [list.build(), detail.build()] : [this.make(kind)])].filter(Boolean));
    if (kind === 'rules' || kind === 'clock') scenario.load();
    if (kind === 'rules' || kind === 'connect') connection();
    if (kind === 'calls') list.take();
  },
  make(kind) { return {rules: rulesView, ring: ringView, clock: clockView, connect: connectView, drill: drillView, empty: emptyView, key: keyView}[kind](); },
  view(kind) {
    const old = $('#main');
    if (old.contains(D.activeElement) && /INPUT|TEXTAREA/.test(D.activeElement.tagName)) return;
    const focus = old.contains(D.activeElement) ? D.activeElement.id : '';
    old.replaceWith(this.make(kind));
    if (focus) D.getElementById(focus)?.focus();
  },

  header() {
    const {problems} = list;
    const isLocked = live.state === 'locked';
    const badges = {
      drill: DRILL?.failed ? ['bad', many(DRILL.failed, 'day')] : null,
      calls: store.order.length ? ['', count(store.order.length) + (store.isWhole ? '' : '+')] : null,
      rules: scenario.unfired ? ['warn', scenario.unfired, ' never fired'] : null, clock: clock.offsetMs ? ['warn', clock.words.slice(0, 1), clock.words.slice(1)] : null,
    };
    const [state, words, more] = REPORT ? ['paused', 'Report', clockTime(REPORT.at)] : live.state === 'lost' ? ['lost', 'No connection', `trying again in ${Math.max(0, Math.ceil((live.retryAt - Date.now()) / 1000))} s`]
      : isLocked ? ['paused', 'Locked', ''] : live.isPaused ? ['paused', 'Paused', live.held.size ? `${count(live.held.size)} waiting` : ''] : live.state === 'live' ? ['live', 'Live', live.rate > 50 ? `${count(live.rate)}/s` : ''] : ['paused', 'Connecting', ''];
    const made = [
      h('h1', {cls: 'brand'}, icon('phone'), h('span', {cls: 'name'}, 'redirect-emulator'), h('span', {cls: 'ver'}, live.version || REPORT?.version || '')),
      this.isOne || isLocked ? null : h('span', {id: 'narrow-res'}, h('label', {cls: 'sr', for: 'rs'}, 'Resource'), h('select', {cls: 'btn', id: 'rs', on: {change: e => { location.hash = '#/' + encodeURIComponent(e.target.value); }}}, resources.map(r => h('option', {selected: r.name === store.name, value: r.name}, short(r.name, 64))))),
      isLocked ? null : h('nav', {cls: 'tabs main', 'aria-label': 'Views'}, Object.entries(VIEWS).filter(([view]) => !REPORT || view === 'drill' || (view === 'calls' || view === 'rules') && REPORT.resources.length).map(([view, name]) => h('a', {href: view === at.view ? addressOf() : fragment(view), id: 'view-' + view, 'aria-current': view === at.view ? 'page' : null}, name, badges[view] ? h('span', {cls: 'n ' + badges[view][0]}, badges[view][1], badges[view][2] && h('span', {cls: 'lb'}, badges[view][2])) : null))),
      h('span', {cls: 'grow'}),
      h('span', {cls: 'live', 'data-s': state}, h('span', {cls: 'dot'}), h('span', {role: 'status'}, words), more ? h('span', {cls: 'sm mute'}, more) : null),
      REPORT || isLocked ? null : button(h('span', {cls: 'lb'}, live.isPaused ? 'Resume' : 'Pause'), () => live.pause(), {icon: live.isPaused ? 'play' : 'pause', name: live.isPaused ? 'Resume' : 'Pause', id: 'pause'}),
      REPORT || isLocked ? null : button(h('span', {cls: 'lb'}, 'Report'), saveReport, {icon: 'down', cls: 'hid', name: 'Save a report', id: 'report'}),
      button(icon('moon'), turnTheme, {cls: 'ico quiet', name: 'Light or dark', id: 'theme'}),
      button(h('kbd', {'aria-hidden': 'true'}, '?'), keyDialog, {cls: 'ico quiet', name: 'Keyboard shortcuts', id: 'keys'}),
    ].filter(Boolean);
    const top = $('.top');
    // The same is not put in again: screen readers would read it again.
    if (made.length === top.childElementCount) made.forEach((part, i) => { if (!part.isEqualNode(top.children[i])) keepFocus(top.children[i], () => top.children[i].replaceWith(part)); });
    else keepFocus(top, () => top.replaceChildren(...made));
    const title = (problems ? `✗ ${problems} · ` : '') + (isLocked ? 'locked' : store.name) + ' · redirect-emulator';
    if (D.title !== title) D.title = title;
  },

  banners() {
    const made = [];
    const add = (kind, name, ...content) => made.push(h('div', {cls: 'banner ' + kind, role: kind === 'bad' ? 'alert' : 'status', 'data-b': name}, icon('warn'), h('span', {cls: 'grow'}, ...content.filter(c => !(c instanceof Element && c.matches('button')))), ...content.filter(c => c instanceof Element && c.matches('button'))));
    if (live.state === 'lost') add('bad', 'lost', h('b', {}, `The emulator has not responded since ${clockTime(live.lostAt)}.`), ' The page shows what it received until then.', button('Try now', () => live.hurry?.(), {id: 'trynow'}), button('Save report', saveReport, {icon: 'down', id: 'savelost'}));
    if (before) add('', 'again', h('b', {}, `The emulator was started again at ${clockTime(live.restartedAt)}.`), showsBefore ? ' Below is the run before.' : ` The run before had ${many(before.order.length, 'call')}.`,
      button(showsBefore ? 'Show this run' : 'Show the run before', () => { showsBefore = !showsBefore; list.reset(); list.take(); changed('all'); }, {id: 'showbefore'}), button('Put it away', () => { before = null; showsBefore = false; list.reset(); list.take(); changed('all'); }, {id: 'putaway'}));
    if (store.missed) add('', 'missed', h('b', {}, `${many(store.missed, 'request')} were dropped`), ' before this page saw them: see --journal-limit and --journal-bytes.', button('Dismiss', () => { store.missed = 0; changed('banner'); }, {id: 'dismiss'}));
    if (live.isTooFast) add('', 'fast', h('b', {}, 'Too fast to show each.'), ' The newest calls are loaded instead.');
    if (store.isGone) add('', 'gone', h('b', {}, `There is no resource ${short(store.name, 64)} any more.`), store.order.length ? ' What this page had received is kept.' : '');
    const box = $('.banners');
    if (made.length === box.childElementCount && made.every((b, i) => b.isEqualNode(box.children[i]))) return;
    keepFocus(box, () => box.replaceChildren(...made));
  },

  rail() {
    const rail = $('.rail');
    if (!rail) return;
    const sorted = resources.map(r => r.name === store.name ? {...r, problems: list.problems, calls: store.order.length} : r).sort((a, b) => (b.problems > 0) - (a.problems > 0) || (b.problems || 0) - (a.problems || 0) || a.name.localeCompare(b.name));
    const made = [h('h2', {}, h('span', {}, 'Resources'), h('span', {}, count(sorted.length))), h('ul', {}, sorted.map(r => h('li', {}, h('a', {href: '#/' + encodeURIComponent(r.name), id: 'res-' + r.name, cls: r.isGone ? 'gone' : null, 'aria-current': r.name === store.name ? 'true' : null, title: r.isGone ? 'removed; what this page had received is kept' : null},
      h('span', {cls: 'el grow'}, short(r.name, 64)), r.problems ? h('span', {cls: 'n bad'}, h('span', {cls: 'sr'}, 'problems: '), '✗ ' + count(r.problems)) : null, r.calls ? h('span', {cls: 'n'}, h('span', {cls: 'sr'}, 'calls: '), count(r.calls)) : null))))];
    if (made.every((part, i) => rail.children[i]?.isEqualNode(part))) return;
    keepFocus(rail, () => rail.replaceChildren(...made));
  },
};

function emptyView() {
  const box = h('main', {cls: 'view', id: 'main', tabindex: -1});
  const section = (number, title, ...content) => h('section', {}, h('h3', {}, h('i', {'aria-hidden': 'true'}, number), title), ...content);
  const trio = h('div', {cls: 'trio'}, Object.entries(EXAMPLES).slice(0, 5).map(([name, [about]]) => h('button', {type: 'button', on: {click: () => giveBadDay(name)}}, h('b', {}, name), h('span', {}, about))), h('button', {type: 'button', on: {click: () => goTo('rules')}}, h('b', {}, 'Paste a scenario…'), h('span', {}, 'YAML or JSON; errors are shown with line and column.')));
  const fill = known => {
    const host = known ? `${known.host}:${known.port}` : location.host;
    box.replaceChildren(h('div', {cls: 'hello'}, h('h2', {}, h('span', {cls: 'dot pulse', 'aria-hidden': 'true'}), 'Waiting for the first request'),
      h('p', {cls: 'lead'}, 'Nothing has been sent to ', h('b', {}, 'http://' + host), ' yet. The first call appears here the moment it arrives; there is no need to reload.'),
      section('1', 'Point your app at the emulator', known ? snippet(LANGUAGES.Environment(`endpoint=https://${host}/;accesskey=${known.accessKey}`, location.origin + '/_emulator/ca.pem'), 'Environment lines') : null, h('p', {cls: 'sm mute'}, 'Other languages, docker and the CA certificate: ', h('a', {href: fragment('connect')}, 'Connect'))),
      section('2', 'Or send one request now', known ? snippet(sampleCurl('http://' + host, known.token), 'A first request with curl') : null, canSend(known) ? h('div', {cls: 'row wrap gap8'}, button('Send it from this page', sendSample, {cls: 'pri', icon: 'play'}), h('span', {cls: 'sm mute'}, 'a valid redirect, which gets 204')) : null),
      section('3', 'Then give it a bad day', trio)));
  };
  fill(null);
  connection().then(known => { if (known && box.isConnected) fill(known); });
  return box;
}

function keyView() {
  const input = h('input', {cls: 'in m', id: 'key', type: 'password', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'keyerror'});
  return h('main', {cls: 'view', id: 'main', tabindex: -1}, h('div', {cls: 'hello'}, h('h2', {}, icon('key'), 'This emulator asks for its control key'),
    h('p', {cls: 'lead'}, 'It was started with --control-key. The key is kept in this tab until it is closed, and sent to this emulator only.'),
    h('form', {cls: 'row keyform', on: {submit: event => { event.preventDefault(); api.key = input.value; api.keep(); live.state = 'connecting'; begin(); }}}, h('label', {cls: 'sr', for: 'key'}, 'Control key'), input, h('button', {cls: 'btn pri', type: 'submit'}, 'Open')),
    h('p', {id: 'keyerror', role: 'alert', cls: 'k-bad'}, live.isWrong ? 'That is not the key.' : ''),
    h('p', {cls: 'sm mute'}, 'Or add #key=… to this address.')));
}

// The emulator makes the report, out of the same journal. Without it what this page has is saved.
async function saveReport() {
  try {
    const {status, body} = await api.get(store.root + '/report.html');
    if (status === 200) return saveFile(`redirect-emulator-${store.name}.html`, body, 'text/html');
  } catch { /* no connection */ }
  saveFile(`redirect-emulator-${store.name}.json`, JSON.stringify({version: live.version, at: new Date().toISOString(), resource: store.name, calls: shownStore().all, requests: [...shownStore().entries.values()]}, null, 2), 'application/json');
}

function turnTheme() {
  const root = D.documentElement, isDark = (root.dataset.theme || (matchMedia('(prefers-color-scheme:dark)').matches ? 'dark' : 'light')) === 'dark';
  root.dataset.theme = isDark ? 'light' : 'dark';
  try { localStorage.setItem('redirect-emulator-theme', root.dataset.theme); } catch { /* no storage */ }
}

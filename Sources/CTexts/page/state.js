// What is shown. All that a link should keep is in the address: #/RESOURCE/calls/ID/TRY/PANE?f=…, #/RESOURCE/rules and so on.
const VIEWS = {...(REPORT?.drill && {drill: 'Drill'}), calls: 'Calls', rules: 'Rules', ring: 'Ring', clock: 'Clock', connect: 'Connect'};
const PANES = {why: 'Why', request: 'Request', answer: 'Response', changes: 'Changes', json: 'JSON'};
const stores = new Map();
const failures = [];
let store = new Store('default');
let resources = [];
const at = {view: 'calls', call: null, attempt: 0, pane: 'why', filter: '', verdicts: new Set()};
// The calls of the run before, while the page tells of the emulator's start.
let before = null, showsBefore = false;

const fragment = (view, ...rest) => '#/' + [encodeURIComponent(store.name), view, ...rest.filter(Boolean).map(encodeURIComponent)].join('/');

function filterText() {
  const parts = new URLSearchParams();
  if (at.filter) parts.set('f', at.filter);
  if (at.verdicts.size) parts.set('v', [...at.verdicts].join(','));
  return parts.size ? '?' + parts : '';
}
const addressOf = () => at.view === 'calls'
  ? fragment('calls', at.call, at.call && at.attempt ? String(at.attempt) : '', at.call && at.attempt && at.pane !== 'why' ? at.pane : '') + filterText()
  : fragment(at.view);
const linkOf = () => location.href.replace(/#.*/, '') + addressOf().replace(/\?.*/, '');

// Calls and tries replace the entry of the history; a view is a new one.
function keepAddress(isNew) {
  const address = addressOf();
  if (address !== location.hash) history[isNew ? 'pushState' : 'replaceState'](null, '', address);
}

function readAddress() {
  const [path, query] = location.hash.replace(/^#\/?/, '').split('?');
  const decode = part => { try { return decodeURIComponent(part); } catch { return part; } };
  const [resource, view, call, attempt, pane] = path.split('/').map(decode);
  const parts = new URLSearchParams(query || '');
  at.view = Object.hasOwn(VIEWS, view) ? view : REPORT?.drill && !resource ? 'drill' : 'calls';
  at.call = at.view === 'calls' && call || null;
  at.attempt = at.call ? Math.max(0, parseInt(attempt, 10) || 0) : 0;
  at.pane = Object.hasOwn(PANES, pane) ? pane : 'why';
  at.filter = parts.get('f') || '';
  at.verdicts = new Set((parts.get('v') || '').split(',').filter(v => Object.hasOwn(VERDICTS, v)));
  return resource || (REPORT ? REPORT.resources[0]?.name : null) || 'default';
}

function useResource(name) {
  if (!stores.has(name)) stores.set(name, new Store(name));
  store = stores.get(name);
  before = null;
  showsBefore = false;
  live.start(name);
  list.reset();
  refresh();
}

// What the list shows: this run, or the one before.
const shownStore = () => showsBefore && before ? before : store;

// Loads the newest calls again. What is on its way is not asked for twice; what comes meanwhile is asked for once more.
async function refresh() {
  const asked = store;
  if (asked.isAsking) { asked.asksAgain = true; return; }
  asked.isAsking = true;
  try {
    do {
      asked.asksAgain = false;
      await asked.newest();
    } while (asked.asksAgain);
    live.isTooFast = false;
  } catch {
    // No connection: the stream says so, and asks again when there is one.
  } finally {
    asked.isAsking = false;
  }
  if (asked === store) { list.take(); changed('all'); }
}

function putCall(call) {
  const place = store.put(call);
  if (place === 0) list.fresh(call.id);
  else if (place > 0) list.isOld = true;
  if (place >= 0 && store.size > LIMITS.calls) store.prune();
}

// Another emulator answers: what was received of the one before stays until somebody puts it away.
function restarted() {
  if (store.order.length) before = store;
  showsBefore = false;
  stores.clear();
  stores.set(store.name, store = new Store(store.name));
  list.reset();
  loadResources();
}

async function loadResources() {
  let answer = null;
  try {
    answer = await api.get('/_emulator/resources?summary=true');
  } catch { /* no connection */ }
  if (answer?.status !== 200) return;
  const names = new Set(answer.body.resources.map(r => r.name));
  const gone = resources.filter(r => !names.has(r.name) && stores.get(r.name)?.order.length).map(r => ({...r, isGone: true}));
  // Keys and tokens that the list may have are not kept.
  resources = [...answer.body.resources.map(({name, calls, problems, last, dropped}) => ({name, calls: typeof calls === 'number' ? calls : null, problems, last, dropped})), ...gone];
  changed('rail');
}

// Names parts that are to be painted again; a part is painted once a frame.
const dirty = new Set();
function changed(...parts) {
  for (const part of parts) dirty.add(part);
  if (changed.isAsked) return;
  changed.isAsked = true;
  const paint = () => { changed.isAsked = false; const now = new Set(dirty); dirty.clear(); frame.paint(now); };
  if (D.hidden) setTimeout(paint, 200); else requestAnimationFrame(paint);
}

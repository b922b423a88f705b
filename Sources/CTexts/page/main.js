// The start.
function navigate() {
  const name = readAddress();
  if (name !== store.name || !stores.has(name) || !live.stopped && !REPORT) { scenario.reset(); useResource(name); clock.load(); scenario.load(); loadFailures(); connection(); }
  list.take();
  const find = $('#find');
  if (find && find.value !== at.filter) find.value = at.filter;
  changed('all');
  if (at.view === 'calls' && at.call) requestAnimationFrame(() => { if (list.element && list.index >= 0) list.show(list.index); });
}

function begin() {
  live.stopped = null;
  live.state = REPORT ? 'over' : 'connecting';
  frame.shown = null;
  loadResources();
  navigate();
}

try { const theme = localStorage.getItem('redirect-emulator-theme'); if (theme === 'dark' || theme === 'light') D.documentElement.dataset.theme = theme; } catch { /* no storage */ }
api.findKey();
keys.load();
frame.build();
begin();
addEventListener('hashchange', () => { if (/[#?&]key=/.test(location.hash)) { api.findKey(); begin(); } else navigate(); });
addEventListener('popstate', () => navigate());
addEventListener('resize', () => { list.rowsPaint && list.element?.isConnected && list.rowsPaint(true); placeNotes(); });
addEventListener('keydown', event => keys.press(event));
addEventListener('pageshow', event => { if (event.persisted) begin(); });
D.addEventListener('visibilitychange', () => live.hide(D.hidden));

// What changes by itself: the time until the next try for a connection, how long something is open, the clock.
setInterval(() => {
  if (D.hidden) return;
  live.rate = live.seen;
  live.seen = 0;
  if (live.state === 'lost' || live.rate > 50) changed('live');
  if (at.view === 'clock' || at.view === 'ring') changed('tick');
  if (at.view === 'calls' && detail.call?.attempts.some(a => a.end === null)) changed('detail');
}, 1000);
// Resources come and go without an event where the emulator has none for them.
setInterval(() => { if (!D.hidden && !REPORT && live.state === 'live') loadResources(); }, 15000);

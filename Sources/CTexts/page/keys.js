// Everything by keyboard. Single keys can be switched off, since they are in the way of some people's tools (WCAG 2.1.4).
const keys = {
  areOn: true, afterG: 0,
  load() { try { this.areOn = localStorage.getItem('redirect-emulator-keys') !== 'off'; } catch { /* no storage */ } },
  set(isOn) {
    this.areOn = isOn;
    try { localStorage.setItem('redirect-emulator-keys', isOn ? 'on' : 'off'); } catch { /* no storage */ }
  },
  press(event) {
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey || $('dialog[open]')) return;
    const {key} = event;
    if (key === 'Escape') { if (at.view === 'calls') list.element?.focus(); return; }
    if (!this.areOn) return;
    if (Date.now() - this.afterG < 1500) {
      this.afterG = 0;
      const view = {c: 'calls', r: 'rules', i: 'ring', k: 'clock', o: 'connect'}[key.toLowerCase()];
      if (view) { event.preventDefault(); goTo(view); return; }
    }
    const action = {
      '/': () => { if (at.view !== 'calls') goTo('calls'); $('#find')?.focus(); }, '?': keyDialog, g: () => { this.afterG = Date.now(); }, p: () => live.pause(),
      n: () => at.view === 'calls' && list.problem(),
      c: () => copyAs('curl'), v: () => copyAs('verify'), s: () => copyAs('scenario'), t: () => copyAs('pytest'), j: () => at.view === 'calls' && event.target !== list.element && copyAs('json'), l: () => copyAs('link'),
    }[key.toLowerCase()];
    if (action && (at.view === 'calls' || !'cvstjln'.includes(key.toLowerCase()))) { event.preventDefault(); action(); } else if (/^[1-9]$/.test(key) && detail.call?.attempts[key - 1]) { event.preventDefault(); detail.choose(Number(key), true); }
  },
};

function openDialog(label, ...content) {
  const opener = D.activeElement;
  const dialog = h('dialog', {'aria-label': label}, ...content);
  dialog.addEventListener('close', () => { dialog.remove(); opener?.focus?.(); });
  D.body.append(dialog);
  dialog.showModal();
  return dialog;
}
function keyDialog() {
  const rows = [['↑ ↓  j k', 'next, previous call'], ['N', 'next call with a problem'], ['Enter', 'into the call; Esc back to the list'], ['1 … 9', 'try of the call'], ['/', 'filter'], ['P', 'pause, resume'], ['C V S T J L', 'copy as curl, verify, scenario, pytest, JSON, link'], ['G then C R I K O', 'calls, rules, ring, clock, connect']];
  const dialog = openDialog('Keyboard shortcuts', h('h2', {cls: 'h3'}, 'Keyboard'), h('dl', {}, rows.map(([key, words]) => [h('dt', {}, h('kbd', {}, key)), h('dd', {}, words)])),
    h('label', {cls: 'row sm'}, h('input', {type: 'checkbox', cls: 'sw', role: 'switch', checked: keys.areOn, on: {change: e => keys.set(e.target.checked)}}), 'Single-key shortcuts'),
    h('div', {cls: 'row'}, h('span', {cls: 'grow'}), button('Close', () => dialog.close(), {cls: 'pri'})));
}
// Asks a question; true if it is confirmed.
const ask = (question, yes) => new Promise(done => {
  let isYes = false;
  const dialog = openDialog(question, h('p', {}, question), h('div', {cls: 'row gap12'}, h('span', {cls: 'grow'}), button('Cancel', () => dialog.close()), button(yes, () => { isYes = true; dialog.close(); }, {cls: 'pri'})));
  dialog.addEventListener('close', () => done(isYes));
});

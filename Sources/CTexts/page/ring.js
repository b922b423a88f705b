// Rings the app: an IncomingCall event to its webhook, and what the app does with it.
const ring = {
  values: {url: 'http://127.0.0.1:8080/api/incomingCall', from: '+12065550100', to: '+14255550110', schema: 'eventGrid', ringsFor: '30s', context: 'real'},
  error: null,
  async send(validate) {
    const v = this.values;
    const {status, body} = await api.ask('POST', store.root + '/calls', {json: {from: v.from, to: v.to, ringsFor: v.ringsFor, context: v.context, deliver: {url: v.url, schema: v.schema, ...(validate ? {validate: true} : {})}}}).catch(() => ({status: 0}));
    this.error = status === 201 ? null : status ? errorText(body, status) : 'The emulator does not respond';
    if (status === 201) { putCall(body); say('It rings'); }
    changed('ring', 'list');
  },
  async again(call) {
    if (await api.want('POST', `${store.root}/calls/${call.id}/deliver`)) refresh();
  },
  get curl() {
    const {url, from, to, schema, ringsFor, context} = this.values;
    return `curl -X POST ${quote(location.origin + store.root + '/calls')} -H 'content-type: application/json' ${api.key == null ? '' : "-H 'x-emulator-key: …' "}\\\n  -d ${quote(JSON.stringify({from, to, ringsFor, context, deliver: {url, schema}}))}`;
  },
};

function ringView() {
  const field = (name, label, choices) => [h('label', {for: 'ring-' + name}, label), choices
    ? h('select', {cls: 'in', id: 'ring-' + name, on: {change: e => { ring.values[name] = e.target.value; }}}, Object.entries(choices).map(([value, words]) => h('option', {value, selected: ring.values[name] === value}, words)))
    : h('input', {cls: 'in m', id: 'ring-' + name, value: ring.values[name], spellcheck: 'false', on: {input: e => { ring.values[name] = e.target.value; }}})];
  return h('main', {cls: 'view', id: 'main', tabindex: -1}, h('div', {cls: 'cols'},
    REPORT ? null : h('section', {'aria-label': 'Ring your app'}, h('h2', {}, 'Ring your app'), h('p', {cls: 'lead'}, 'Sends an IncomingCall event to your webhook, as Event Grid does, with a fresh incomingCallContext. Then watch what your app does with it.'),
      h('form', {on: {submit: event => { event.preventDefault(); ring.send(); }}},
        h('div', {cls: 'form'}, field('url', 'Webhook'), field('from', 'From'), field('to', 'To'), field('schema', 'Schema', {eventGrid: 'Event Grid', cloudEvents: 'CloudEvents 1.0'}), field('ringsFor', 'Rings for'), field('context', 'Context', {real: 'as long as a real one (8 KB)', short: 'short, for readable logs'})),
        h('div', {cls: 'row wrap gap12'}, h('button', {cls: 'btn pri', type: 'submit'}, icon('bell'), 'Ring'), button('Validate the webhook, then ring', () => ring.send(true)), copyButton('curl', () => ring.curl))),
      h('div', {id: 'ringerror', role: 'alert'})),
    h('section', {'aria-label': 'Calls that rang'}, h('h2', {}, 'Calls that rang'), h('p', {cls: 'lead'}, 'One card for each call, newest first.'), h('div', {id: 'rang'}))));
}

function paintRing() {
  const box = $('#rang');
  if (!box) return;
  const error = $('#ringerror');
  error?.replaceChildren(...(ring.error ? [h('div', {cls: 'errs'}, short(ring.error, 500))] : []));
  const calls = store.all.filter(c => c.origin === 'registered').slice(0, 50);
  keepFocus(box, () => box.replaceChildren(...(calls.length ? calls.map(ringCard) : [h('p', {cls: 'mute'}, 'No call rang yet.')])));
}

function ringCard(call) {
  const verdict = verdictOf(call);
  const left = call.verdict === 'ringing' ? Date.parse(call.ringsUntil) - Date.parse(clock.now) : 0;
  return h('div', {cls: 'card' + (verdict.problem ? ' warn' : '')},
    h('div', {cls: 'row wrap'}, icon(verdict.icon, 'k-' + verdict.color), h('b', {}, left > 0 ? `Ringing: ${Math.ceil(left / 1000)} s left` : verdict.words), h('span', {cls: 'grow'}), h('span', {cls: 'sm mute'}, clockTime(call.rangAt))),
    h('p', {cls: 'sm mute m brk'}, `from ${short(call.from || '—', 80)} to ${short(call.to || '—', 80)}`),
    call.deliveries?.length ? deliveryList(call) : null,
    h('p', {cls: 'sm'}, short(call.story || '', 400)),
    h('div', {cls: 'row wrap'}, h('a', {cls: 'sm', href: fragment('calls', call.id)}, `Call ${call.id}`), call.attempts.map(token), left > 0 && call.deliveries?.length && !REPORT ? button('Deliver now', () => ring.again(call), {id: 'again-' + call.id}) : null));
}

// The tries of a call on a scale of time: a bar from a request's first byte to its response's last one, hatched the wait that
// the response asked for, a tick where the next try really came.
const FOLD = 0.6;

// Where each try begins, in ms from the first one's first byte.
function starts(attempts) {
  let time = 0;
  return attempts.map((attempt, i) => {
    if (i > 0) {
      const earlier = attempts[i - 1];
      time += (earlier.durationMs || 0) + pauseBefore(attempts, i);
      // Tries that overlap have no pause between them; their times say how far they are apart.
      if (earlier.end === null) time = Math.max(0, Date.parse(attempt.time) - Date.parse(attempts[0].time));
    }
    return time;
  });
}

const openFor = attempt => attempt.end === null ? Math.max(0, Date.now() + clock.aheadMs - Date.parse(attempt.time)) : attempt.durationMs || 0;

// From times to parts of the width. A long gap in which nothing was asked for is folded.
class Scale {
  constructor(attempts, begins) {
    const busy = attempts.map((a, i) => [begins[i], begins[i] + openFor(a) + (a.retryAfterMs || 0)]).sort((a, b) => a[0] - b[0]);
    const end = Math.max(1, ...busy.map(b => b[1]), ...begins);
    this.gaps = [];
    let until = 0;
    for (const [from, to] of busy) {
      if (from - until > end * FOLD) this.gaps.push([until, from]);
      until = Math.max(until, to);
    }
    this.end = end;
    // A folded gap takes a tenth of what is left.
    const linear = end - this.gaps.reduce((sum, [a, b]) => sum + b - a, 0);
    this.fold = Math.max(1, linear * 0.12);
    this.whole = (linear + this.fold * this.gaps.length) * 1.04;
  }
  at(time) {
    let x = time;
    for (const [from, to] of this.gaps) {
      if (time >= to) x -= to - from - this.fold;
      else if (time > from) x -= (time - from) * (1 - this.fold / (to - from));
    }
    return x / this.whole;
  }
  percent(time) { return (this.at(time) * 100).toFixed(4) + '%'; }
  get ticks() {
    const step = [1, 2, 5].flatMap(n => [0.1, 1, 10, 100, 1000, 10000, 60000, 600000, 3600000].map(s => n * s)).sort((a, b) => a - b).find(s => this.whole / s <= 7) || 86400000;
    const found = [];
    for (let time = 0; time < this.end * 0.98; time += step) if (!this.gaps.some(([a, b]) => time > a && time < b)) found.push(time);
    return found.slice(0, 14);
  }
}

// What is written beside a try's bar, and that the clock was moved before the next one.
function noteOf(attempts, i, begins) {
  const note = ownNote(attempts, i, begins), jump = i + 1 < attempts.length ? clockJump(attempts, i + 1) : 0;
  return jump ? {...note, text: [note.text, jumpWords(jump)].filter(Boolean).join('; ')} : note;
}
function ownNote(attempts, i, begins) {
  const attempt = attempts[i], next = attempts[i + 1], kind = kindOf(attempt);
  const end = begins[i] + openFor(attempt);
  if (attempt.retryAfterMs != null && attempt.retryAfterMs > 0) {
    const until = end + attempt.retryAfterMs;
    if (!next) return {text: attempt.end === null ? '' : 'asked to wait ' + round(attempt.retryAfterMs) + '; nobody came back', color: 'bad', from: begins[i], to: until};
    const pause = span(pauseBefore(attempts, i + 1)), asked = round(attempt.retryAfterMs);
    return brokenWait(attempts, i + 1) != null
      ? {text: `next try after ${pause} of ${asked} asked`, color: 'bad', from: begins[i], to: until}
      : {text: `waited ${pause}, asked ${asked}`, color: 'ok', from: begins[i], to: Math.max(until, begins[i + 1])};
  }
  const place = {from: begins[i], to: end, color: ''};
  const ended = {reset: 'RST', closed: 'FIN', clientLeft: 'the client left'}[attempt.end];
  if (kind === 'inflight') return {...place, text: 'open for ' + span(openFor(attempt))};
  if (kind === 'lost' || kind === 'dropped') {
    const sent = attempt.bytesSent > 0 ? attempt.answerBytes != null ? `${attempt.bytesSent} of ${attempt.answerBytes} bytes` : many(attempt.bytesSent, 'byte') : 'no byte sent';
    return {...place, text: [sent, ended].filter(Boolean).join(', then ')};
  }
  const earlier = attempts[i - 1];
  if (earlier?.requestId && attempt.requestId && attempt.requestId !== earlier.requestId) return {...place, text: 'new request id', color: 'bad'};
  if (kind === 'repeated') return {...place, text: 'the same response again'};
  if (kind === 'refused') return {...place, text: [stageOf(attempt), attempt.failed?.code || attempt.code].filter(Boolean).join(' ')};
  return {...place, text: attempt.durationMs > 50 ? span(attempt.durationMs) : ''};
}

function timeScale(call) {
  const {attempts} = call, begins = starts(attempts), scale = new Scale(attempts, begins);
  const head = h('div', {cls: 'track'});
  for (const time of scale.ticks) head.append(h('span', {cls: 'tick', vars: {left: scale.percent(time)}}, time ? round(time) : '0'));
  for (const [from, to] of scale.gaps) head.append(h('span', {cls: 'tick fold', vars: {left: scale.percent((from + to) / 2)}}, '⋯ ' + span(to - from)));
  const box = h('div', {cls: 'tl', role: 'radiogroup', 'aria-label': 'Tries of this call on a timeline'}, h('div', {cls: 'lane rule', 'aria-hidden': 'true'}, h('div', {cls: 'l'}), head));
  attempts.forEach((attempt, i) => {
    const kind = kindOf(attempt), next = attempts[i + 1], end = begins[i] + openFor(attempt);
    const track = h('span', {cls: 'track', 'aria-hidden': 'true'});
    for (const time of scale.ticks.slice(1)) track.append(h('span', {cls: 'gl', vars: {left: scale.percent(time)}}));
    const isBroken = !!next && brokenWait(attempts, i + 1) != null;
    if (attempt.retryAfterMs > 0) track.append(h('span', {cls: isBroken ? 'ask broken' : 'ask', vars: {left: scale.percent(end), width: ((scale.at(end + attempt.retryAfterMs) - scale.at(end)) * 100).toFixed(4) + '%'}}));
    track.append(h('span', {cls: 'bar ' + kind, vars: {left: scale.percent(begins[i]), width: ((scale.at(end) - scale.at(begins[i])) * 100).toFixed(4) + '%'}}));
    if (attempt.retryAfterMs > 0 && next) track.append(h('span', {cls: isBroken ? 'came' : 'came ok', vars: {left: scale.percent(begins[i + 1])}}));
    if (clockJump(attempts, i)) track.append(h('span', {cls: 'jump', vars: {left: scale.percent(begins[i])}}));
    const note = noteOf(attempts, i, begins), rule = ruleOf(attempt);
    if (note.text) track.append(h('span', {cls: 'note ' + note.color, 'data-from': scale.at(note.from), 'data-to': scale.at(note.to)}, note.text));
    const chosen = i + 1 === detail.tryNumber(call);
    box.append(h('button', {
      cls: 'lane', type: 'button', role: 'radio', id: 'try-' + (i + 1), 'aria-checked': String(chosen), tabindex: chosen ? 0 : -1,
      on: {click: () => detail.choose(i + 1), keydown: event => arrows(event, attempts.length, i, n => detail.choose(n + 1, true))},
    }, h('span', {cls: 'l'}, h('span', {cls: 'no'}, i + 1), token(attempt), h('span', {cls: 'w mute el'}, attempt.operation && attempt.operation !== 'redirect' ? attempt.operation : KINDS[kind].short), rule == null ? null : h('span', {cls: 'mk', title: `Rule ${short(rule)}`}, icon('bolt'), h('span', {cls: 'el'}, short(rule, 40))), h('span', {cls: 'sr'}, `, ${KINDS[kind].words}${rule == null ? '' : ' by this rule'}, at ${span(begins[i])}. ${note.text}`)), track));
  });
  return box;
}

// A note is put after its bar if there is room, else before it, else over its end.
function placeNotes() {
  const places = [...D.querySelectorAll('.note')].map(note => [note, note.parentNode.clientWidth, note.offsetWidth + 10]);
  for (const [note, width, own] of places) {
    const from = note.dataset.from * width, to = note.dataset.to * width;
    note.style.left = (width - to > own ? to + 8 : from > own ? from - own + 2 : Math.max(4, width - own + 4)) + 'px';
  }
}

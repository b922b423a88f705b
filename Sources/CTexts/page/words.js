// What a try was, and what became of a call, in words. The emulator judges calls; the page only says so.
const VERDICTS = {
  redirectedTwice: {words: 'Redirected twice', icon: 'two', color: 'bad', chip: 'Twice', problem: true},
  lost: {words: 'Never redirected', icon: 'bad', color: 'bad', chip: 'Never', problem: true},
  refused: {words: 'Refused', icon: 'block', color: 'bad', chip: 'Refused', problem: true},
  redirectedUnknown: {words: 'Redirected, response lost', icon: 'warn', color: 'warn', chip: 'Response lost', problem: true},
  ringing: {words: 'Ringing', icon: 'bell', color: 'acc', chip: 'Ringing'},
  waiting: {words: 'In progress', icon: 'clock', color: 'acc', chip: 'Running'},
  answered: {words: 'Answered by the app', icon: 'phone', color: 'idle', chip: 'Answered'},
  rejected: {words: 'Rejected by the app', icon: 'dash', color: 'idle', chip: 'Rejected'},
  redirected: {words: 'Redirected once', icon: 'ok', color: 'ok', chip: 'Once'},
};
const UNKNOWN_VERDICT = {words: 'Unknown', icon: 'dash', color: 'idle', chip: 'Other'};

function verdictOf(call) {
  const verdict = VERDICTS[call.verdict] || UNKNOWN_VERDICT;
  const executed = call.attempts.filter(a => a.executed).length;
  return executed > 2 && call.verdict === 'redirectedTwice' ? {...verdict, words: `Redirected ${executed} times`} : verdict;
}

const KINDS = {
  inflight: {words: 'waiting', short: 'waiting', icon: 'clock'},
  refused: {words: 'refused by a check', short: 'refused'},
  executed: {words: 'executed', short: 'executed', icon: 'ok'},
  lost: {words: 'executed, response lost', short: 'executed', icon: 'bad'},
  repeated: {words: 'the same response again, not executed again', short: 'repeated', icon: 'eq'},
  dropped: {words: 'not executed, no response', short: 'not executed', icon: 'bad'},
  ruled: {words: 'not executed: a rule responded', short: 'not executed'},
  other: {words: 'not executed', short: 'not executed'},
};

// Whether the whole response went to a client that was there. Older emulators do not say it.
function isWhole(attempt) {
  if (attempt.answerWhole != null) return attempt.answerWhole;
  return attempt.status != null && (attempt.end === 'answered' || attempt.end === 'closed');
}

function kindOf(attempt) {
  if (attempt.end === null || attempt.end === undefined) return 'inflight';
  if (stageOf(attempt)) return 'refused';
  if (attempt.executed) return isWhole(attempt) ? 'executed' : 'lost';
  if (attempt.status == null || !isWhole(attempt)) return 'dropped';
  if (attempt.repeated || attempt.outcome === 'repeated' || attempt.status < 300 && !attempt.rule) return 'repeated';
  return attempt.rule ? 'ruled' : 'other';
}

const ENDS = {reset: 'RST', closed: 'FIN', clientLeft: 'LEFT', answered: '—'};
const tokenText = attempt => attempt.status ?? ENDS[attempt.end] ?? '…';

function token(attempt) {
  const kind = kindOf(attempt);
  return h('span', {cls: 't ' + kind, title: KINDS[kind].words}, KINDS[kind].icon && icon(KINDS[kind].icon), tokenText(attempt));
}

// How long before this try the last response ended, in ms. Measured apart from the resource's clock where the emulator says it.
function pauseBefore(attempts, index) {
  const attempt = attempts[index], before = attempts[index - 1];
  if (!before) return null;
  if (attempt.pauseMs != null) return attempt.pauseMs;
  return Math.max(0, Date.parse(attempt.time) - Date.parse(before.time) - (before.durationMs || 0));
}

// By how many ms the resource's clock was moved between this try and the one before; 0 where it was not. A try's time is
// the resource's, and pauses are measured apart from it.
function clockJump(attempts, index) {
  const attempt = attempts[index], before = attempts[index - 1];
  if (!before || attempt.pauseMs == null || before.durationMs == null) return 0;
  const moved = Date.parse(attempt.time) - Date.parse(before.time) - before.durationMs - attempt.pauseMs;
  return Math.abs(moved) < 1000 ? 0 : moved;
}
const jumpWords = ms => `clock ${ms > 0 ? '+' : '−'}${span(Math.round(Math.abs(ms) / 1000) * 1000).replace(/\.0+ /, ' ')}`;
// A rule that decided a try, and did something.
const ruleOf = attempt => attempt.rule != null && attempt.did !== 'nothing' ? attempt.rule : null;

// The wait that the response before asked for, where this try came sooner.
function brokenWait(attempts, index) {
  const asked = attempts[index - 1]?.retryAfterMs;
  return asked != null && pauseBefore(attempts, index) < asked - 5 ? asked : null;
}

// Which check refused a try. Without `failed`, as older emulators have it, the code of a rule's response is no check's.
const stageOf = attempt => attempt.failed?.stage || (attempt.code && !attempt.rule ? 'check' : '');
// Whom a call is redirected to; where no request said it, whom it rang.
const targetWords = call => targetOf(call) && (call.attempts.length ? '' : 'rang ') + targetOf(call);
const targetOf = call => call.target?.id || call.attempts.findLast(a => a.target?.id)?.target.id || call.to || '';

// What the row of a call says behind its tries; [text, is it bad].
function reasonOf(call) {
  const last = call.attempts[call.attempts.length - 1];
  if (!last) return call.verdict === 'lost' ? [[call.deliveries?.length ? deliveryWords(call) : '', 'no request about it came to this resource'].filter(Boolean).join('; '), true] : call.deliveries?.length ? [deliveryWords(call), false] : null;
  switch (call.verdict) {
  case 'refused': return [[stageOf(last), last.failed?.code || last.code, last.failed?.target].filter(Boolean).join(' · '), true];
  case 'lost': return [last.retryAfterMs != null ? `asked to wait ${round(last.retryAfterMs)}; no further try` : stageOf(last) ? [stageOf(last), last.failed?.code || last.code].join(' · ') : 'no further try', true];
  case 'redirectedUnknown': return ['no further try', false];
  case 'redirectedTwice': return new Set(call.attempts.map(a => a.requestId).filter(Boolean)).size > 1 ? ['new request id', true] : null;
  case 'waiting': return last.end === null && last.rule ? ['rule: ' + last.rule, false] : null;
  default: return null;
  }
}

function deliveryWords(call) {
  const last = call.deliveries[call.deliveries.length - 1];
  const what = last.status ? 'got ' + last.status : last.error ? 'failed' : 'is open';
  return `delivery ${last.n} ${what}`;
}

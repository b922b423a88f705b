// The report of a drill: what came of each day, and of each failed one why. Its calls are those of a resource with the day's name.
const DRILL = REPORT?.drill || null;
const DAY_VERDICTS = {passed: ['ok', 'ok', 'ok'], failed: ['bad', 'bad', 'failed'], notTested: ['dash', 'idle', 'not tested']};
const isAdvised = day => day.verdict === 'passed' && day.calls.some(call => call.advice && call.verdict !== 'lost' && call.verdict !== 'refused');
const dayName = day => short(day.name, 80);

function dayRow(day) {
  const [sign, color, words] = DAY_VERDICTS[day.verdict] || DAY_VERDICTS.notTested;
  const isTested = day.verdict !== 'notTested', isFailed = day.verdict === 'failed';
  const show = () => { const card = D.getElementById('day-' + day.name); card?.scrollIntoView({block: 'start'}); card?.focus({preventScroll: true}); };
  return h('tr', {cls: day.verdict}, h('td', {}, h('span', {cls: 'row'}, icon(sign, 'k-' + color), isFailed ? h('button', {type: 'button', cls: 'lk', on: {click: show}}, dayName(day)) : dayName(day))),
    h('td', {}, isTested ? shown(day.callers) : '–'), h('td', {cls: 'num'}, isTested ? count(day.tries) : '–'), h('td', {cls: 'num'}, span(day.durationMs)),
    h('td', {}, h('span', {cls: 'k-' + color}, isAdvised(day) ? words + ', with advice' : words), isFailed || !(day.remark || day.findings.length) ? null : h('div', {cls: 'sm mute'}, shown(day.remark || day.findings.join(' ')))));
}

function dayCard(day) {
  const told = day.calls.filter(call => call.verdict !== 'redirected').concat(day.calls.filter(call => call.verdict === 'redirected' && call.advice));
  return h('section', {cls: 'card day', id: 'day-' + day.name, tabindex: -1}, h('h3', {}, icon('bad', 'k-bad'), dayName(day)), h('p', {cls: 'mute'}, shown(day.about)),
    h('ul', {cls: 'gap8 why'}, day.findings.map(finding => h('li', {}, shown(finding)))),
    told.slice(0, 10).map(call => h('p', {cls: 'gap8'}, h('b', {}, call.id + ' '), shown(call.story), call.advice ? h('span', {cls: 'mute'}, ' ' + shown(call.advice)) : null)),
    told.length > 10 ? h('p', {cls: 'sm mute gap8'}, `and ${many(told.length - 10, 'call')} more`) : null,
    day.output ? h('details', {cls: 'gap8'}, h('summary', {}, 'The end of its output'), h('pre', {tabindex: 0, role: 'region', 'aria-label': 'Output of ' + day.name}, day.output)) : null,
    REPORT.resources.some(r => r.name === day.name) ? h('p', {cls: 'gap8'}, h('a', {href: '#/' + encodeURIComponent(day.name) + '/calls'}, 'Its calls and requests')) : null);
}

function drillView() {
  const failed = DRILL.days.filter(day => day.verdict === 'failed');
  return h('main', {cls: 'view', id: 'main', tabindex: -1}, h('div', {cls: 'narrow'}, h('h2', {}, 'Drill'),
    h('p', {cls: 'lead'}, `${many(DRILL.passed, 'day')} passed, ${count(DRILL.failed)} failed, ${count(DRILL.notTested)} not tested${DRILL.notRun ? `, ${count(DRILL.notRun)} not run since no call can ring at the app` : ''}.`),
    h('table', {cls: 'days'}, h('thead', {}, h('tr', {}, ['Day', 'The caller', 'Tries', 'Time', 'Verdict'].map((name, i) => h('th', {scope: 'col', cls: i === 2 || i === 3 ? 'num' : null}, name)))), h('tbody', {}, DRILL.days.map(dayRow))),
    failed.length ? h('h3', {cls: 'h3 gap16 gapb'}, 'Failed days') : null, failed.map(dayCard),
    DRILL.doubt ? h('p', {cls: 'gap16'}, shown(DRILL.doubt)) : null,
    (DRILL.advice || []).map(text => h('p', {cls: 'gap16'}, shown(text)))));
}

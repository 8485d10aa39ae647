/** Style and script of the HTML report. The script builds every row with text nodes, so that no evidence becomes markup. */
export const pageStyle = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#59636e;--line:#d4dae1;--paper:#fff;--shade:#f4f6f8;--high:#b3261e;--medium:#b45309;--low:#2f6fb3;--info:#5b6570;--good:#1f7a4d}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ed;--soft:#9aa5b1;--line:#38424d;--paper:#14181d;--shade:#1d232a;--high:#ff8a80;--medium:#f2b45c;--low:#82b7f2;--info:#a5b0bc;--good:#66c796}}
*{box-sizing:border-box}
body{margin:0;font:15px/1.5 system-ui,"Segoe UI",sans-serif;color:var(--ink);background:var(--paper)}
header,main{max-width:1180px;margin:0 auto;padding:0 20px}
header{padding-top:28px}
h1{font-size:26px;line-height:1.2;margin:0 0 4px}
h2{font-size:17px;margin:0 0 8px}
header p,.note{color:var(--soft);margin:0}
code{font-size:.9em;overflow-wrap:anywhere}
section{margin:24px 0}
.cards{display:grid;grid-template-columns:repeat(4,1fr);gap:14px}
.card{border:1px solid var(--line);border-radius:8px;padding:14px 16px;min-width:0}
.card h2{font-size:14px;color:var(--soft);font-weight:600;margin:0}
.card p{margin:6px 0 0}
.big{font-size:30px;line-height:1.2;font-weight:650}
.meter{display:flex;height:8px;border-radius:4px;overflow:hidden;background:var(--shade);margin-top:8px}
.meter i{display:block}
.good{background:var(--good)}.bad{background:var(--high)}.dim{background:var(--info)}
.figures{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:14px}
.chips{display:flex;flex-wrap:wrap;gap:6px}
.chip,.tag{border:1px solid currentColor;border-radius:999px;background:none;font:inherit;font-size:13px;padding:1px 9px;white-space:nowrap}
.chip{cursor:pointer}
.high{color:var(--high)}.medium{color:var(--medium)}.low{color:var(--low)}.info{color:var(--info)}
.trend{width:100%;min-width:560px;max-width:760px;height:auto;display:block}
.trend text{fill:var(--soft);font-size:11px}
.trend line{stroke:var(--line)}
.trend rect.high{fill:var(--high)}.trend rect.medium{fill:var(--medium)}.trend rect.low{fill:var(--low)}
.legend{display:flex;gap:16px;font-size:13px;margin:4px 0 0}
.legend span::before{content:"";display:inline-block;width:10px;height:10px;border-radius:2px;background:currentColor;margin-right:6px}
#unchecked details{margin:6px 0;overflow-wrap:anywhere}
#unchecked summary{color:inherit}
#unchecked ul{margin:4px 0;padding-left:20px;color:var(--soft);font-size:13px;max-height:280px;overflow-y:auto}
.scroll{overflow-x:auto}
.filters{display:flex;flex-wrap:wrap;gap:10px 14px;align-items:end;margin-bottom:8px}
.filters label{display:flex;flex-direction:column;gap:2px;font-size:13px;color:var(--soft)}
.filters .wide{flex:1;min-width:180px}
select,input,#more{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);border-radius:6px;padding:6px 8px;max-width:100%}
#rule{width:260px}
#more{cursor:pointer}
table{width:100%;border-collapse:collapse;table-layout:fixed}
th{text-align:left;font-size:13px;color:var(--soft);border-bottom:2px solid var(--line);padding:6px 10px}
th:nth-child(1){width:120px}th:nth-child(2){width:38%}
.inventory th:nth-child(2){width:auto}.inventory th:nth-child(3){width:130px}
.rules th{width:90px}.rules th:nth-child(1){width:auto}.rules th:nth-child(2){width:110px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:0}
dt{color:var(--soft)}dd{margin:0;min-width:0}
td{vertical-align:top;border-bottom:1px solid var(--line);padding:10px;overflow-wrap:anywhere}
td p{margin:0 0 4px}
td .what{font-weight:600}
td .where{color:var(--soft);font-size:13px}
td .extra{color:var(--soft);font-size:13px;margin-top:4px}
details{margin-top:4px}
summary{cursor:pointer;color:var(--low)}
:focus-visible{outline:2px solid var(--low);outline-offset:2px}
@media(max-width:900px){.cards{grid-template-columns:repeat(2,1fr)}}
@media(max-width:640px){
header,main{padding:0 14px}header{padding-top:18px}
.cards{grid-template-columns:1fr}
.filters label{flex:1 1 44%}.filters .wide{flex-basis:100%}#rule{width:100%}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
table,tbody,tr,td{display:block}
tr{border:1px solid var(--line);border-radius:8px;margin:0 0 12px;padding:8px 0}
td{border:0;padding:4px 12px}
}
@media print{
.filters,#more,#more-inventory{display:none}
:root{color-scheme:light;--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--shade:#eee}
#unchecked ul{max-height:none;overflow:visible}
tr,details,.card{break-inside:avoid}
}
`;

export const pageScript = `
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const by = (id) => document.getElementById(id);
  const page = 100;
  let shown = page;
  let listed = page;
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const shortName = (id) => id.split('/').pop() || id;
  for (const rule of data.rules) {
    const option = make('option', '', rule.title);
    option.value = rule.id;
    by('rule').append(option);
  }
  const list = by('unchecked');
  for (const [reason, targets] of list ? data.unchecked : []) {
    const group = make('details');
    const names = make('ul');
    for (const target of targets) names.append(make('li', '', target));
    const head = make('summary');
    const short = reason.length > 140 ? reason.slice(0, 140) + '...' : reason;
    head.append(make('strong', '', targets.length === 1 ? shortName(targets[0]) : targets.length + ' resources'), ': ' + short);
    group.append(head);
    if (short !== reason) group.append(make('p', 'note', reason));
    group.append(names);
    list.append(group);
  }
  const matches = ([rule, severity, status, target, evidence]) => {
    const text = by('text').value.trim().toLowerCase();
    return (!by('severity').value || by('severity').value === severity)
      && (!by('status').value || by('status').value === status)
      && (!by('rule').value || by('rule').value === data.rules[rule].id)
      && (!text || (target + ' ' + data.rules[rule].title + ' ' + data.rules[rule].id + ' ' + evidence.join(' ')).toLowerCase().includes(text));
  };
  const row = ([place, severity, status, target, evidence, since, waiver, ticket, repair]) => {
    const rule = data.rules[place];
    const line = make('tr');
    const first = make('td');
    first.append(make('span', 'tag ' + severity, severity));
    if (status !== 'open') first.append(' ', make('span', 'tag info', status));
    const second = make('td');
    const where = make('p', 'where', target);
    second.append(make('p', 'what', rule.title), make('p', '', shortName(target)), where, make('p', 'extra', rule.id + ' · since ' + since + (ticket ? ' · ticket ' + ticket : '')));
    const third = make('td');
    for (const sentence of evidence) third.append(make('p', '', sentence));
    const details = make('details');
    const source = make('a', '', rule.source);
    source.href = rule.source;
    source.rel = 'noreferrer';
    const last = make('p');
    last.append('Source: ', source);
    details.append(make('summary', '', 'Why, and how to fix it'), make('p', '', rule.why), make('p', '', rule.fix), last);
    third.append(details);
    for (const extra of [waiver, repair]) if (extra) third.append(make('p', 'extra', extra));
    line.append(first, second, third);
    return line;
  };
  const show = () => {
    const found = data.rows.filter(matches);
    by('rows').replaceChildren(...found.slice(0, shown).map(row));
    by('count').textContent = found.length === data.rows.length ? found.length + ' findings' : found.length + ' of ' + data.rows.length + ' findings';
    by('more').hidden = found.length <= shown;
  };
  const again = () => { shown = page; show(); };
  for (const id of ['severity', 'status', 'rule']) by(id).addEventListener('change', again);
  by('text').addEventListener('input', again);
  by('more').addEventListener('click', () => { shown += page; show(); });
  for (const chip of document.querySelectorAll('[data-severity]'))
    chip.addEventListener('click', () => { by('severity').value = chip.dataset.severity; by('status').value = 'open'; again(); by('count').scrollIntoView({ block: 'center' }); });
  const inventoryRow = ([kind, target, status, more]) => {
    const line = make('tr');
    const second = make('td');
    second.append(make('p', 'what', shortName(target)), make('p', 'where', target), make('p', 'extra', more));
    line.append(make('td', '', kind), second, make('td', '', status));
    return line;
  };
  const showInventory = () => {
    by('inventory').replaceChildren(...data.inventory.slice(0, listed).map(inventoryRow));
    by('more-inventory').hidden = data.inventory.length <= listed;
  };
  by('more-inventory').addEventListener('click', () => { listed += page; showInventory(); });
  let before;
  const everything = () => {
    if (before) return;
    const filters = ['severity', 'status', 'rule', 'text'].map((id) => [id, by(id).value]);
    before = { shown, listed, filters, closed: [] };
    for (const [id] of filters) by(id).value = '';
    shown = listed = Infinity;
    show();
    showInventory();
    before.closed = [...document.querySelectorAll('details:not([open])')];
    for (const one of before.closed) one.open = true;
  };
  const asBefore = () => {
    if (!before) return;
    for (const [id, value] of before.filters) by(id).value = value;
    for (const one of before.closed) one.open = false;
    ({ shown, listed } = before);
    before = undefined;
    show();
    showInventory();
  };
  addEventListener('beforeprint', everything);
  addEventListener('afterprint', asBefore);
  matchMedia('print').addEventListener('change', ({ matches: prints }) => (prints ? everything() : asBefore()));
  show();
  showInventory();
})();
`;

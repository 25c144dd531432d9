// Runs in a copy of the report, at its end, and leaves in #measured what a
// reader sees: positions in pixels, colours, links.
const at = (element) => {
  const {left, top, right, bottom} = element.getBoundingClientRect();
  return {left, top, right, bottom};
};
const all = (selector) => [...document.querySelectorAll(selector)];
const plan = document.querySelector('#plan');
const frame = at(plan.parentElement);
const colour = (variable) => {
  const probe = document.createElement('i');
  probe.style.color = `var(${variable})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
};

const measured = {
  title: document.title,
  ran: window.ran ?? null,
  // Elements that the page itself never makes.
  strangers: all('script, img, iframe, object, embed, link, foreignObject')
      .filter((element) => element.id !== 'measure').length,
  handlers: all('*').flatMap((element) => [...element.attributes])
      .filter((attribute) => attribute.name.startsWith('on')).length,
  links: all('[href]').map((element) => element.getAttribute('href')),
  deadLinks: all('[href]').map((element) => element.getAttribute('href'))
      .filter((href) => !document.getElementById(href.slice(1))),
  ids: all('[id]').map((element) => element.id),
  unnamed: all('svg[viewBox]').filter((svg) =>
      !svg.getAttribute('aria-labelledby').split(' ')
          .every((id) => document.getElementById(id)?.textContent)).length,
  names: all('td.name').map((cell) => cell.textContent),
  boxes: all('#plan rect.box').map((box) => {
    const place = at(box);
    const middle = [(place.left + place.right) / 2,
                    (place.top + place.bottom) / 2];
    return {
      ...place, id: box.id, css: box.getAttribute('class'),
      title: box.parentElement.querySelector('title').textContent,
      link: box.parentElement.getAttribute('href'),
      // What a pointer hits there; null where it has to scroll first.
      hit: middle[0] < frame.right
          ? document.elementFromPoint(...middle)?.id ?? '' : null,
    };
  }),
  labels: all('#plan svg.label').map(at),
  peakStages: all('#plan .peak-stage').map(at),
  lines: Object.fromEntries(['bound', 'budget', 'peak']
      .map((id) => [id, document.getElementById(id)])
      .filter(([, element]) => element)
      .map(([id, element]) => [id, at(element)])),
  peakText: document.querySelector('#plan text.peak')?.textContent ?? '',
  // Scales as the reader finds them: a number and where it stands.
  bytes: all('#plan path.grid').map((grid) =>
      [grid.nextElementSibling.textContent, at(grid).top]),
  stages: all('#plan text.tick[text-anchor=middle]')
      .filter((tick) => /^\d+$/.test(tick.textContent))
      .map((tick) => [Number(tick.textContent),
                      (at(tick).left + at(tick).right) / 2, at(tick)]),
  columns: all('#flash-columns rect').map((column) => ({
    ...at(column), css: column.getAttribute('class'),
    link: column.parentElement.getAttribute('href'),
  })),
  colours: Object.fromEntries(
      ['--page', '--text', '--faint', '--tensor', '--tensor-held', '--on-held',
       '--scratch', '--scratch-held', '--band', '--part-colour', '--peak-mark',
       '--bound', '--budget']
      .map((variable) => [variable, colour(variable)])),
  background: getComputedStyle(document.body).backgroundColor,
  overflow: document.documentElement.scrollWidth -
      document.documentElement.clientWidth,
};
const result = document.createElement('pre');
result.id = 'measured';
result.textContent = JSON.stringify(measured);
document.body.append(result);

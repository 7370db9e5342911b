// The little script of the page: theme switch, tips, a legend that picks out one class, a copy button. Every content stands without it.
// Written in the JavaScript of any browser of the last years; touches nothing outside the page but its own remembered theme.

/** Runs at the end of the body. */
export const PAGE_SCRIPT = `(() => {
  const root = document.documentElement;
  root.classList.add('js');
  const remembered = (value) => {
    try {
      if (value === undefined) return localStorage.getItem('pipe-theme');
      localStorage.setItem('pipe-theme', value);
    } catch { return null; }
  };
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const toggle = document.querySelector('#theme');
  const show = (theme) => {
    if (theme) root.dataset.theme = theme;
    const isDark = (root.dataset.theme || (dark.matches ? 'dark' : 'light')) === 'dark';
    toggle.dataset.next = isDark ? 'light' : 'dark';
    toggle.textContent = isDark ? 'Light colours' : 'Dark colours';
  };
  show(remembered());
  dark.addEventListener('change', () => show());
  toggle.addEventListener('click', () => {
    const { next } = toggle.dataset;
    remembered(next);
    show(next);
  });

  const data = (id) => {
    const block = document.querySelector(id);
    return block && JSON.parse(block.textContent);
  };
  const classes = data('#report-data').classes;
  const mapData = data('#map-data');
  const tip = document.querySelector('#tip');
  const tipText = tip.querySelector('span');
  const tipImage = tip.querySelector('svg');

  const sampleTip = (svg, event) => {
    const box = svg.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * svg.dataset.columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * svg.dataset.rows);
    const index = svg.dataset.classes.split(' ')[row * svg.dataset.columns + column];
    return index === undefined ? '' : 'class ' + classes[index];
  };

  // The same image on every map: a ring about its point.
  const rings = [];
  if (mapData) {
    for (const map of mapData.maps) map.placeOf = new Map(map.rows.map((row, i) => [row, i]));
    mapData.cellOf = new Map(mapData.rows.map((row, i) => [row, i]));
    for (const svg of document.querySelectorAll('.map')) {
      const ring = document.createElementNS('http://www.w3.org/2000/svg', 'circle');
      ring.setAttribute('class', 'ring');
      ring.setAttribute('r', '9');
      ring.style.display = 'none';
      svg.append(ring);
      rings.push([ring, mapData.maps[svg.dataset.map]]);
    }
  }
  const ringRow = (row) => {
    for (const [ring, map] of rings) {
      const place = map.placeOf.get(row);
      ring.style.display = place === undefined ? 'none' : '';
      if (place === undefined) continue;
      ring.setAttribute('cx', map.points[2 * place]);
      ring.setAttribute('cy', map.points[2 * place + 1]);
    }
  };
  const nearest = (svg, event) => {
    const box = svg.getBoundingClientRect();
    const scale = svg.viewBox.baseVal.width / box.width;
    const x = (event.clientX - box.left) * scale;
    const y = (event.clientY - box.top) * scale;
    const map = mapData.maps[svg.dataset.map];
    let best = -1;
    let least = (event.pointerType === 'touch' ? 22 : 12) ** 2 * scale * scale;
    for (let i = 0; i < map.rows.length; i += 1) {
      const distance = (map.points[2 * i] - x) ** 2 + (map.points[2 * i + 1] - y) ** 2;
      if (distance < least) { least = distance; best = i; }
    }
    return best;
  };
  const mapTip = (svg, event) => {
    const place = mapData ? nearest(svg, event) : -1;
    if (place < 0) return undefined;
    const map = mapData.maps[svg.dataset.map];
    const row = map.rows[place];
    const cell = mapData.cellOf.get(row);
    if (cell === undefined) return undefined;
    const { columns, width, height } = mapData;
    tipImage.setAttribute('viewBox', [(cell % columns) * width, Math.floor(cell / columns) * height, width, height].join(' '));
    const cluster = map.positions.length ? ', cluster ' + map.clusters[map.positions[place]] : '';
    return { row, text: 'class ' + classes[mapData.classes[cell]] + cluster };
  };

  const point = (event) => {
    const target = event.target.closest ? event.target.closest('[data-tip], .samples, .map') : null;
    const onMap = target && target.matches('.map') ? mapTip(target, event) : undefined;
    const text = !target ? '' : onMap ? onMap.text : target.dataset.tip || (target.matches('.samples') ? sampleTip(target, event) : '');
    ringRow(onMap && onMap.row);
    tip.hidden = !text;
    if (!text) return;
    tipText.textContent = text;
    if (tipImage) tipImage.style.display = onMap ? '' : 'none';
    const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    const above = event.clientY + 22 + tip.offsetHeight > innerHeight;
    tip.style.transform = 'translate(' + Math.max(8, left) + 'px,' + (above ? event.clientY - tip.offsetHeight - 10 : event.clientY + 18) + 'px)';
  };
  const hide = () => { tip.hidden = true; ringRow(undefined); };
  document.addEventListener('pointermove', point);
  document.addEventListener('pointerdown', point);
  document.documentElement.addEventListener('pointerleave', hide);
  addEventListener('scroll', hide, { passive: true });

  for (const legend of document.querySelectorAll('[data-legend]')) {
    const section = legend.closest('section');
    let pinned;
    const focus = (index) => {
      section.classList.toggle('focused', index !== undefined);
      for (const mark of section.querySelectorAll('[data-class]')) mark.classList.toggle('on', mark.dataset.class === index);
    };
    for (const item of legend.querySelectorAll('[data-class]')) {
      item.tabIndex = 0;
      item.setAttribute('role', 'button');
      item.setAttribute('aria-pressed', 'false');
      const pick = () => {
        pinned = pinned === item.dataset.class ? undefined : item.dataset.class;
        for (const other of legend.querySelectorAll('[data-class]')) other.setAttribute('aria-pressed', String(other.dataset.class === pinned));
        focus(pinned);
      };
      item.addEventListener('click', pick);
      item.addEventListener('keydown', (event) => {
        if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); pick(); }
      });
      item.addEventListener('pointerenter', () => focus(item.dataset.class));
      item.addEventListener('pointerleave', () => focus(pinned));
    }
  }

  for (const block of document.querySelectorAll('[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'copy';
    button.textContent = 'Copy';
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(block.querySelector('code').textContent);
        button.textContent = 'Copied';
      } catch {
        getSelection().selectAllChildren(block.querySelector('code'));
        button.textContent = 'Selected';
      }
      setTimeout(() => { button.textContent = 'Copy'; }, 1600);
    });
    block.append(button);
  }

  addEventListener('beforeprint', () => {
    for (const details of document.querySelectorAll('details:not([open])')) { details.open = true; details.dataset.printed = ''; }
  });
  addEventListener('afterprint', () => {
    for (const details of document.querySelectorAll('details[data-printed]')) { details.open = false; delete details.dataset.printed; }
  });
})();`;

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

  const classes = JSON.parse(document.querySelector('#report-data').textContent).classes;
  const tip = document.querySelector('#tip');
  const sampleTip = (svg, event) => {
    const box = svg.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * svg.dataset.columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * svg.dataset.rows);
    const index = svg.dataset.classes.split(' ')[row * svg.dataset.columns + column];
    return index === undefined ? '' : 'class ' + classes[index];
  };
  document.addEventListener('pointermove', (event) => {
    const target = event.target.closest ? event.target.closest('[data-tip], .samples') : null;
    const text = !target ? '' : target.dataset.tip || sampleTip(target, event);
    tip.hidden = !text;
    if (!text) return;
    tip.textContent = text;
    const left = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
    const above = event.clientY + 22 + tip.offsetHeight > innerHeight;
    tip.style.transform = 'translate(' + Math.max(8, left) + 'px,' + (above ? event.clientY - tip.offsetHeight - 10 : event.clientY + 18) + 'px)';
  });
  document.addEventListener('pointerleave', () => { tip.hidden = true; });

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

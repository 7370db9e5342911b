// Checks that run inside the page, where there is a document: read as text by browser.test.ts and evaluated there.
// Plain JavaScript, so that the project's own types need not know the browser's.

/** WCAG 2.1 contrast of each visible text against the nearest opaque ground behind it; 4.5, or 3 for large text. */
function measureContrast() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (css) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = css;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour) => {
    const [r, g, b] = colour
      .slice(0, 3)
      .map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const painted = at.classList.contains('node')
        ? getComputedStyle(at.querySelector('rect')).fill
        : getComputedStyle(at).backgroundColor;
      const colour = rgba(painted);
      if (colour[3] === 255) return colour;
    }
    throw new Error('no ground behind ' + element.outerHTML);
  };
  const poor = [];
  let checked = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const element = walker.currentNode.parentElement;
    if (text === '' || element.closest('script, style, [hidden]') || element.getClientRects().length === 0) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const ink = luminance(rgba(element instanceof SVGElement ? style.fill : style.color));
    const ground = luminance(groundOf(element));
    const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    checked += 1;
    if (contrast < (large ? 3 : 4.5))
      poor.push(`${contrast.toFixed(2)} ${element.tagName}.${element.getAttribute('class')} "${text.slice(0, 30)}"`);
  }
  return { checked, poor };
}

/** Drawings without a name, tables without headers, headings that skip a level. */
function findFlaws() {
  const found = [];
  for (const svg of document.querySelectorAll('svg')) {
    const inside = svg.parentElement.closest('svg');
    if (!inside && svg.getAttribute('aria-hidden') !== 'true' && !svg.getAttribute('aria-label'))
      found.push(`unnamed drawing ${svg.getAttribute('class')}`);
  }
  for (const table of document.querySelectorAll('table'))
    if (!table.querySelector('thead th[scope=col]') || !table.querySelector('tbody th[scope=row]'))
      found.push(`table without headers ${table.className}`);
  let last = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3')) {
    const level = Number(heading.tagName[1]);
    if (level > last + 1) found.push(`heading ${heading.textContent} skips a level`);
    last = level;
  }
  if (document.querySelectorAll('h1').length !== 1) found.push('not one h1');
  return found;
}

globalThis.pageChecks = { measureContrast, findFlaws };

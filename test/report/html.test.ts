import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, html, trusted } from '../../src/report/html.ts';

function decode(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

describe('escaping', () => {
  it('leaves no character that could open markup or end an attribute, and loses nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(decode(escaped)).toBe(text);
      }),
    );
  });

  it('replaces control characters, which no HTML text may hold', () => {
    expect(escapeHtml('a\u0000b\u001bc\td\ne')).toBe('a\ufffdb\ufffdc\td\ne');
  });

  it('escapes text in a template but not markup made by a template', () => {
    const name = '<script>alert("x")</script>';
    expect(html`<b title="${name}">${html`<i>${name}</i>`}</b>`.html).toBe(
      '<b title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;"><i>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;</i></b>',
    );
  });

  it('joins lists, writes zero, and leaves absent values out', () => {
    const items = ['a', 'b'].map((name) => html`<i>${name}</i>`);
    expect(html`${items}${0}${null}${undefined}${false}`.html).toBe('<i>a</i><i>b</i>0');
  });

  it('keeps the whitespace of values, and only drops the indentation of the template', () => {
    const code = trusted('a\n    b');
    expect(
      html`<pre>${code}</pre>
        <p>${'x\n  y'}</p>`.html,
    ).toBe('<pre>a\n    b</pre>\n<p>x\n  y</p>');
  });
});

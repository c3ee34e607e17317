import type { Page } from 'playwright-core';

/** A text whose contrast axe leaves open, and what its colours give. */
export interface JudgedText {
  readonly text: string;
  /** The smallest contrast with what is painted under it; null where a colour cannot be told. */
  readonly contrast: number | null;
}

/**
 * Judges what axe cannot, text over drawings: the colour of the letters against that of the topmost shape or element
 * with a ground of its own, at five places of the text. Letters with a halo stand on the halo.
 */
export const judgeOpenTexts = (page: Page): Promise<JudgedText[]> => page.evaluate(JUDGE);

const JUDGE = `(async () => {
  const rgb = (colour) => {
    const [r, g, b, alpha = 1] = /^rgba?\\(([^)]+)\\)$/.exec(colour)?.[1].split(/[,/ ]+/).map(Number) ?? [];
    return r === undefined || alpha !== 1 ? null : [r, g, b];
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const isDrawn = (element) => element instanceof SVGElement && element.tagName !== 'svg';
  const isSheer = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      if (getComputedStyle(at).opacity !== '1') return true;
    }
    return isDrawn(element) && getComputedStyle(element).fillOpacity !== '1';
  };
  const CLEAR = ['none', 'rgba(0, 0, 0, 0)'];
  const groundAt = (x, y) => {
    for (const under of document.elementsFromPoint(x, y)) {
      if (['text', 'tspan'].includes(under.tagName)) continue;
      const { fill, backgroundColor, backgroundImage } = getComputedStyle(under);
      if (!isDrawn(under) && backgroundImage !== 'none') return null;
      const ground = isDrawn(under) ? fill : backgroundColor;
      if (!CLEAR.includes(ground)) return isSheer(under) ? null : rgb(ground);
    }
    return null;
  };
  const groundsOf = (element) => {
    const { paintOrder, stroke, strokeWidth } = getComputedStyle(element);
    if (paintOrder.startsWith('stroke') && Number.parseFloat(strokeWidth) >= 3) return [rgb(stroke)];
    element.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    const { left, top, width, height } = element.getBoundingClientRect();
    return [0.02, 0.25, 0.5, 0.75, 0.98].map((part) => groundAt(left + part * width, top + height / 2));
  };
  const { incomplete } = await axe.run({ runOnly: ['color-contrast'], elementRef: true });
  return incomplete.flatMap(({ nodes }) => nodes).map(({ element }) => {
    const ink = isDrawn(element) && !isSheer(element) ? rgb(getComputedStyle(element).fill) : null;
    const grounds = groundsOf(element);
    const told = ink !== null && !grounds.includes(null);
    return {
      text: element.textContent,
      contrast: told ? Math.min(...grounds.map((ground) => ratio(ink, ground))) : null,
    };
  });
})()`;

import { count, duration } from '../format.ts';
import { fitWidth } from '../text-width.ts';
import { bar } from './bar.ts';
import type { Style } from './style.ts';

/** Where progress is drawn; tests pass recorders. */
export interface ProgressTarget {
  readonly style: Style;
  /** A terminal: one line is redrawn. Otherwise lines are only appended. */
  readonly live: boolean;
  write(text: string): void;
  /** Milliseconds of a clock that never goes back. */
  clock(): number;
}

interface Part {
  label: string;
  readonly startedAt: number;
  done: number;
  total: number;
  shownAt: number;
}

const REDRAW_MS = 100;
const PLAIN_MS = 15_000;
/** The time of a part that took less is not worth telling. */
const QUICK_MS = 300;

/**
 * Shows how the parts of a stage move: on a terminal one live line with count, rate and time left;
 * in a pipe a line when a part ends and one every 15 seconds of a long one.
 */
export class Progress {
  readonly #target: ProgressTarget;
  #part: Part | undefined;
  #drawn = false;

  constructor(target: ProgressTarget) {
    this.#target = target;
  }

  /** One tick: `done` of `total` (0: unknown) under this label; `done` equal to `total` ends the part. */
  tick(label: string, done: number, total: number): void {
    const now = this.#target.clock();
    if (this.#part !== undefined && stageOf(this.#part.label) !== stageOf(label)) this.end();
    let part = this.#part;
    if (part === undefined) {
      part = { label, startedAt: now, done, total, shownAt: this.#target.live ? -Infinity : now };
      this.#part = part;
    }
    const isRenamed = part.label !== label;
    part.label = label;
    part.done = done;
    part.total = total;
    if (total > 0 && done >= total) {
      this.end();
      return;
    }
    // What takes long on a terminal goes by its own name, not by that of what was quick before it.
    const isShown = isRenamed && this.#target.live;
    if (!isShown && now - part.shownAt < (this.#target.live ? REDRAW_MS : PLAIN_MS)) return;
    // To clear the line makes the next tick show itself: it comes first.
    if (this.#target.live) this.clear();
    part.shownAt = now;
    if (this.#target.live) {
      const width = this.#target.style.width ?? 80;
      const line = fitWidth(describeLive(part, now, this.#target.style), Math.max(10, width - 1));
      // A bar is coloured after the line was cut to the width.
      this.#target.write(line.replace(/[█▏▎▍▌▋▊▉]+/, (drawn) => this.#target.style.cyan(drawn)));
      this.#drawn = true;
    } else {
      this.#target.write(`${describe(part, now)}\n`);
    }
  }

  /** Writes the last line of the part that is under way. */
  end(): void {
    const part = this.#part;
    if (part === undefined) return;
    this.clear();
    this.#part = undefined;
    const took = this.#target.clock() - part.startedAt;
    const counted =
      part.total > 0 ? `${count(part.done)} of ${count(part.total)}` : count(part.done);
    const time = took < QUICK_MS ? '' : ` in ${duration(took / 1000)}`;
    this.#target.write(`${this.#target.style.dim(`${part.label}: ${counted}${time}`)}\n`);
  }

  /** Takes the live line away, so that another line can be written. */
  clear(): void {
    if (!this.#drawn) return;
    this.#target.write('\r\u001b[2K');
    this.#drawn = false;
    if (this.#part !== undefined) this.#part.shownAt = -Infinity;
  }
}

/** The first word names the stage; what follows it may change from tick to tick within one part. */
function stageOf(label: string): string {
  return /^\w+/.exec(label)?.[0] ?? label;
}

/** What is known of the speed of a part: nothing in its first second. */
function speedOf(part: Part, now: number): { speed: string; left: string } {
  const seconds = (now - part.startedAt) / 1000;
  const rate = seconds >= 1 ? part.done / seconds : 0;
  if (rate === 0) return { speed: '', left: '' };
  const left = part.total > 0 ? `, ${duration((part.total - part.done) / rate)} left` : '';
  return { speed: `, ${rate >= 10 ? count(rate) : rate.toFixed(1)}/s`, left };
}

function describe(part: Part, now: number): string {
  const of = part.total > 0 ? ` of ${count(part.total)}` : '';
  const share = part.total > 0 ? ` (${Math.floor((100 * part.done) / part.total)}%)` : '';
  const { speed, left } = speedOf(part, now);
  return `${part.label}: ${count(part.done)}${of}${share}${speed}${left}`;
}

/** Columns of the bar, and those that a terminal must have for it. */
const BAR_WIDTH = 20;
const BAR_FROM = 70;

/** The same with a bar between label and figures, which so stand where they stood before. */
function describeLive(part: Part, now: number, style: Style): string {
  if (part.total === 0 || !style.unicode || (style.width ?? 80) < BAR_FROM) {
    return describe(part, now);
  }
  const drawn = bar(part.done / part.total, BAR_WIDTH, style).padEnd(BAR_WIDTH);
  const { speed, left } = speedOf(part, now);
  return `${part.label}  ${drawn}  ${count(part.done)} of ${count(part.total)}${speed}${left}`;
}

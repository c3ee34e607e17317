const LIGHT = `
--bg:#f7f6f2;--card:#fff;--ink:#1a1e23;--soft:#59616b;--faint:#78818c;--line:#e3e1da;--tint:#f1efe9;--accent:#b23c0b;
--model:#c94f16;--other:#8593a3;--third:#2f6db5;
--good:#3c8c78;--good-ink:#1f6655;--good-tint:#e2f1ec;
--here:#a8bac9;--none:#eeece6;
--boot:#d3e8e1;--boot-line:#7db5a5;
--short:#e2a32c;--short-line:#6e4700;--short-ink:#7a4f00;--short-tint:#fbf0d7;
--warn:#f8e6b4;--warn-line:#c79a2b;
--red:#cf3434;--red-line:#6b0d0d;--red-ink:#a51d1d;--red-tint:#fbe4e2;
--gone:#f3eafb;--gone-line:#7a3db8;--gone-ink:#6a2fa6;
--s1:#2f6db5;--s2:#3c8c78;--s3:#8465bd;--s4:#c94f16;--s5:#d7a21a;--s6:#6d7580;`;

const DARK = `
--bg:#111316;--card:#191c20;--ink:#e8eaeb;--soft:#a7afb8;--faint:#87909b;--line:#2d3238;--tint:#20242a;--accent:#f79a5c;
--model:#f1833f;--other:#7b8999;--third:#6aa5ec;
--good:#459c86;--good-ink:#7fd0bb;--good-tint:#16302a;
--here:#55687a;--none:#24282d;
--boot:#1f3b34;--boot-line:#3d7f6f;
--short:#d39a2e;--short-line:#2f1f00;--short-ink:#f0c063;--short-tint:#33280f;
--warn:#4d4119;--warn-line:#c9a441;
--red:#d64545;--red-line:#3a0606;--red-ink:#ff9a94;--red-tint:#3a1917;
--gone:#2b2036;--gone-line:#b98cf0;--gone-ink:#c9a6f5;
--s1:#5b93d6;--s2:#459c86;--s3:#a488dd;--s4:#f1833f;--s5:#e0b33c;--s6:#8c95a0;`;

/** Colours by name: light, dark where the reader's system is, and as the buttons say. Paper is light. */
export const PALETTE = `:root{color-scheme:light dark;${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
:root[data-theme=light]{color-scheme:light;${LIGHT}}
:root[data-theme=dark]{color-scheme:dark;${DARK}}
@media print{:root,:root[data-theme]{color-scheme:light;${LIGHT}--bg:#fff;}}
`;

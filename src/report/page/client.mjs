// The script of a report, in the page itself: pages, colours, the filter of the gates, the cursor of the heat maps.
// Without it the page shows everything, one section under the other.
{
  const root = document.documentElement;
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const pages = all('section.page');
  const links = all('nav a');

  /** Shows the page that the address names, or the one that holds what it names. */
  const showPage = (focus) => {
    const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const page = named?.closest('section.page') ?? pages[0];
    for (const other of pages) other.hidden = other !== page;
    page.dispatchEvent(new Event('shown'));
    for (const link of links) {
      if (link.hash === `#${page.id}`) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    if (focus && named?.id !== 'main') {
      page.querySelector('h2').focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  };
  root.classList.add('scripted');
  addEventListener('hashchange', () => showPage(document.activeElement?.id !== 'main'));
  showPage(false);
  // Paper has no links to follow: it gets every page, and every season.
  let closed = [];
  addEventListener('beforeprint', () => {
    closed = all('details.season:not([open])');
    for (const season of closed) season.open = true;
  });
  addEventListener('afterprint', () => {
    for (const season of closed) season.open = false;
  });

  const stored = {
    get: (key) => {
      try {
        return localStorage.getItem(key);
      } catch {
        return null;
      }
    },
    set: (key, value) => {
      try {
        localStorage.setItem(key, value);
      } catch {
        // A page from disk may have no storage: the choice lasts as long as the page.
      }
    },
  };
  const buttons = all('[data-set-theme]');
  const setTheme = (theme) => {
    if (theme === 'system') delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const button of buttons) {
      button.setAttribute('aria-pressed', String(button.dataset.setTheme === theme));
    }
  };
  for (const button of buttons) {
    button.addEventListener('click', () => {
      setTheme(button.dataset.setTheme);
      stored.set('hoopduck-theme', button.dataset.setTheme);
    });
  }
  const theme = stored.get('hoopduck-theme');
  if (theme === 'light' || theme === 'dark') setTheme(theme);

  const filter = document.getElementById('gate-filter');
  if (filter) {
    const rows = all('#gate-table tbody tr').map((row) => ({
      row,
      verdict: row.dataset.verdict,
      text: row.textContent.toLowerCase(),
    }));
    const apply = () => {
      const words = filter.elements.text.value.toLowerCase().split(/\s+/);
      let shown = 0;
      for (const { row, verdict, text } of rows) {
        const fits = filter.elements[verdict].checked && words.every((word) => text.includes(word));
        row.hidden = !fits;
        if (fits) shown++;
      }
      document.getElementById('gate-count').textContent = `${shown} of ${rows.length} lines shown`;
    };
    filter.addEventListener('input', apply);
    filter.addEventListener('submit', (event) => event.preventDefault());
    apply();
  }

  const packed = document.getElementById('coverage-data');
  if (packed) {
    const data = JSON.parse(packed.textContent);
    for (const map of all('.heat-map')) heatMap(map, data);
  }

  /** Moves a cursor over the cells of a map, by pointer and by key, and says what stands there. */
  function heatMap(map, { layout, tables, states, reasons, seasons }) {
    const season = seasons[Number(map.dataset.season)];
    const width = Number(map.dataset.cell);
    const svg = map.querySelector('svg');
    const cursor = svg.querySelector('.cursor');
    const tip = map.closest('.mapped').querySelector('.tip');
    const pitch = layout.row + layout.gap;
    const dates = [Date.parse(season.first)];
    for (const step of season.steps) dates.push(dates.at(-1) + step * 86_400_000);
    const cells = season.rows.map((runs) =>
      runs.flatMap(([state, length, reason]) => Array(length).fill([state, reason])),
    );
    const problems = cells.flatMap((row, y) =>
      row.flatMap(([state], x) => (states[state].problem ? [{ x, y }] : [])),
    );
    let at = problems.at(0) ?? { x: dates.length - 1, y: 0 };

    const show = (place) => {
      at = {
        x: Math.max(0, Math.min(dates.length - 1, place.x)),
        y: Math.max(0, Math.min(tables.length - 1, place.y)),
      };
      const [state, reason] = cells[at.y][at.x];
      const date = new Date(dates[at.x]);
      const day = date.toLocaleDateString('en-GB', { weekday: 'short', timeZone: 'UTC' });
      const why = reason === undefined ? states[state].meaning : reasons[reason];
      tip.textContent = `${day} ${date.toISOString().slice(0, 10)}, ${tables[at.y]}: ${states[state].word}, ${why}`;
      cursor.setAttribute('x', at.x * width);
      cursor.setAttribute('y', layout.head + at.y * pitch);
      cursor.setAttribute('visibility', 'visible');
      const left = at.x * width - map.scrollLeft;
      if (left < 0 || left > map.clientWidth - 2 * width) {
        map.scrollLeft = at.x * width - map.clientWidth / 2;
      }
    };
    const pointed = (event) => {
      const box = svg.getBoundingClientRect();
      const x = Math.floor((event.clientX - box.left) / width);
      const y = Math.floor((event.clientY - box.top - layout.head) / pitch);
      const isInside = x >= 0 && x < dates.length && y >= 0 && y < tables.length;
      if (isInside && (x !== at.x || y !== at.y || tip.textContent === '')) show({ x, y });
    };
    const order = ({ x, y }) => y * dates.length + x;
    const jump = (step) => {
      const next =
        step > 0
          ? (problems.find((place) => order(place) > order(at)) ?? problems[0])
          : (problems.findLast((place) => order(place) < order(at)) ?? problems.at(-1));
      if (next) show(next);
    };
    const keys = {
      ArrowLeft: () => show({ x: at.x - 1, y: at.y }),
      ArrowRight: () => show({ x: at.x + 1, y: at.y }),
      ArrowUp: () => show({ x: at.x, y: at.y - 1 }),
      ArrowDown: () => show({ x: at.x, y: at.y + 1 }),
      Home: () => show({ x: 0, y: at.y }),
      End: () => show({ x: dates.length - 1, y: at.y }),
      PageDown: () => jump(1),
      PageUp: () => jump(-1),
    };
    // Where the map is wider than the screen, the newest dates come first.
    const showNewest = () => {
      if (map.scrollWidth === 0 || map.dataset.seen) return;
      map.dataset.seen = 'yes';
      map.scrollLeft = map.scrollWidth;
    };
    map.closest('section.page').addEventListener('shown', showNewest);
    map.closest('details.season')?.addEventListener('toggle', showNewest);
    showNewest();
    map.addEventListener('focus', () => show(at));
    map.addEventListener('pointermove', pointed);
    map.addEventListener('pointerdown', pointed);
    map.addEventListener('keydown', (event) => {
      const move = keys[event.key];
      if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      move();
    });
    tip.textContent =
      problems.length === 0
        ? 'Point at a cell, or focus the map and move with the arrow keys.'
        : `${problems.length} ${problems.length === 1 ? 'cell' : 'cells'} to look at: point at them, or focus the map and press Page Down.`;
  }

  if ('live' in document.body.dataset) {
    const events = new EventSource(`/events?have=${document.body.dataset.live}`);
    events.addEventListener('written', () => location.reload());
  }
}

// Loaded before the command line (`node --import`): HOOPDUCK_CLOCK = { days, back } has the program's clock go that many days
// ahead, or behind, and jump by `back` days more at every tenth look at it. DuckDB's own clock is not touched.
const { days, back = 0 } = JSON.parse(process.env.HOOPDUCK_CLOCK);
const RealDate = Date;
const DAY_MS = 86_400_000;
let looks = 0;

function now() {
  looks += 1;
  return RealDate.now() + (days + (looks % 10 === 0 ? back : 0)) * DAY_MS;
}

globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [now()] : parts));
  }

  static now() {
    return now();
  }
};
